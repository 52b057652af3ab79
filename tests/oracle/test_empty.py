"""Every attribute of these documents, empty: findings are right about what libvirt refuses and reads as absent."""

import re
from collections.abc import Iterator

import pytest

from tests.oracle.libvirtd import Libvirtd
from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.schema.annotations import path_of
from vnetlint.settings import Settings
from vnetlint.xml import edit
from vnetlint.xml.node import Node
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

pytestmark = pytest.mark.oracle

NETWORKS = (
    "<mtu size='1400'/><forward mode='nat' dev='eth0'><nat ipv6='yes'><address start='192.0.2.4' end='192.0.2.5'/>"
    "<port start='1024' end='2000'/></nat></forward><bridge name='virbr7' stp='on' delay='3' macTableManager='kernel'/>"
    "<mac address='52:54:00:11:22:33'/><domain name='x.org' localOnly='yes'/>"
    "<ip family='ipv4' address='10.0.0.1' netmask='255.255.255.0' localPtr='yes'><tftp root='/x'/><dhcp>"
    "<range start='10.0.0.5' end='10.0.0.9'><lease expiry='5' unit='minutes'/></range>"
    "<host mac='52:54:00:11:22:44' name='x' ip='10.0.0.5'/><bootp file='x'/></dhcp></ip>"
    "<ip family='ipv6' address='fd00::1' prefix='64'/>"
    "<route family='ipv4' address='10.5.0.0' prefix='24' gateway='10.0.0.9' metric='2'/>",
    "<dns enable='yes' forwardPlainNames='no'><forwarder domain='a.b' addr='192.0.2.3'/><txt name='x' value='y'/>"
    "<srv service='a' protocol='tcp' domain='d' target='t' port='1' priority='2' weight='3'/>"
    "<host ip='10.0.0.7'><hostname>x</hostname></host></dns><ip address='10.0.0.1' prefix='24'/>"
    "<bandwidth><inbound average='9' peak='9' burst='9'/><outbound average='9' peak='9' burst='9'/></bandwidth>"
    "<portgroup name='p' default='yes' trustGuestRxFilters='yes'><bandwidth><inbound average='9'/></bandwidth>"
    "</portgroup><port isolated='yes'/>",
    "<forward mode='hostdev' managed='yes'><pf dev='eth0'/></forward><vlan trunk='yes'><tag id='4'/></vlan>",
    "<forward mode='bridge'><interface dev='eth0' connections='3'/></forward>",
    "<forward mode='bridge'/><bridge name='ovs0'/><virtualport type='openvswitch'><parameters profileid='p'/>"
    "</virtualport><vlan trunk='yes'><tag id='4' nativeMode='tagged'/></vlan>"
    "<portgroup name='a'><vlan trunk='yes'><tag id='5' nativeMode='untagged'/></vlan></portgroup>",
)
CARDS = (
    "<interface type='bridge' trustGuestRxFilters='yes'><mac address='52:54:00:11:22:33' type='static'"
    " check='no'/><source bridge='br0'/><link state='up'/><mtu size='1500'/><filterref filter='clean-traffic'>"
    "<parameter name='IP' value='10.0.0.1'/></filterref><port isolated='yes'/><rom bar='on' file='/x'/>"
    "<boot order='1'/><target dev='tap7'/><model type='virtio'/><driver name='vhost' txmode='iothread'"
    " ioeventfd='on' event_idx='off' queues='5' rx_queue_size='256'><host csum='off' gso='off' tso4='off' tso6='off'"
    " ecn='off' ufo='off' mrg_rxbuf='off'/><guest csum='off' tso4='off' tso6='off' ecn='off' ufo='off'/></driver>"
    "<backend tap='/dev/net/tun' vhost='/dev/vhost-net'/>"
    "<bandwidth><inbound average='9' peak='9' burst='9'/></bandwidth><alias name='ua-x'/></interface>",
    "<interface type='user'><mac address='52:54:00:11:22:33'/><model type='virtio'/><ip family='ipv4'"
    " address='10.0.2.1' prefix='24'/><acpi index='3'/><driver packed='on' page_per_vq='on' rss='on'"
    " rss_hash_report='on'/><address type='pci' domain='0' bus='0' slot='5' function='0' multifunction='on'/>"
    "</interface>",
    "<interface type='network'><source network='default' portgroup='p'/><script path='/x'/><downscript path='/y'/>"
    "<guest dev='eth1'/></interface>",
    "<interface type='udp'><source address='192.0.2.1' port='1'><local address='192.0.2.2' port='2'/></source>"
    "</interface>",
    "<interface type='direct'><source dev='eth0' mode='vepa'/><virtualport type='802.1Qbg'><parameters managerid='11'"
    " typeid='9' typeidversion='2' instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport></interface>",
    "<interface type='bridge'><source bridge='ovs0'/><model type='virtio'/><virtualport type='openvswitch'/>"
    "<vlan trunk='yes'><tag id='1' nativeMode='tagged'/></vlan></interface>",
)
FILTERS = ("<filterref filter='clean-traffic'/><rule action='accept' direction='in' priority='100' statematch='false'>"
           "<tcp srcipaddr='10.0.0.1' srcipmask='24' dstportstart='22' dstportend='23' state='NEW' flags='SYN/ALL'"
           " comment='x'/></rule>",)  # fmt: skip

