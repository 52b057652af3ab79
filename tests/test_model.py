"""The model: libvirt's XML, read as libvirt reads it; nonsense is read as nothing."""

from ipaddress import ip_address, ip_network

import pytest

from tests.sources import named
from vnetlint.model import Domain, Filter, Interface, Network, model_of
from vnetlint.model.addresses import default_prefix, move_into, new_mac, parse_mac, subnet_of
from vnetlint.model.hostdev import pci_attributes
from vnetlint.model.network import Attachment, Forward, Mode
from vnetlint.model.repeats import repeats
from vnetlint.xml.tree import parse


def network(inner: str) -> Network:
    return Network(parse(named("lan.xml", f"<network><name>lan</name>{inner}</network>"))[0].root)


def domain(devices: str) -> Domain:
    return Domain(parse(named("web.xml", f"<domain><name>web</name><devices>{devices}</devices></domain>"))[0].root)


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


def test_all_devices_of_forward_are_found() -> None:
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
    (document,) = parse(named("f.xml", text))
    model = model_of(document)
    assert isinstance(model, Filter)
    assert (model.name, [each.filter for each in model.references]) == ("f", ["no-mac-spoofing"])
    assert [rule.protocol for rule in model.rules] == ["tcp"]


@pytest.mark.parametrize("text", ["<project/>", "<network xmlns='http://example.org'/>", "<domainsnapshot/>"])
def test_foreign_documents_with_similar_roots_have_no_model(text: str) -> None:
    assert model_of(parse(named("x.xml", text))[0]) is None


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
def test_mac_addresses_are_read_as_libvirt_reads_them(written: str | None, read: str | None) -> None:
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


def interface(inner: str, attributes: str = "type='network'") -> Interface:
    return domain(f"<interface {attributes}>{inner}</interface>").interfaces[0]


def test_both_places_that_name_the_egress_device_are_found() -> None:
    held = network("<forward mode='nat' dev='eth0'><interface dev='eth0'/></forward>").forward
    assert held is not None
    assert [place.node.name for place in held.egress_places] == ["forward", "interface"]
    free = network("<forward mode='nat'/>").forward
    assert free is not None
    assert free.egress_places == ()


@pytest.mark.parametrize(
    ("first", "last", "size"),
    [("192.168.20.2", "192.168.20.9", 8), ("192.168.20.9", "192.168.20.2", 0), ("{{ first }}", "192.168.20.2", 0)],
)
def test_a_range_counts_its_addresses(first: str, last: str, size: int) -> None:
    held = network(f"<ip address='192.168.20.1'><dhcp><range start='{first}' end='{last}'/></dhcp></ip>")
    [(_, found)] = held.ranges
    assert found.size == size


def test_addresses_of_a_subnet_are_found_wherever_they_are() -> None:
    found = network(
        "<dns><host ip='192.168.20.7'><hostname>a</hostname></host></dns>"
        "<ip address='192.168.20.1' prefix='24'><dhcp><range start='192.168.20.2' end='192.168.20.9'/></dhcp></ip>"
        "<ip address='192.168.21.1' prefix='24'/>"
    ).addresses_in(ip_network("192.168.20.0/24"))
    assert [(place.name, str(address)) for place, address in found] == [
        ("ip", "192.168.20.7"), ("address", "192.168.20.1"), ("start", "192.168.20.2"), ("end", "192.168.20.9"),
    ]  # fmt: skip


def test_names_come_from_dns_and_from_static_leases() -> None:
    records = network(
        "<dns><host ip='192.168.20.7'><hostname>a</hostname><hostname>b</hostname></host></dns>"
        "<ip address='192.168.20.1'><dhcp><host mac='52:54:00:0a:0b:0c' name='c' ip='192.168.20.8'/></dhcp></ip>"
    ).host_records
    assert {name: str(address) for name, address in records.items()} == {
        "a": "192.168.20.7", "b": "192.168.20.7", "c": "192.168.20.8",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "prefix", "subnet"),
    [
        ("address='10.9.0.0'", 16, None),
        ("address='10.9.1.0' prefix='24'", 24, "10.9.1.0/24"),
        ("address='0.0.0.0'", 8, "0.0.0.0/0"),
    ],
)
def test_only_a_default_route_needs_no_prefix(attributes: str, prefix: int, subnet: str | None) -> None:
    [route] = network(f"<route {attributes} gateway='10.0.0.2'/>").routes
    assert (route.likely_prefix, route.subnet) == (prefix, ip_network(subnet) if subnet else None)


