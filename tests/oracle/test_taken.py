"""Values that the schema rejects and libvirt accepts: it defines the document, and the finding is only an info."""

from collections.abc import Iterator

import pytest

from tests.oracle.libvirtd import Libvirtd
from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.settings import Settings

pytestmark = pytest.mark.oracle

IP = "<ip address='10.0.0.1' prefix='24'/>"
NETWORKS = (
    "<forward mode=''/>" + IP,
    "<forward mode='nat' dev=''/>" + IP,
    "<forward mode='hostdev' managed=''><pf dev='eth0'/></forward>",
    "<forward mode='hostdev'><driver model=''/><pf dev='eth0'/></forward>",
    "<bridge name='' stp='' delay='' zone='' macTableManager=''/>" + IP,
    "<mac address=''/>" + IP,
    "<mac address='52:54:0:a:b:c'/>" + IP,
    "<mac address='52:54:00:0a:0b:0c '/>" + IP,
    "<forward mode='none'/>" + IP,
    "<forward mode='none' dev='eth0'><interface dev='eth0'/></forward>" + IP,
    "<ip address='10.0.0.1' netmask=''/>",
    "<domain name='NAT_NETWORK_172'/>" + IP,
    "<dns><forwarder domain='a_b' addr='10.9.9.9'/><host ip='10.0.0.9'><hostname>my_host</hostname></host></dns>" + IP,
    "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.9' end='10.0.0.99'/>"
    "<host mac='52:54:0:a:b:c' ip='10.0.0.9'/></dhcp></ip>",
    "<bandwidth><inbound average='4294967296' peak='18014398509481984'/></bandwidth>" + IP,
    "<portgroup name='a'><bandwidth><outbound average='18014398509481984'/></bandwidth></portgroup>" + IP,
    "<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'/>"
    "<portgroup name='a' default=''><vlan trunk=''><tag id='5'/></vlan></portgroup>",
)
FILTERS = (
    *(f"state='{each}'" for each in (
        "NEW ", " NEW", "NEW, ESTABLISHED", "NEW ,ESTABLISHED", "NEW,", "NEW,,ESTABLISHED", "new", "NEW NEW",
        "NONE,NEW")),
    *(f"flags='{each}'" for each in (
        "SYN /ALL", " SYN/ALL ", "SYN, ACK/ALL", "syn/all", "SYN ACK/ALL", "SYN,/ALL", "/", "/ALL")),
)  # fmt: skip
CARDS = (
    "<mac address='52:54:00:0a:0b:0c '/>",
    "<mac address='52:54:00:0a:0b:0c of web'/>",
    "<mac address='52:54:0:a:b:c'/>",
    "<link state=''/>",
    "<model type=''/>",
    "<script path=''/>",
    "<alias name=''/>",
    "<guest dev=''/>",
    "<bandwidth><inbound average='9999999999' floor='4294967296'/></bandwidth>",
)
GUEST = ("<domain type='qemu'><name>web</name><memory unit=''>65536</memory><os><type>hvm</type></os><devices>"
         "<interface type='network'><source network='default'/>{}</interface></devices></domain>")  # fmt: skip


@pytest.fixture(scope="module")
def daemon() -> Iterator[Libvirtd]:
    with Libvirtd() as daemon:
        yield daemon


@pytest.mark.parametrize("body", NETWORKS)
def test_networks(daemon: Libvirtd, body: str) -> None:
    text = f"<network ipv6='' connections=''><name>lan</name>{body}</network>"
    assert daemon.define_network(text).ok, text
    daemon.undefine_network("lan")
    _is_only_worth_knowing(text)


@pytest.mark.parametrize("body", CARDS)
def test_guests(daemon: Libvirtd, body: str) -> None:
    text = GUEST.format(body)
    assert daemon.define_domain(text).ok, text
    daemon.undefine_domain("web")
    _is_only_worth_knowing(text)


@pytest.mark.parametrize("attribute", FILTERS)
def test_filters(daemon: Libvirtd, attribute: str) -> None:
    """The finding says how libvirt reads the value."""
    text = f"<filter name='own' chain='root'><rule action='accept' direction='in'><tcp {attribute}/></rule></filter>"
    assert daemon.define_filter(text).ok, text
    kept = daemon.virsh("nwfilter-dumpxml", "own").stdout
    daemon.virsh("nwfilter-undefine", "own")
    (finding,) = [each for each in lint([named("x.xml", text)], Settings()).findings if "schema" in each.rule]
    assert finding.severity == "info"
    assert finding.message.rpartition("reads it as ")[2] in kept


def _is_only_worth_knowing(text: str) -> None:
    found = [each for each in lint([named("x.xml", text)], Settings()).findings if each.rule == "schema-bad-value"]
    assert found
    assert {each.severity for each in found} == {"info"}
