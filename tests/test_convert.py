"""Inventories from the files that configure a host's network: netplan, NetworkManager, networkd, ifupdown, nmstate."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vnetlint.host import Host
from vnetlint.host.convert import KINDS, convert
from vnetlint.host.convert.sources import MAX_BYTES, ConversionError
from vnetlint.host.inventory import Inventory

NETPLAN = """\
network:
  version: 2
  renderer: networkd
  ethernets:
    eno1: {}
    eno2: {dhcp4: yes, link-local: []}
    lan:
      match: {macaddress: "52:54:00:11:22:33"}
      set-name: lan0
      addresses: [10.9.0.2/24, "10.9.0.3/24": {label: "lan0:x"}]
      accept-ra: no
      routes:
        - {to: 10.7.0.0/16, via: 10.9.0.1}
        - {to: 10.8.0.0/16, via: 10.9.0.1, table: 100}
    any: {match: {driver: ixgbe}}
  bridges:
    br0: {interfaces: [bond0], addresses: [192.168.50.10/24], gateway4: 192.168.50.1, mtu: 9000, accept-ra: false}
    br1: {interfaces: [any]}
    br2: {}
    ovs0: {openvswitch: {}, interfaces: [eno1]}
  bonds:
    bond0: {interfaces: [eno2]}
  vlans:
    vlan20: {id: 20, link: lan}
  wifis:
    wl0: {access-points: {"x": {password: "y"}}}
"""
NETWORKD = {
    "10-br0.netdev": "[NetDev]\nName=br0\nKind=bridge\n",
    "10-br1.netdev": "[NetDev]\nName=br1\nKind=bridge\n",
    "10-v.netdev": "[NetDev]\nName=storage\nKind=vlan\nMTUBytes=9K\n[VLAN]\nId=7\n",
    "20-br0.network": "[Match]\nName=br0\n[Network]\nAddress=192.168.50.10/24\nGateway=192.168.50.1\nIPForward=ipv4\n"
    "IPv6AcceptRA=no\n[Address]\nAddress=fd50::10/64\n[Route]\nDestination=10.7.0.0/16\nGateway=192.168.50.2\n"
    "[Route]\nDestination=10.8.0.0/16\nGateway=192.168.50.2\nTable=7\n",
    "20-br0.network.d/more.conf": "[Network]\n# another one\nAddress=192.168.51.10/24\n",
    "30-port.network": "[Match]\nName=eno1 eno2\n[Network]\nBridge=br0\nVLAN=storage\n",
    "40-all.network": "[Match]\nName=en*\n[Network]\nDHCP=ipv4\nBridge=br1\n",
    "50-v.network": "[Match]\nKind=vlan\n[Network]\nDHCP=yes\n",
}
KEYFILES = {
    "br0.nmconnection": "[connection]\nid=LAN\nuuid=8f6e6f66-0c61-4a5b-9c6e-6a7c3f2b1d01\ntype=bridge\n"
    "interface-name=br0\n[ipv4]\nmethod=manual\naddress1=192.168.50.10/24,192.168.50.1\nroute1=10.7.0.0/16,192.168.50.2,100\n"
    "[ipv6]\nmethod=disabled\n",
    "port.nmconnection": "[connection]\nid=port\ntype=802-3-ethernet\ninterface-name=eno1\n"
    "controller=8f6e6f66-0c61-4a5b-9c6e-6a7c3f2b1d01\nport-type=bridge\n",
    "vlan.nmconnection": "[connection]\nid=v\ntype=vlan\n[vlan]\nid=20\nparent=eno1\n[ipv4]\nmethod=auto\n"
    "[ipv6]\nmethod=ignore\n",
    "sw.nmconnection": "[connection]\ntype=ovs-bridge\ninterface-name=br-ex\n",
    "swport.nmconnection": "[connection]\ntype=ovs-port\ninterface-name=br-ex\nmaster=br-ex\nslave-type=ovs-bridge\n",
    "swif.nmconnection": "[connection]\ntype=ovs-interface\ninterface-name=br-ex\nmaster=br-ex\nslave-type=ovs-port\n"
    "[ipv4]\nmethod=manual\naddresses1=10.1.0.2;16;10.1.0.1;\nnever-default=true\n[ipv6]\nmethod=disabled\n",
    "uplink.nmconnection": "[connection]\ntype=ethernet\nuuid=u\ninterface-name=eno3\nmaster=up\nslave-type=ovs-port\n",
    "up.nmconnection": "[connection]\ntype=ovs-port\ninterface-name=up\ncontroller=br-ex\nport-type=ovs-bridge\n",
    "hotel.nmconnection": "[connection]\nid=hotel\ntype=wifi\n[wifi]\nssid=hotel\n",
    "hand.nmconnection": "[connection]\nid=hand\ntype=ethernet\ninterface-name=eno9\nautoconnect=false\n",
}
INTERFACES = {
    "interfaces": """\
