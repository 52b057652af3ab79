"""The XSD made from the grammars accept and reject what they should."""

import functools
import random
import subprocess
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.schemas.loaded import SCHEMAS

KINDS = ("network", "nwfilter", "domain")
UUID = "0f0c5a2e-4d0b-4a53-8f43-6f2b9f3d7c11"


@functools.cache
def exact(kind: str) -> xmlschema.XMLSchema11:
    return xmlschema.XMLSchema11(str(SCHEMAS / f"{kind}.xsd"))


@functools.cache
def loose(kind: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMAS / f"{kind}-1.0.xsd"))


def network(inside: str) -> str:
    return f"<network><name>orchard</name>{inside}</network>"


def rule(inside: str) -> str:
    return f"<filter name='gate'><rule action='accept' direction='out'>{inside}</rule></filter>"


def interface(kind: str, inside: str) -> str:
    return (
        "<domain type='kvm'><name>pear</name><memory>262144</memory><os><type>hvm</type></os>"
        f"<devices><interface type='{kind}'>{inside}</interface></devices></domain>"
    )


ACCEPTED = {
    "network": {
        "a name alone": network(""),
        "children that repeat, apart": network(
            "<ip address='198.51.100.1' prefix='24'/><route address='203.0.113.0' prefix='24' gateway='198.51.100.2'/>"
            "<ip family='ipv6' address='2001:db8:a::1' prefix='64'/><portgroup name='a'/><mtu size='1400'/>"
            "<portgroup name='b' default='yes'/>"
        ),
        "a line break in an element without content": network("<bridge name='br7'>\n  </bridge>"),
        "a comment in an element without content": network("<mtu size='1280'><!-- IPv6 wants no less --></mtu>"),
        "a value in blanks where they do not count": network("<forward mode=' nat '/>"),
        "either a netmask": network("<ip address='198.51.100.1' netmask='255.255.255.128'/>"),
        "or a prefix": network("<ip address='198.51.100.1' prefix='25'/>"),
        "or neither": network("<ip address='198.51.100.1'/>"),
        "one of each kind of DHCP host": network(
            "<ip address='198.51.100.1' prefix='24'><dhcp><host mac='52:54:00:01:02:03' ip='198.51.100.9'/>"
            "<host name='plum' ip='198.51.100.8'/></dhcp></ip>"
        ),
        "a type that an attribute settles": network(
            f"<virtualport type='openvswitch'><parameters interfaceid='{UUID}'/></virtualport>"
        ),
        "the same without the attribute": network("<virtualport><parameters profileid='p'/></virtualport>"),
        "the attribute in blanks": network("<virtualport type=' 802.1Qbh '/>"),
        "metadata of any namespace": network(
            "<metadata><n:note xmlns:n='urn:n' of='me'><n:sub/>text</n:note><m xmlns='urn:m'/></metadata>"
        ),
        "options of dnsmasq": (
            "<network xmlns:q='http://libvirt.org/schemas/network/dnsmasq/1.0'><q:options><q:option value='no-hosts'/>"
            "</q:options><name>orchard</name></network>"
        ),
        "a pool of interfaces": network("<forward mode='bridge'><interface dev='a'/><interface dev='b'/></forward>"),
    },
    "nwfilter": {
        "empty": "<filter name='gate'/>",
        "a rule about everything": rule(""),
        "a rule about one protocol": rule("<udp dstportstart='53' srcipaddr='$IP' state='NEW'/>"),
        "rules and references in any order": (
            "<filter name='gate' chain='root'><rule action='drop' direction='in'><all/></rule><filterref filter='x'/>"
            f"<uuid>{UUID}</uuid><filterref filter='y'><parameter name='A' value='b'/></filterref></filter>"
        ),
        "both attributes of an IP set": rule("<tcp ipset='friends' ipsetflags='src'/>"),
        "numbers of either base": rule("<ip dscp='0x1f' protocol='17'/>"),
    },
    "domain": {
        "network": interface("network", "<source network='orchard'/><model type='virtio'/>"),
        "another order": interface("network", "<model type='virtio'/><source network='orchard'/>"),
        "bridge": interface(
            "bridge", "<source bridge='br0'/><vlan><tag id='3'/></vlan><virtualport type='openvswitch'/>"
        ),
        "direct": interface("direct", "<source dev='eth9' mode='bridge'/>"),
        "user": interface("user", "<mac address='52:54:00:aa:bb:cc'>\n</mac>"),
        "vhostuser by a socket": interface("vhostuser", "<source type='unix' path='/run/s' mode='server'/>"),
        "vhostuser by passt": interface("vhostuser", "<source dev='eth9'/><backend type='passt'/>"),
        "one of a pair": interface("user", "<teaming type='transient' persistent='ua-one'/>"),
        "the other of the pair": interface("user", "<teaming type='persistent'/>"),
        "an address": interface("user", "<address type='pci' bus='0x01' slot='0x02' function='0x0'/>"),
    },
}

