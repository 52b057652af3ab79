"""What is in the picture of a site, and how it is connected."""

from typing import Any

import pytest

from tests.graph.sites import (
    HOST,
    MAC,
    SMALL,
    SMALL_HOST,
    guest,
    joining,
    large_project,
    mac,
    network,
    nic,
    on_bridge,
    on_nic,
    project,
    small_project,
)
from vnetlint.graph.parts import GraphEdge, GraphNode, Topology
from vnetlint.graph.topology import topology_of

NAT = network("default", "<forward mode='nat'/>", "virbr0", "192.168.122", [(MAC, "192.168.122.10")])


def drawn(files: dict[str, str], host: dict[str, Any] | None = None) -> Topology:
    return topology_of(project(files, host))


def edge(topology: Topology, tail: str, head: str) -> GraphEdge:
    """The only edge between two nodes, by their names."""
    (found,) = [
        each
        for each in topology.edges
        if (topology.node[each.tail].name, topology.node[each.head].name) == (tail, head)
    ]
    return found


def node(topology: Topology, name: str) -> GraphNode:
    (found,) = [each for each in topology.nodes if each.name == name]
    return found


def one(interface: str, host: dict[str, Any] | None = None, **files: str) -> Topology:
    return drawn({"g.xml": guest("g", interface), **{f"{name}.xml": text for name, text in files.items()}}, host)


def test_a_guest_is_connected_with_its_network_by_its_reserved_address() -> None:
    found = edge(topology_of(small_project()), "web", "default")
    assert (found.how, found.addresses, found.place) == ("tap", ("192.168.122.10",), "guests/web.xml:4")


def test_an_address_in_the_inventory_comes_first() -> None:
    nics = [{"mac": MAC, "addresses": ["192.168.122.77/24", "fd00::7/64"]}]
    host = {"version": 1, "guests": [{"name": "web", "nics": nics}]}
    found = edge(drawn({"d.xml": NAT, "g.xml": guest("web", nic("default", MAC.upper()))}, host), "web", "default")
    assert found.addresses == ("192.168.122.77", "fd00::7")


@pytest.mark.parametrize(
    ("forward", "how", "flow"),
    [
        ("<forward mode='nat'/>", "NAT", "translated"),
        ("<forward mode='route'/>", "routed", "routed"),
        ("<forward mode='open'/>", "routed, no rules of libvirt", "routed"),
        ("", "host only", "host-only"),
    ],
)
def test_a_network_leads_to_the_host_by_its_mode(forward: str, how: str, flow: str) -> None:
    found = edge(drawn({"n.xml": network("n", forward, "v", "10.0.0")}), "n", "host")
    assert (found.how, found.flow, found.addresses) == (how, flow, ("10.0.0.1",))


def test_an_isolated_network_without_an_address_leads_nowhere() -> None:
    topology = drawn({"n.xml": "<network><name>n</name></network>"})
    assert [each.name for each in topology.nodes] == ["n"]
    assert topology.edges == ()


def test_a_device_that_limits_a_network_is_noted() -> None:
    found = edge(topology_of(large_project()), "dmz", "rack7")
    assert found.notes == ("only by br0",)


def test_ipv6_that_nat_does_not_translate_is_noted() -> None:
    more = "\n  <ip family='ipv6' address='fd00::1' prefix='64'/>"
    files = {"n.xml": network("n", "<forward mode='nat'/>", "v", "10.0.0", more=more)}
    assert edge(drawn(files), "n", "host").notes == ("IPv6 routed",)


@pytest.mark.parametrize("mode", ["bridge", "private", "vepa", "passthrough"])
def test_macvtap_is_connected_with_its_lower_device(mode: str) -> None:
    direct = one(on_nic("eno3", mode), HOST)
    assert edge(direct, "g", "eno3").how == f"macvtap {mode}"
    forward = f"<forward mode='{mode}'><interface dev='eno3'/></forward>"
    named = one(nic("m"), HOST, m=joining("m", forward))
    assert edge(named, "g", "m").how == f"macvtap {mode}"
    assert edge(named, "m", "eno3").how == f"macvtap {mode}"
    assert edge(named, "eno3", "LAN of eno3")


