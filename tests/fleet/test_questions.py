"""What several hosts show together, and where that is not known, silence."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.fleet.hosts import LAN, OFFICE, PROD, OneHost, found, guest, host, network, nic
from vnetlint.settings import Settings

OVS = "<virtualport type='openvswitch'/>"
TWICE = (
    "b:0.xml: warning: MAC address 52:54:00:00:00:01 is already used by guest 'web' of host 'a' on LAN '{}' "
    "[mac-on-one-lan-twice]"
)


def bridged(*ports: dict[str, Any], kind: str = "bridge") -> dict[str, Any]:
    """Return an inventory with a bridge and its ports."""
    return {"interfaces": [{"name": "br0", "kind": kind}, *ports]}


ON_BRIDGE = nic(source="bridge='br0'", kind="bridge")
ON_NIC = nic(source="dev='eth0' mode='bridge'", kind="direct")


@pytest.mark.parametrize(
    ("one", "other", "lan"),
    [
        (host(guest("web", nic()), LAN.format("")), host(guest("shop", nic()), LAN.format("")), "office"),
        (host(guest("web", ON_BRIDGE)), host(guest("shop", nic()), LAN.format("")), "office"),
        (host(guest("web", ON_NIC)), host(guest("shop", ON_BRIDGE)), "office"),
        (
            host(guest("web", nic(more="<vlan><tag id='7'/></vlan>" + OVS)), LAN.format(OVS)),
            host(guest("shop", nic()), LAN.format("<vlan><tag id='7'/></vlan>" + OVS)),
            "office VLAN 7",
        ),
        (
            host(
                guest("web", ON_BRIDGE),
                inventory=bridged(
                    {"name": "bond0", "kind": "bond", "master": "br0"},
                    {"name": "eth1", "master": "bond0", "lan": "office"},
                ),
            ),
            host(
                guest("shop", ON_BRIDGE), inventory={"interfaces": [{"name": "br0", "kind": "bridge", "lan": "office"}]}
            ),
            "office",
        ),
    ],
    ids=["by network", "by bridge", "by macvtap", "in one VLAN", "by bond and by bridge"],
)
def test_two_guests_have_one_mac_on_one_lan(tmp_path: Path, one: OneHost, other: OneHost, lan: str) -> None:
    assert found(tmp_path, "mac-on-one-lan-twice", a=one, b=other) == [TWICE.format(lan)]


SILENT = {
    "another LAN": host(
        guest("shop", ON_BRIDGE), inventory=bridged({"name": "eth0", "master": "br0", "lan": "branch"})
    ),
    "unnamed LAN": host(guest("shop", ON_BRIDGE), inventory=bridged({"name": "eth0", "master": "br0"})),
    "no inventory": host(guest("shop", ON_BRIDGE), inventory=None),
    "ports in two LANs": host(
        guest("shop", ON_BRIDGE),
        inventory=bridged(
            {"name": "eth0", "master": "br0", "lan": "office"}, {"name": "eth1", "master": "br0", "lan": "x"}
        ),
    ),
    "VLAN of a NIC without a name": host(
        guest("shop", ON_BRIDGE),
        inventory=bridged(
            {"name": "eth0.5", "kind": "vlan", "master": "br0", "parent": "eth0"}, {"name": "eth0", "lan": "office"}
        ),
    ),
    "a VLAN": host(guest("shop", nic()), LAN.format("<vlan><tag id='7'/></vlan>" + OVS)),
    "a trunk": host(guest("shop", nic()), LAN.format("<vlan trunk='yes'><tag id='7'/><tag id='8'/></vlan>" + OVS)),
    "a profile of a switch": host(guest("shop", nic()), LAN.format(OVS)),
    "behind NAT": host(guest("shop", nic()), network("lan", "nat", "10.0.0.1/24")),
    "an unknown network": host(guest("shop", nic())),
    "the same guest by name": host(guest("web", ON_BRIDGE)),
    "the same guest by UUID": host(guest("shop", ON_BRIDGE, uuid="6a1b2c3d-0000-4000-8000-000000000001")),
    "a teaming pair": host(guest("shop", nic(more="<teaming type='persistent'/>")), LAN.format("")),
    "another MAC": host(guest("shop", nic("52:54:00:00:00:02")), LAN.format("")),
}


@pytest.mark.parametrize("other", SILENT.values(), ids=SILENT.keys())
def test_nothing_is_guessed_about_a_lan(tmp_path: Path, other: OneHost) -> None:
    one = host(guest("web", ON_BRIDGE, uuid="6a1b2c3d-0000-4000-8000-000000000001"))
    assert found(tmp_path, "mac-on-one-lan-twice", a=one, b=other) == []


def test_two_of_one_host_are_left_to_its_own_rules(tmp_path: Path) -> None:
    both = host(guest("web", ON_BRIDGE), guest("shop", ON_BRIDGE))
    assert found(tmp_path, "mac-on-one-lan-twice", a=both, b=host(guest("mail", nic("52:54:00:00:00:02")))) == []


def test_a_third_host_is_compared_with_the_first(tmp_path: Path) -> None:
    hosts = {name: host(guest(name, ON_BRIDGE)) for name in "abc"}
    lines = found(tmp_path, "mac-on-one-lan-twice", **hosts)
    assert [each.partition(" of host")[0] for each in lines] == [
        f"{name}:0.xml: warning: MAC address 52:54:00:00:00:01 is already used by guest 'a'" for name in "bc"
    ]


def test_subnets_behind_one_router_overlap(tmp_path: Path) -> None:
    lines = found(
        tmp_path,
        "fleet-subnet-overlap",
        a=host(network("red", "route", "10.1.0.1/16")),
        b=host(network("blue", "open", "10.1.2.1/24"), network("far", "route", "10.2.0.1/24")),
        c=host(network("red", "route", "10.1.0.1/16")),
    )
    where = "10.1.0.0/16 of network 'red' of host 'a', also behind 192.168.50.1 on LAN 'office' [fleet-subnet-overlap]"
    assert lines == [
        f"b:0.xml: warning: subnet 10.1.2.0/24 is within {where}",
        f"c:0.xml: info: subnet 10.1.0.0/16 is already used by {where.removeprefix('10.1.0.0/16 of ')}",
    ]


@pytest.mark.parametrize(
    ("mode", "inventory"),
    [
        ("nat", OFFICE),
        ("isolated", OFFICE),
        ("route", None),
        ("route", {**OFFICE, "routes": [{"to": "default", "via": "192.168.50.2", "dev": "br0"}]}),
        ("route", {**OFFICE, "routes": []}),
        ("route", {**OFFICE, "interfaces": [{"name": "br0", "kind": "bridge", "lan": "branch"}]}),
        ("route", {**OFFICE, "interfaces": [{"name": "br0", "kind": "bridge"}]}),
    ],
    ids=["nat", "isolated", "no inventory", "another router", "no router", "another LAN", "an unnamed LAN"],
)
def test_nothing_is_guessed_about_a_router(tmp_path: Path, mode: str, inventory: dict[str, Any] | None) -> None:
    one, other = host(network("red", "route", "10.1.0.1/24")), network("blue", mode, "10.1.0.1/24")
    assert found(tmp_path, "fleet-subnet-overlap", a=one, b=host(other, inventory=inventory)) == []


def test_ipv6_that_nat_does_not_translate_is_routed(tmp_path: Path) -> None:
    text = "<network><name>{}</name><forward mode='nat'/><ip family='ipv6' address='fd00::1' prefix='64'/></network>"
    lines = found(tmp_path, "fleet-subnet-overlap", a=host(text.format("red")), b=host(text.format("blue")))
    assert [each.split(" is ")[0] for each in lines] == ["b:0.xml: warning: subnet fd00::/64"]


def test_a_migration_target_lacks_a_network(tmp_path: Path) -> None:
    with_guests = host(LAN.format(""), guest("web", nic()), guest("shop", nic()), inventory=PROD)
    lines = found(
        tmp_path,
        "migration-network-missing",
        a=with_guests,
        b=with_guests,
        c=host(network("other", "isolated"), inventory=PROD),
        d=host(network("other", "isolated"), inventory={**PROD, "migration_group": "test"}),
        e=host(network("other", "isolated")),
    )
    assert lines == [
        "a:1.xml: warning: network 'lan' is missing on host 'c' of group 'prod', and 4 guests of 2 hosts may migrate "
        "there [migration-network-missing]"
    ]


HAVING = {
    "in a file": host(LAN.format(""), inventory=PROD),
    "in the inventory": host(inventory={**PROD, "networks": [{"name": "lan"}]}),
    "external": host(inventory=PROD, settings=Settings(external=frozenset({"lan"}))),
}


@pytest.mark.parametrize("target", HAVING.values(), ids=HAVING.keys())
def test_a_migration_target_has_the_network(tmp_path: Path, target: OneHost) -> None:
    source = host(LAN.format(""), guest("web", nic()), inventory=PROD)
    assert found(tmp_path, "migration-network-missing", a=source, b=target) == []


@pytest.mark.parametrize(("complete", "severity"), [(True, "warning"), (False, "info")])
def test_what_is_not_known_to_be_missing_is_an_info(tmp_path: Path, complete: bool, severity: str) -> None:
    unlisted = {**OFFICE, "migration_group": "prod"}
    target = host(network("other", "isolated"), inventory=unlisted, settings=Settings(complete=complete))
    lines = found(
        tmp_path, "migration-network-missing", a=host(LAN.format(""), guest("web", nic()), inventory=PROD), b=target
    )
    assert [each.split(": ")[1] for each in lines] == [severity]


def test_a_network_that_the_guests_own_host_lacks_is_left_to_its_own_rules(tmp_path: Path) -> None:
    lines = found(
        tmp_path, "migration-network-missing", a=host(guest("web", nic()), inventory=PROD), b=host(inventory=PROD)
    )
    assert lines == []


def test_a_migration_target_lacks_a_device(tmp_path: Path) -> None:
    without = {**PROD, "interfaces": [{"name": "br1", "kind": "bridge"}]}
    lines = found(
        tmp_path,
        "migration-device-missing",
        a=host(guest("web", ON_BRIDGE), guest("tap", ON_NIC), inventory=PROD),
        b=host(inventory=without),
        c=host(inventory={**without, "partial": True}),
        d=host(network("x", "isolated"), inventory={key: PROD[key] for key in PROD.keys() - {"interfaces"}}),
    )
    assert [each.partition(" is missing")[0] for each in lines] == [
        "a:0.xml: warning: device 'br0'",
        "a:1.xml: warning: device 'eth0'",
    ]


def test_a_network_differs(tmp_path: Path) -> None:
    usual = host(LAN.format("<portgroup name='dmz'/>"), network("red", "route", "10.1.0.1/24"), inventory=PROD)
    bridge = [{"name": "br1", "kind": "bridge", "mtu": 9000, "lan": "branch"}]
    other = LAN.format("").replace("br0", "br1")
    odd = host(other, network("red", "nat", "10.2.0.1/24"), inventory={**PROD, "interfaces": bridge})
    lines = found(tmp_path, "migration-network-differs", a=usual, b=odd, c=usual)
    most = "on 2 of 3 hosts of group 'prod' [migration-network-differs]"
    assert lines == [
        f"b:0.xml: warning: network 'lan' has LAN branch, but LAN office {most}",
        f"b:0.xml: info: network 'lan' has bridge br1, but bridge br0 {most}",
        f"b:0.xml: warning: network 'lan' has no port groups, but port groups dmz {most}",
        f"b:1.xml: warning: network 'red' has mode nat, but mode route {most}",
        f"b:1.xml: warning: network 'red' has subnets 10.2.0.0/24, but subnets 10.1.0.0/24 {most}",
    ]


def test_the_mtu_is_that_of_the_network_or_of_its_bridge(tmp_path: Path) -> None:
    def joined(mtu: int) -> OneHost:
        links = [{"name": "br0", "kind": "bridge", "mtu": mtu}]
        return host(LAN.format(""), inventory={**PROD, "interfaces": links})

    own = "<mtu size='9000'/>"
    for one, other in product([joined(9000), host(LAN.format(own), inventory=PROD)], repeat=2):
        assert found(tmp_path, "migration-network-differs", a=one, b=other) == []
    lines = found(tmp_path, "migration-network-differs", a=joined(1500), b=joined(9000))
    assert [each.partition(" on ")[0] for each in lines] == [
        "b:0.xml: warning: network 'lan' has MTU 9000, but MTU 1500"
    ]
    made = [host(network("n", "isolated", more=more), inventory=PROD) for more in ("", own)]
    assert len(found(tmp_path, "migration-network-differs", a=made[0], b=made[1])) == 1


def test_what_only_one_host_knows_is_not_compared(tmp_path: Path) -> None:
    unknown = {**PROD, "interfaces": None}
    assert found(tmp_path, "migration-network-differs", a=host(LAN.format(""), inventory=PROD),
                 b=host(LAN.format(""), inventory=unknown)) == []  # fmt: skip
    template = "<network><name>lan</name><forward mode='{{ mode }}'/><bridge name='{{ bridge }}'/></network>"
    assert found(tmp_path, a=host(LAN.format(""), inventory=PROD), b=host(template, inventory=PROD)) == []


def test_hosts_of_no_group_are_not_compared(tmp_path: Path) -> None:
    assert found(tmp_path, a=host(LAN.format("")), b=host(network("lan", "nat", "10.0.0.1/24"))) == []