REJECTED = {
    "network": {
        "another root": "<networks><name>orchard</name></networks>",
        "a part of it as the root": "<portgroup name='a'/>",
        "no name": "<network/>",
        "a child twice": network("<mtu size='1400'/><mtu size='1400'/>"),
        "text": network("hello"),
        "an unknown child": network("<gateway/>"),
        "an unknown attribute": network("<mtu size='1400' unit='bytes'/>"),
        "a child in an element without content": network("<mtu size='1400'><size/></mtu>"),
        "a bad value": network("<forward mode='nats'/>"),
        "a value out of range": network("<vlan><tag id='4096'/></vlan>"),
        "both a netmask and a prefix": network("<ip address='198.51.100.1' netmask='255.255.255.0' prefix='24'/>"),
        "an address that is none": network("<ip address='198.51.100.300' prefix='24'/>"),
        "a DHCP host that nobody can know": network(
            "<ip address='198.51.100.1'><dhcp><host ip='198.51.100.9'/></dhcp></ip>"
        ),
        "a kind that is not known": network("<virtualport type='openswitch'/>"),
        "what belongs to another kind": network(
            f"<virtualport type='802.1Qbh'><parameters interfaceid='{UUID}'/></virtualport>"
        ),
        "interfaces and addresses in one pool": network(
            "<forward mode='hostdev'><interface dev='a'/><address type='pci'/></forward>"
        ),
        "another element of dnsmasq": (
            "<network xmlns:q='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>orchard</name>"
            "<q:option value='a'/></network>"
        ),
        "options of dnsmasq without a value": (
            "<network xmlns:q='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>orchard</name>"
            "<q:options><q:option/></q:options></network>"
        ),
        "an element of a strange namespace": network("<n:note xmlns:n='urn:n'/>"),
    },
    "nwfilter": {
        "no name": "<filter/>",
        "two protocols": rule("<udp/><tcp/>"),
        "one protocol twice": rule("<udp/><udp/>"),
        "an attribute of another protocol": rule("<udp flags='SYN/SYN'/>"),
        "an IP set without flags": rule("<tcp ipset='friends'/>"),
        "a number that is too large": rule("<ip dscp='64'/>"),
        "an unknown action": "<filter name='gate'><rule action='permit' direction='in'/></filter>",
    },
    "domain": {
        "an unknown kind": interface("networks", "<source network='orchard'/>"),
        "no kind": interface("x", "").replace(" type='x'", ""),
        "no source": interface("network", ""),
        "the source of another kind": interface("network", "<source bridge='br0'/>"),
        "two sources": interface("network", "<source network='a'/><source network='b'/>"),
        "an unknown child": interface("user", "<modle type='virtio'/>"),
        "a bad MAC address": interface("user", "<mac address='52-54-00-aa-bb-cc'/>"),
        "a pair without the other": interface("user", "<teaming type='transient'/>"),
        "an address of two kinds": interface("user", "<address type='pci' irq='0x1'/>"),
    },
}


def cases(table: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    return [(kind, why) for kind, rows in table.items() for why in rows]


@pytest.mark.parametrize(("kind", "why"), cases(ACCEPTED))
def test_accepts(kind: str, why: str) -> None:
    text = ACCEPTED[kind][why]
    assert [str(error.reason) for error in exact(kind).iter_errors(text)] == []
    assert loose(kind).validate(etree.fromstring(text)), str(loose(kind).error_log)


@pytest.mark.parametrize(("kind", "why"), cases(REJECTED))
def test_rejects(kind: str, why: str) -> None:
    assert not exact(kind).is_valid(REJECTED[kind][why])


@pytest.mark.parametrize("kind", KINDS)
def test_order_and_white_space_do_not_matter(kind: str) -> None:
    """What XSD is strictest about: children in any order, and line breaks and comments in elements without content."""
    chance = random.Random(f"xsd {kind}")
    for text in ACCEPTED[kind].values():
        tree = etree.fromstring(text)
        for node in tree.iter(etree.Element):
            children = list(node)
            chance.shuffle(children)
            node[:] = children
            if not len(node) and not node.text:
                node.text = "\n  "
                node.append(etree.Comment(" nothing here "))
        assert [str(error.reason) for error in exact(kind).iter_errors(tree)] == []
        assert loose(kind).validate(tree), str(loose(kind).error_log)


@pytest.mark.parametrize("kind", KINDS)
def test_xsd_10_is_xsd_10(kind: str) -> None:
    """Another judge than libxml2 agrees that it uses nothing of 1.1."""
    xmlschema.XMLSchema10(str(SCHEMAS / f"{kind}-1.0.xsd"))


def test_types_and_documentation_come_from_the_grammar() -> None:
    xs = "{http://www.w3.org/2001/XMLSchema}"
    said = {}
    for node in etree.parse(SCHEMAS / "network.xsd").getroot().iter(f"{xs}complexType", f"{xs}enumeration"):
        said[node.get("name") or node.get("value")] = " ".join(node.findtext(f"{xs}annotation/*", "").split())
    assert said["dhcp-host"] == "A guest that always gets the same address. Since libvirt 0.4.5."
    assert said["open"] == "The host routes, and libvirt adds no firewall rules. Since libvirt 2.2.0."


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_xmllint_agrees(kind: str, tmp_path: Path) -> None:
    files = []
    for number, text in enumerate(ACCEPTED[kind].values()):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_text(text, encoding="utf-8")
    schema = SCHEMAS / f"{kind}-1.0.xsd"
    done = subprocess.run(["xmllint", "--noout", "--schema", schema, *files], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