MEANT = (
    "domain/devices/interface/filterref@filter", "domain/devices/interface/filterref/parameter@value",
    "filter/rule@priority", "filter/rule/tcp@comment", "filter/rule/tcp@state",
)  # fmt: skip
"""Attributes that this version reads as absent, but whose author meant more, or that newer versions refuse."""


def _documents() -> Iterator[str]:
    yield from (f"<network ipv6='yes'><name>own</name>{each}</network>" for each in NETWORKS)
    start = "<domain type='qemu'><name>own</name><memory>65536</memory><os><type>hvm</type></os><devices>"
    yield from (f"{start}{each}</devices></domain>" for each in CARDS)
    yield from (f"<filter name='own' chain='root' priority='-5'>{each}</filter>" for each in FILTERS)


def _places() -> Iterator[tuple[str, str, str, str]]:
    """Each place with its document as it is, with the value emptied, and without the attribute."""
    for text in _documents():
        root: Node = parse(named("x.xml", text))[0].root
        for node in (root, *root.descendants()):
            path = path_of(node)
            if path.startswith("domain") and not path.startswith("domain/devices/interface"):
                continue
            for place in node.attributes.values():
                empty = apply(text, tuple(edit.set_attribute(node, place.name, "")))
                yield f"{path}@{place.name}", text, empty, apply(text, tuple(edit.remove_attribute(place)))


PLACES = {place: texts for place, *texts in _places()}


@pytest.fixture(scope="module")
def daemon() -> Iterator[Libvirtd]:
    with Libvirtd() as daemon:
        yield daemon


@pytest.mark.parametrize("place", PLACES)
def test_an_empty_value(daemon: Libvirtd, place: str) -> None:
    text, empty, without = PLACES[place]
    assert _kept(daemon, text) is not None
    kept = _kept(daemon, empty)
    findings = lint([named("x.xml", empty)], Settings()).findings
    assert (kept is None) == any(each.when == "define" and each.severity == "error" for each in findings), findings
    if kept is not None and kept == _kept(daemon, without) and place not in MEANT:
        assert {each.severity for each in findings if "schema" in each.rule} <= {"info"}


def _kept(daemon: Libvirtd, text: str) -> str | None:
    """Return what libvirt makes of a document, without generated values; None if it refuses the document."""
    kind = {"<net": "net-", "<fil": "nwfilter-"}.get(text[:4], "")
    refused = daemon.virsh(f"{kind}define", "/dev/stdin", stdin=text).code
    kept = daemon.virsh(f"{kind}dumpxml", "own").stdout
    daemon.virsh(f"{kind}undefine", "own")
    made_up = r"<uuid>.*</uuid>|<mac address='[^']*'/>|name='virbr\d+'|(?:port|interface|instance)id='[^']*'"
    return None if refused else re.sub(made_up, "", kept)
