"""The views: what libvirt's XML says, read as libvirt reads it, and nothing where it says nonsense."""

from ipaddress import ip_address, ip_network

import pytest

from vnetlint.model import Domain, Filter, Network, model_of
from vnetlint.model.addresses import default_prefix, move_into, new_mac, parse_mac, subnet_of
from vnetlint.model.network import Attachment, Mode
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


def network(inner: str) -> Network:
    return Network(parse(Source("lan.xml", f"<network><name>lan</name>{inner}</network>"))[0].root)


def domain(devices: str) -> Domain:
    return Domain(parse(Source("web.xml", f"<domain><name>web</name><devices>{devices}</devices></domain>"))[0].root)


@pytest.mark.parametrize(
    ("inner", "mode", "attachment"),
    [
        ("", "isolated", "own-bridge"),
        ("<forward/>", "nat", "own-bridge"),
        ("<forward mode='route'/>", "route", "own-bridge"),
        ("<forward mode='open'/>", "open", "own-bridge"),
        ("<forward mode='bridge'/><bridge name='br0'/>", "bridge", "host-bridge"),
        ("<forward mode='bridge'><interface dev='eth0'/></forward>", "bridge", "macvtap"),
        ("<forward mode='vepa' dev='eth0'/>", "vepa", "macvtap"),
        ("<forward mode='hostdev'><pf dev='eth0'/></forward>", "hostdev", "hostdev"),
        ("<forward mode='bridged'/>", None, None),
        ("<forward mode='{{ mode }}'/>", None, None),
    ],
)
def test_mode_and_attachment(inner: str, mode: Mode | None, attachment: Attachment | None) -> None:
    assert network(inner).mode == mode
    assert network(inner).attachment == attachment


@pytest.mark.parametrize(
    ("attributes", "subnet"),
    [
        ("address='10.1.2.3' prefix='24'", "10.1.2.0/24"),
        ("address='10.1.2.3' netmask='255.255.0.0'", "10.1.0.0/16"),
        ("address='10.1.2.3'", "10.0.0.0/8"),
        ("address='172.16.0.1'", "172.16.0.0/16"),
        ("address='192.168.1.1'", "192.168.1.0/24"),
        ("family='ipv6' address='fd00::1' prefix='48'", "fd00::/48"),
        ("family='ipv6' address='fd00::1'", "fd00::/64"),
        ("address='fd00::1' prefix='64'", None),
        ("address='10.1.2.3' prefix='33'", None),
        ("address='10.1.2.3' netmask='255.0.255.0'", None),
        ("address='10.1.2.3' prefix='$PREFIX'", None),
        ("address='${gateway}' prefix='24'", None),
        ("address='10.1.2.300' prefix='24'", None),
        ("", None),
    ],
)
def test_subnet(attributes: str, subnet: str | None) -> None:
    (ip,) = network(f"<ip {attributes}/>").ips
    assert ip.subnet == (ip_network(subnet) if subnet else None)


def test_devices_of_forward_are_all_that_name_one() -> None:
    forward = network("<forward mode='bridge' dev='eth0'><interface dev='eth1'/><pf dev='eth2'/></forward>").forward
    assert forward is not None
    assert [attribute.value for attribute in forward.devices] == ["eth0", "eth1", "eth2"]


def test_an_interface_reads_only_the_source_of_its_type() -> None:
    web = domain("<interface type='bridge'><source network='lan' bridge='br0' dev='eth0'/></interface>")
    (interface,) = web.interfaces
    assert (interface.network, interface.device) == (None, None)
    assert interface.bridge is not None
    assert interface.bridge.value == "br0"


def test_filters_have_rules_and_references() -> None:
    rule = "<rule action='drop' direction='in'><tcp/></rule>"
    text = f"<filter name='f' chain='root'><filterref filter='no-mac-spoofing'/>{rule}</filter>"
    (document,) = parse(Source("f.xml", text))
    model = model_of(document)
    assert isinstance(model, Filter)
    assert (model.name, [each.filter for each in model.references]) == ("f", ["no-mac-spoofing"])
    assert [rule.protocol for rule in model.rules] == ["tcp"]


@pytest.mark.parametrize("text", ["<project/>", "<network xmlns='http://example.org'/>", "<domainsnapshot/>"])
def test_what_only_shares_a_name_is_not_ours(text: str) -> None:
    assert model_of(parse(Source("x.xml", text))[0]) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("52:54:00:AA:0b:c", "52:54:00:aa:0b:0c"),
        ("52-54-00-aa-0b-0c", None),
        ("52:54:00:aa:0b", None),
        ("", None),
        (None, None),
    ],
)
def test_mac_addresses_are_read_as_libvirt_does(written: str | None, read: str | None) -> None:
    assert parse_mac(written) == read


def test_default_prefixes_go_by_class() -> None:
    assert [default_prefix(ip_address(each)) for each in ("10.0.0.1", "172.16.0.1", "192.168.0.1", "fd00::1")] == [
        8,
        16,
        24,
        64,
    ]
    assert subnet_of(None, 24) is None


@pytest.mark.parametrize(
    ("start", "end", "moved"),
    [
        ("192.168.10.100", "192.168.10.200", ("10.0.0.100", "10.0.0.200")),
        ("192.168.10.0", "192.168.10.255", ("10.0.0.1", "10.0.0.254")),
        ("192.168.10.200", "192.168.11.20", ("10.0.0.20", "10.0.0.200")),
    ],
)
def test_a_moved_range_is_in_order_and_usable(start: str, end: str, moved: tuple[str, str]) -> None:
    first, last = move_into(ip_network("10.0.0.0/24"), ip_address(start), ip_address(end))
    assert (str(first), str(last)) == moved


def test_new_mac_addresses_are_repeatable_and_free() -> None:
    first = new_mac("web", ())
    assert first == new_mac("web", ())
    assert first.startswith("52:54:00:")
    assert new_mac("web", {first}) != first