def test_a_bridge_that_a_network_makes_is_that_network() -> None:
    assert edge(one(on_bridge("virbr0"), None, d=NAT), "g", "default").how == "tap"


def test_a_bridge_of_the_host_leads_to_its_uplink_and_the_lan() -> None:
    topology = topology_of(small_project())
    assert edge(topology, "pbx", "br0").how == "tap"
    assert edge(topology, "br0", "eno2").how == "uplink"
    assert edge(topology, "eno2", "LAN of eno2")


def test_the_ports_of_a_bond_share_its_lan() -> None:
    topology = topology_of(large_project())
    assert edge(topology, "br0", "bond0").how == "uplink"
    assert {edge(topology, "bond0", name).how for name in ("eno1", "eno2")} == {"port"}
    assert edge(topology, "bond0", "LAN of bond0")
    assert "LAN of eno1" not in {each.name for each in topology.nodes}


def test_a_vlan_device_has_a_lan_of_its_own() -> None:
    links = [{"name": "eno1", "kind": "nic"}, {"name": "eno1.7", "kind": "vlan", "addresses": ["10.7.0.2/24"]}]
    topology = drawn({"n.xml": NAT}, {"version": 1, "interfaces": links, "routes": []})
    assert edge(topology, "eno1.7", "eno1").how == "VLAN"
    assert edge(topology, "eno1.7", "LAN of eno1.7")
    assert "LAN of eno1" not in {each.name for each in topology.nodes}


def test_a_virtual_function_leads_to_the_nic_that_has_it() -> None:
    address = "<address type='pci' domain='0x0000' bus='0x3b' slot='0x02' function='0x1'/>"
    topology = one(f"<interface type='hostdev'><source>{address}</source></interface>", HOST)
    assert edge(topology, "g", "ens4f0").how == "VF 0000:3b:02.1"
    unknown = one(f"<interface type='hostdev'><source>{address}</source></interface>")
    assert edge(unknown, "g", "0000:3b:02.1").how == "PCI passthrough"


def test_the_default_route_leads_to_the_internet() -> None:
    topology = topology_of(small_project())
    assert edge(topology, "desk", "eno1").how == "default route"
    assert edge(topology, "LAN of eno1", "Internet").addresses == ("192.168.50.1",)
    assert edge(topology, "LAN of eno1", "Internet").how == "NAT by the router"
    through_bridge = edge(topology_of(large_project()), "LAN of bond0", "Internet")
    assert through_bridge.addresses == ("192.0.2.1", "2001:db8:5::1")


def test_what_is_unknown_without_an_inventory_is_uncertain() -> None:
    topology = drawn({**SMALL})
    assert not edge(topology, "host", "LAN").is_sure
    assert not edge(topology, "br0", "LAN").is_sure
    assert not edge(topology, "LAN", "Internet").is_sure


def test_machines_are_behind_the_lan_of_the_interface_that_they_are_on() -> None:
    topology = topology_of(large_project())
    assert edge(topology, "LAN of bond0", "laptop")


def test_a_network_that_no_file_defines_is_shown_as_absent() -> None:
    topology = one(nic("nowhere"))
    assert node(topology, "nowhere").what == "network, not in these files"
    assert not edge(topology, "g", "nowhere").is_sure
    told = {"version": 1, "networks": [{"name": "nowhere", "bridge": "virbr9", "subnets": ["10.9.0.0/24"]}]}
    assert node(one(nic("nowhere"), told), "nowhere").details == ("bridge virbr9", "10.9.0.0/24")


def test_filters_isolation_vlans_and_port_groups_are_noted() -> None:
    more = "<filterref filter='clean-traffic'/><port isolated='yes'/><vlan><tag id='7'/><tag id='9'/></vlan>"
    interface = nic("default", more=more).replace("network='default'", "network='default' portgroup='p'")
    notes = edge(one(interface, None, d=NAT), "g", "default").notes
    assert notes == ("filter clean-traffic", "isolated port", "VLAN 7, 9", "port group p")