def test_the_first_part_of_each_device_is_the_one_that_counts() -> None:
    guest = domain(
        "<disk><alias name='ua-disk'/></disk><interface><alias name='ua-a'/><alias name='ua-b'/></interface>"
        "<graphics/><hostdev/>"
    )
    assert [node.get("name") for node in guest.parts_of_devices("alias")] == ["ua-disk", "ua-a"]
    assert guest.parts_of_devices("boot") == []
    assert len(guest.devices_named("hostdev")) == 1
    assert Domain(parse(named("web.xml", "<domain><name>web</name></domain>"))[0].root).devices_named("disk") == []


@pytest.mark.parametrize(
    ("model", "card", "virtio"),
    [
        ("<model type='virtio'/>", "virtio", True),
        ("<model type='virtio-transitional'/>", "virtio-transitional", True),
        ("<model type='e1000'/>", "e1000", False),
        ("<model type='{{ card }}'/>", None, None),
    ],
)
def test_the_card_of_a_guest(model: str, card: str | None, virtio: bool | None) -> None:
    assert (interface(model).model, interface(model).is_virtio) == (card, virtio)


@pytest.mark.parametrize(
    ("content", "shared"),
    [
        ("", False),
        ("<memoryBacking><access mode='shared'/></memoryBacking>", True),
        ("<cpu><numa><cell id='0' memAccess='shared'/></numa></cpu>", True),
        ("<cpu><numa><cell id='0' memAccess='shared'/><cell id='1'/></numa></cpu>", False),
        ("<memoryBacking><access mode='{{ access }}'/></memoryBacking>", None),
    ],
)
def test_memory_is_shared_if_every_cell_says_so(content: str, shared: bool | None) -> None:
    assert Domain(parse(named("web.xml", f"<domain>{content}</domain>"))[0].root).shares_memory is shared


def test_a_pair_of_teaming_nics_is_joined_by_alias() -> None:
    guest = domain(
        "<interface type='network'><teaming type='persistent'/><alias name='ua-stays'/></interface>"
        "<interface type='hostdev'><teaming type='transient' persistent='ua-stays'/></interface>"
        "<interface type='hostdev'><teaming type='transient' persistent='ua-gone'/></interface>"
    )
    assert [(one.alias, other.type) for one, other in guest.teaming_pairs] == [("ua-stays", "hostdev")]


@pytest.mark.parametrize(
    ("rule", "layer", "matches_all"),
    [
        ("", "ethernet", True),
        ("<tcp/>", "ipv4", False),
        ("<all comment='x'/>", "ipv4", True),
        ("<tcp dstportstart='22'/>", "ipv4", False),
        ("<all-ipv6/>", "ipv6", True),
        ("<mac protocolid='arp'/>", "ethernet", False),
        ("<bogus/>", "ethernet", False),
    ],
)
def test_who_handles_a_filter_rule(rule: str, layer: str, matches_all: bool) -> None:
    text = f"<filter name='f'><rule action='drop' direction='in'>{rule}</rule></filter>"
    [found] = Filter(parse(named("f.xml", text))[0].root).rules
    assert (found.layer, found.matches_all) == (layer, matches_all)


def test_the_second_of_a_kind_comes_with_the_first_and_without_a_key_nothing_repeats() -> None:
    words = ["lan", "Lan", "", "dmz", "LAN", ""]
    assert list(repeats(words, lambda word: word.lower() or None)) == [("Lan", "lan", "lan"), ("LAN", "lan", "lan")]


def test_a_pci_address_is_written_in_parts_and_read_again() -> None:
    parts = " ".join(f"{name}='{value}'" for name, value in pci_attributes("0000:04:10.1").items())
    assert parts == "domain='0x0000' bus='0x04' slot='0x10' function='0x1'"
    (device,) = _forward(network(f"<forward mode='hostdev'><address type='pci' {parts}/></forward>")).pci_devices
    assert device.address == "0000:04:10.1"


def _forward(of: Network) -> Forward:
    assert of.forward is not None
    return of.forward