# Written by hand
source /etc/network/interfaces.d/*
auto lo
iface lo inet loopback

auto br0
iface br0 inet static
    address 192.168.50.10
    netmask 255.255.255.0
    gateway 192.168.50.1
    bridge_ports eth0
    up ip route add 10.44.0.0/16 via 192.168.50.2
    post-up ip -6 route add fd44::/64 via fd50::2 dev $IFACE || true
    up ip route add 10.1.0.0/16 via 192.168.50.3 table 5
iface br0 inet6 static
    address fd50::10/64
    accept_ra 0
iface eth0 inet manual
auto eth0.30
iface eth0.30 inet static
    address 10.30.0.1
auto eth3
iface eth3 inet dhcp
""",
    "interfaces.d/bonds": """\
auto bond0 vmbr0
iface bond0 inet manual
    bond-slaves eth1 \\
       eth2
    bond-mode 802.3ad
iface vmbr0 inet static
    address 10.5.5.5/24
    bridge-ports none
    bridge-vlan-aware yes
""",
}
STATE = """\
---
interfaces:
  - name: br0
    type: linux-bridge
    state: up
    mtu: 1500
    ipv4: {enabled: true, dhcp: false, address: [{ip: 192.168.50.10, prefix-length: 24}]}
    ipv6: {enabled: false}
    bridge: {port: [{name: eno1}]}
  - {name: bond0, type: bond, link-aggregation: {mode: active-backup, port: [eno2, eno3]}}
  - {name: bond0.5, type: vlan, vlan: {base-iface: bond0, id: 5}, ipv4: {enabled: true, dhcp: true}}
  - {name: br-ex, type: ovs-bridge, bridge: {port: [{name: br-ex}, {name: p, link-aggregation: {port: [name: eno4]}}]}}
  - {name: br-ex, type: ovs-interface, ipv4: {enabled: true, address: [{ip: 10.1.0.2, prefix-length: 16}]}}
  - {name: old, type: dummy, state: absent}
routes:
  config:
    - {destination: 0.0.0.0/0, next-hop-address: 192.168.50.1, next-hop-interface: br0, table-id: 254}
    - {destination: 10.8.0.0/16, next-hop-address: 192.168.50.1, next-hop-interface: br0, table-id: 7}
"""


def write(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


def links(inventory: Inventory) -> dict[str, dict[str, Any]]:
    """The interfaces by name, without what is unknown."""
    found = {each.name: each.model_dump(exclude_defaults=True) for each in inventory.interfaces or ()}
    return {name: {key: value for key, value in each.items() if key != "name"} for name, each in found.items()}


def routes(inventory: Inventory) -> list[tuple[str, str | None, str | None]]:
    return [(each.to, each.via, each.dev) for each in inventory.routes or ()]


def test_netplan(tmp_path: Path) -> None:
    inventory, remarks = convert("netplan", [write(tmp_path, {"50.yaml": NETPLAN})])
    assert links(inventory) == {
        "eno1": {"master": "ovs0"},
        "eno2": {"master": "bond0", "dynamic": ("ipv4",)},
        "lan0": {"addresses": ("10.9.0.2/24", "10.9.0.3/24")},
        "bond0": {"kind": "bond", "master": "br0"},
        "br0": {"kind": "bridge", "addresses": ("192.168.50.10/24",), "ports": ("bond0",), "mtu": 9000},
        "br1": {"kind": "bridge", "dynamic": ("ipv6",)},
        "br2": {"kind": "bridge", "dynamic": ("ipv6",), "ports": ()},
        "ovs0": {"kind": "ovs", "dynamic": ("ipv6",), "ports": ("eno1",)},
        "vlan20": {"kind": "vlan", "dynamic": ("ipv6",), "parent": "lan0"},
        "wl0": {"wireless": True, "dynamic": ("ipv6",)},
    }
    assert routes(inventory) == [("10.7.0.0/16", "10.9.0.1", "lan0"), ("0.0.0.0/0", "192.168.50.1", "br0")]
    place = str(tmp_path / "50.yaml")
    assert [each for each in remarks if place in each] == [
        f"{place}:14:11: left out, because it is not a plain route of the main table",
        f"{place}:15:5: 'any' has a match and no set-name, so the name of its interface is unknown and the inventory "
        "does not list it",
    ]
    assert (
        "eno2 gets its IPv4 addresses by DHCP, so the inventory does not have them, nor the routes that come with them"
        "; run `vnetlint host` on the machine to know them"
    ) in remarks


def test_netplan_merges_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    second = "network: {bridges: {br0: {addresses: [192.168.51.10/24], mtu: 1500}}}"
    inventory, _ = convert("netplan", [write(tmp_path, {"50.yaml": NETPLAN, "60.yaml": second, "x.txt": "]"})])
    br0 = links(inventory)["br0"]
    assert (br0["addresses"], br0["mtu"]) == (("192.168.50.10/24", "192.168.51.10/24"), 1500)


def test_networkd(tmp_path: Path) -> None:
    inventory, remarks = convert("networkd", [write(tmp_path, NETWORKD)])
    assert links(inventory) == {
        "br0": {
            "kind": "bridge",
            "addresses": ("192.168.50.10/24", "192.168.51.10/24", "fd50::10/64"),
            "ports": ("eno1", "eno2"),
        },
        "br1": {"kind": "bridge"},
        "storage": {"kind": "vlan", "mtu": 9216, "parent": "eno2", "dynamic": ("ipv4", "ipv6")},
        "eno1": {"master": "br0"},
        "eno2": {"master": "br0"},
    }
    assert routes(inventory) == [("0.0.0.0/0", "192.168.50.1", "br0"), ("10.7.0.0/16", "192.168.50.2", "br0")]
    assert (inventory.forwarding.ipv4, inventory.forwarding.ipv6) == (True, None)
    assert any("40-all.network:1: [Match] does not name all interfaces" in each for each in remarks)


def test_networkmanager(tmp_path: Path) -> None:
    inventory, remarks = convert("networkmanager", [write(tmp_path, KEYFILES)])
    assert links(inventory) == {
        "br0": {"kind": "bridge", "addresses": ("192.168.50.10/24",), "ports": ("eno1",)},
        "eno1": {"master": "br0"},
        "eno1.20": {"kind": "vlan", "parent": "eno1", "dynamic": ("ipv4", "ipv6")},
        "br-ex": {"kind": "ovs", "addresses": ("10.1.0.2/16",), "ports": ("eno3",)},
        "eno3": {"master": "br-ex"},
    }
    assert routes(inventory) == [("10.7.0.0/16", "192.168.50.2", "br0"), ("0.0.0.0/0", "192.168.50.1", "br0")]
    assert [each.partition(": ")[2][:17] for each in remarks if str(tmp_path) in each] == [
        "left out, because",
        "no interface-name",
    ]


def test_ifupdown(tmp_path: Path) -> None:
    inventory, remarks = convert("ifupdown", [write(tmp_path, INTERFACES)])
    assert links(inventory) == {
        "bond0": {"kind": "bond", "dynamic": ("ipv6",)},
        "eth1": {"master": "bond0"},
        "eth2": {"master": "bond0"},
        "vmbr0": {"kind": "bridge", "addresses": ("10.5.5.5/24",), "dynamic": ("ipv6",), "ports": ()},
        "br0": {"kind": "bridge", "addresses": ("192.168.50.10/24", "fd50::10/64"), "ports": ("eth0",), "accept_ra": 0},
        "eth0": {"master": "br0"},
        "eth0.30": {"kind": "vlan", "addresses": ("10.30.0.1/8",), "dynamic": ("ipv6",), "parent": "eth0"},
        "eth3": {"dynamic": ("ipv4", "ipv6")},
    }
    assert routes(inventory) == [
        ("0.0.0.0/0", "192.168.50.1", "br0"),
        ("10.44.0.0/16", "192.168.50.2", "br0"),
        ("fd44::/64", "fd50::2", "br0"),
    ]
    assert [each for each in remarks if "table 5" in each]


@pytest.mark.parametrize("pattern", ["/etc/shadow", "../secret", "$(touch x)", "interfaces.d/../../secret", "~/x"])
def test_ifupdown_reads_nothing_outside_its_folder(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "secret").write_text("iface leaked inet manual\n")
    folder = write(tmp_path / "network", {"interfaces": f"source {pattern}\nauto lo\n"})
    inventory, remarks = convert("ifupdown", [folder])
    assert inventory.interfaces == ()
    assert "is not read" in remarks[0]


@pytest.mark.parametrize("name", ["state.yml", "state.json"])
def test_nmstate(tmp_path: Path, name: str) -> None:
    inventory, remarks = convert("nmstate", [write(tmp_path, {name: STATE})])
    assert links(inventory) == {
        "br0": {"kind": "bridge", "addresses": ("192.168.50.10/24",), "ports": ("eno1",), "mtu": 1500},
        "eno1": {"master": "br0"},
        "bond0": {"kind": "bond"},
        "eno2": {"master": "bond0"},
        "eno3": {"master": "bond0"},
        "bond0.5": {"kind": "vlan", "parent": "bond0", "dynamic": ("ipv4",)},
        "br-ex": {"kind": "ovs", "addresses": ("10.1.0.2/16",), "ports": ("eno4",)},
        "eno4": {"master": "br-ex"},
    }
    assert routes(inventory) == [("0.0.0.0/0", "192.168.50.1", "br0")]
    assert inventory.partial
    assert any("bond0.5 gets its IPv4 addresses by DHCP" in each for each in remarks)


def test_a_state_that_was_read_from_the_machine_is_complete(tmp_path: Path) -> None:
    inventory, remarks = convert("nmstate", [write(tmp_path, {"s.yml": STATE.replace("config:", "running:")})])
    assert not inventory.partial
    assert links(inventory)["bond0.5"] == {"kind": "vlan", "parent": "bond0"}
    assert len(remarks) == 1


def test_what_a_partial_inventory_does_not_list_is_not_absent(tmp_path: Path) -> None:
    inventory, remarks = convert("netplan", [write(tmp_path, {"50.yaml": NETPLAN})])
    host = Host(inventory)
    assert host.link("docker0") is None
    assert not host.lacks("docker0")
    assert "partial" in remarks[-1]


def test_a_nic_with_dhcp_is_in_use(tmp_path: Path) -> None:
    text = "network: {ethernets: {eno1: {dhcp4: true}, eno2: {link-local: []}}}"
    host = Host(convert("netplan", [write(tmp_path, {"50.yaml": text})])[0])
    assert [each.name for each in host.spare_nics] == ["eno2"]


@pytest.mark.parametrize(
    ("kind", "name", "text", "message"),
    [
        ("netplan", "a.yaml", "network:\n  bridges: [a]", "2:12: expected a mapping of keys and values, not a list"),
        ("netplan", "a.yaml", "network: {bridges: {b: {addresses: [1.2.3]}}}", "1:37: address '1.2.3' has no prefix: "
         "expected one such as /24"),
        ("netplan", "a.yaml", "network: {bridges: {b: {addresses: [1.2.3/8]}}}", "1:37: invalid value '1.2.3/8': "
         "expected an address such as 192.168.50.10/24"),
        ("netplan", "a.yaml", "network: {bridges: {b: {interfaces: [en0]}}}",
         "1:38: interface 'en0' is not defined in these files"),
        ("netplan", "a.yaml", "network: {bridges: {b: {dhcp4: perhaps}}}",
         "1:32: invalid value 'perhaps': expected yes or no"),
        ("netplan", "a.yaml", "network: {bridges: {a-name-that-is-long: {}}}",
         "1:21: invalid interface name 'a-name-that-is-long': expected 1 to 15 characters"),
        ("netplan", "a.yaml", "network: &a [*a]", "1:14: an alias cannot be inside its own value: 'a'"),
        ("netplan", "a.yaml", "[" * 60, "1:51: nested too deeply: expected at most 50 levels"),
        ("networkd", "a.network", "Name=x", "1: expected a '[Section]' before 'Name='"),
        ("networkd", "a.network", "[Match]\nName", "2: expected '[Section]' or 'Key=value', not 'Name'"),
        ("networkd", "a.netdev", "[NetDev]\nName=x", "1: expected a section [NetDev] with Name= and Kind="),
        ("networkmanager", "a.nmconnection", "[ipv4]\n", "1: expected a section [connection] with type="),
        ("networkmanager", "a.nmconnection", "[connection]\ntype=dummy\ninterface-name=d\n[ipv4]\nmethod=manual\n"
         "address1=x", "6: invalid value 'x': expected an address such as 192.168.50.10/24"),
        ("ifupdown", "interfaces", "address 1.2.3.4", "1: expected a stanza such as 'iface NAME inet static', "
         "not 'address 1.2.3.4'"),
        ("ifupdown", "interfaces", "iface a ine static", "1: unknown address family 'ine': expected inet or inet6"),
        ("nmstate", "a.yml", "interfaces: [{type: bond}]", "1:14: an interface without a name: "
         "expected the key 'name'"),
    ],
)  # fmt: skip
def test_an_error_has_its_place_and_what_was_expected(
    tmp_path: Path, kind: Any, name: str, text: str, message: str
) -> None:
    with pytest.raises(ConversionError) as found:
        convert(kind, [write(tmp_path, {name: text})])
    assert str(found.value) == f"{tmp_path / name}:{message}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_without_such_files_says_what_was_expected(tmp_path: Path, kind: Any) -> None:
    with pytest.raises(ConversionError, match="no files here: expected "):
        convert(kind, [str(tmp_path)])
    with pytest.raises(ConversionError, match="No such file"):
        convert(kind, [str(tmp_path / "missing")])


def test_aliases_cannot_grow_without_end(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    with pytest.raises(ConversionError, match="more than 100000 values"):
        convert("netplan", [write(tmp_path, {"a.yaml": "\n".join(lines)})])


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="at most 512 KiB"):
        convert("netplan", [write(tmp_path, {"a.yaml": "#" * (MAX_BYTES + 1)})])


NAMES = {
    "netplan": "a.yaml",
    "networkmanager": "a.nmconnection",
    "networkd": "a.network",
    "ifupdown": "interfaces",
    "nmstate": "a.yml",
}
SEEDS = {
    "netplan": [NETPLAN],
    "networkmanager": [*KEYFILES.values()],
    "networkd": [*NETWORKD.values()],
    "ifupdown": [*INTERFACES.values()],
    "nmstate": [STATE],
}
PIECES = ("", "\0", "[", "{", "]", "&a", "*a", "!!python/object:os", "- ", "\n", "\t", "=", "::/0", "/", "9" * 5000,
          "²", "\ud800", "default", "br0", "eno1", "\\", "$", "*", "?:", "<<: *a", "''", "٣", "-1", "[]")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=2 * settings().max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_makes_it_raise_anything_but_its_own_error(tmp_path: Path, kind: Any, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(SEEDS[kind]) | st.text(max_size=60))
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 12, len(text))))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    path = tmp_path / NAMES[kind]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert "\n" not in outcome(kind, str(path)).removeprefix(str(path))


def outcome(kind: Any, path: str) -> str:
    """Return the message of an error, or nothing."""
    try:
        convert(kind, [path])
    except ConversionError as error:
        return str(error)
    return ""


def test_templates_of_ifupdown_are_extended_in_their_order(tmp_path: Path) -> None:
    text = "".join(f"iface {each}\n" for each in (
        "base inet static\n mtu 1400\n netmask 24", "lan inet static inherits base\n mtu 9000",
        "eth0 inet static inherits lan\n address 10.0.0.1"))  # fmt: skip
    inventory, _ = convert("ifupdown", [write(tmp_path, {"interfaces": text})])
    assert links(inventory) == {"eth0": {"addresses": ("10.0.0.1/24",), "mtu": 9000, "dynamic": ("ipv6",)}}


def test_a_loop_of_templates_ends(tmp_path: Path) -> None:
    text = "iface a inet static inherits b\niface b inet static inherits a\n"
    with pytest.raises(ConversionError, match="1: inherits too deeply: expected at most 10 levels"):
        convert("ifupdown", [write(tmp_path, {"interfaces": text})])


@pytest.mark.slow
def test_thousands_of_interfaces_take_seconds(tmp_path: Path) -> None:
    nics = ", ".join(f"e{number}: {{addresses: [10.0.0.1/8]}}" for number in range(5000))
    inventory, _ = convert("netplan", [write(tmp_path, {"a.yaml": f"network: {{ethernets: {{{nics}}}}}"})])
    assert len(inventory.interfaces or ()) == 5000