@pytest.mark.parametrize(
    ("interface", "name", "how"),
    [
        ("<interface type='user'/>", "host", "user mode, slirp"),
        ("<interface type='user'><backend type='passt'/></interface>", "host", "user mode, passt"),
        ("<interface type='ethernet'/>", "host", "tap, connected by another program"),
        ("<interface type='mcast'><source address='230.0.0.1' port='5558'/></interface>", "230.0.0.1:5558", "NIC"),
        ("<interface type='vhostuser'><source type='unix' path='/run/x'/></interface>", "/run/x", "NIC"),
    ],
)
def test_other_types_of_interface_end_on_what_they_name(interface: str, name: str, how: str) -> None:
    assert edge(one(interface), "g", name).how == how


@pytest.mark.parametrize(
    "interface",
    [
        "<interface/>", "<interface type='null'/>", "<interface type='network'/>", "<interface type='bridge'/>",
        "<interface type='direct'/>", "<interface type='hostdev'/>", "<interface type='{{ kind }}'/>",
    ],
)  # fmt: skip
def test_an_incomplete_interface_is_drawn_without_a_failure(interface: str) -> None:
    assert node(one(interface), "g").kind == "guest"


def test_few_guests_are_drawn_one_by_one() -> None:
    files = {f"{n}.xml": guest(f"web-{n}", nic("default")) for n in range(12)}
    assert sum(each.kind == "guest" for each in drawn({**files, "n.xml": NAT}).nodes) == 12


def test_many_guests_that_are_alike_are_one_node() -> None:
    topology = topology_of(large_project())
    web = node(topology, "web-01 … web-20")
    assert (web.what, len(web.members)) == ("20 guests", 20)
    assert [each.name for each in web.members[:3]] == ["web-01", "web-02", "web-03"]
    assert web.members[0].addresses == ("10.45.0.11",)
    found = edge(topology, "web-01 … web-20", "dmz")
    assert (found.count, found.addresses) == (20, ("10.45.0.11–30",))
    assert sum(len(each.members) for each in topology.nodes) == 60
    assert sum(each.kind == "guest" for each in topology.nodes) == 10


def test_guests_that_are_connected_otherwise_stay_apart() -> None:
    files = {f"{n}.xml": guest(f"web-{n}", nic("default", mac(n))) for n in range(20)}
    files["7.xml"] = guest("web-7", nic("default", mac(7), "<filterref filter='clean-traffic'/>"))
    topology = drawn({**files, "n.xml": NAT})
    assert sorted(len(each.members) for each in topology.nodes if each.kind == "guest") == [1, 19]


def test_a_crowd_with_different_names_becomes_one_node() -> None:
    names = [f"{first}{second}" for first in "abcde" for second in "vwxyz"]
    topology = drawn({"n.xml": NAT, **{f"{name}.xml": guest(name, nic("default")) for name in names}})
    (crowd,) = [each for each in topology.nodes if each.kind == "guest"]
    assert (crowd.name, crowd.what) == ("av, aw, …", "25 guests")


def test_a_thousand_guests_on_fifty_networks_are_fifty_nodes() -> None:
    files = {f"n{n}.xml": network(f"n{n}", "<forward mode='nat'/>", f"v{n}", f"10.{n}.0") for n in range(50)}
    files |= {f"g{n}.xml": guest(f"vm-{n}", nic(f"n{n % 50}")) for n in range(1000)}
    topology = drawn(files, SMALL_HOST)
    assert sum(each.kind == "guest" for each in topology.nodes) == 50


def test_every_edge_has_both_its_ends_and_every_node_its_identifier() -> None:
    for site in (small_project(), large_project()):
        topology = topology_of(site)
        keys = {each.key for each in topology.nodes}
        assert {key for each in topology.edges for key in (each.tail, each.head)} <= keys
        assert len(set(topology.ids.values())) == len(topology.nodes)


def test_a_loop_of_bridges_and_contradicting_facts_end() -> None:
    links = [
        {"name": "a", "kind": "bridge", "ports": ["b"], "master": "b"},
        {"name": "b", "kind": "bridge", "ports": ["a"], "master": "a"},
        {"name": "eno1.2", "kind": "vlan", "parent": "eno1.2"},
        {"name": "bond0", "kind": "bond", "ports": ["bond0"]},
    ]
    host = {"version": 1, "interfaces": links, "routes": [{"to": "default", "dev": "a"}]}
    assert edge(one(on_bridge("a"), host), "g", "a")
