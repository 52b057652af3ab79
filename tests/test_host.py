"""The host's inventory: read from JSON and TOML; what it leaves out is unknown, and errors in it are clear."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from vnetlint.host import Host, HostError, load

JSON = """{"version": 1,
  "interfaces": [
    {"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24", "fd50::10/64"]},
    {"name": "eth1", "kind": "nic", "master": "br0"},
    {"name": "eth2", "kind": "nic"},
    {"name": "wlan0", "kind": "nic", "wireless": true},
    {"name": "br0", "kind": "bridge"},
    {"name": "br1", "kind": "bridge", "ports": []},
    {"name": "br2", "kind": "bridge", "ports": ["vnet0"]},
    {"name": "vnet0", "kind": "tap"},
    {"name": "br3", "kind": "bridge"}
  ],
  "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
  "upstream": {"routes": [{"to": "10.44.0.0/16", "via": "192.168.50.10"}, {"to": "default", "via": "203.0.113.1"}]}}"""


@pytest.fixture
def host(tmp_path: Path) -> Host:
    path = tmp_path / "host.json"
    path.write_text(JSON)
    return load(str(path))


def test_toml_is_read_as_json_is(tmp_path: Path) -> None:
    (tmp_path / "host.toml").write_text(
        'version = 1\n[[interfaces]]\nname = "eth0"\naddresses = ["192.168.50.10/24"]\n'
    )
    assert load(str(tmp_path / "host.toml")).link("eth0") is not None


def test_what_is_absent_is_unknown() -> None:
    nothing = Host.of({"version": 1})
    assert not nothing.lacks("br0")
    assert nothing.has_uplink("br0") is None
    assert nothing.inventory.upstream.routes is None
    assert nothing.free_nics == ()


@pytest.mark.parametrize(
    ("bridge", "uplink"), [("br0", True), ("br1", False), ("br2", False), ("br3", None), ("br9", None)]
)
def test_a_bridge_has_an_uplink_if_a_port_leads_out(host: Host, bridge: str, uplink: bool | None) -> None:
    assert host.has_uplink(bridge) is uplink


def test_free_nics_are_wired_and_not_ports(host: Host) -> None:
    assert [link.name for link in host.free_nics] == ["eth2", "eth0"]


@pytest.mark.parametrize(
    ("subnet", "reached"),
    [("10.44.7.0/24", True), ("10.45.0.0/24", False), ("10.0.0.0/8", False), ("fd44::/64", False)],
)
def test_only_a_route_via_this_host_reaches_a_subnet(host: Host, subnet: str, reached: bool) -> None:
    assert host.is_reached_from_upstream(ip_network(subnet)) is reached


def test_the_address_towards_upstream_is_the_one_beside_the_gateway(host: Host) -> None:
    assert str(host.address_towards_upstream(4)) == "192.168.50.10"
    assert host.address_towards_upstream(6) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", ":1:2: not JSON"),
        ("[]", ": the whole file: "),
        ("{}", ": version: this key is required"),
        ('{"version": 2}', ": version: input should be 1"),
        ('{"version": 1, "bridges": []}', ": bridges: unknown key"),
        ('{"version": 1, "interfaces": [{"name": "e", "addresses": ["10.0.0.300/24"]}]}', ": interfaces.0.addresses: "),
        ('{"version": 1, "interfaces": [{"name": "a-name-that-is-too-long"}]}', ": interfaces.0.name: "),
        ('{"version": 1, "routes": [{"to": "nowhere"}]}', ": routes.0.to: "),
    ],
)  # fmt: skip
def test_a_broken_inventory_is_one_line_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "host.json"
    path.write_text(text)
    with pytest.raises(HostError) as caught:
        load(str(path))
    assert str(caught.value).startswith(f"{path}{message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ({"name": "eno1"}, "nic"),
        ({"name": "virbr0"}, "bridge"),
        ({"name": "virbr0-nic"}, "dummy"),
        ({"name": "br-0123456789ab"}, "bridge"),
        ({"name": "br0"}, "other"),
        ({"name": "ovsbr0"}, "other"),
        ({"name": "lan", "ports": ["eno1"]}, "other"),
        ({"name": "eno1.10"}, "vlan"),
        ({"name": "vnet12"}, "tap"),
        ({"name": "bond0"}, "bond"),
        ({"name": "lo"}, "other"),
        ({"name": "br0", "kind": "ovs"}, "ovs"),
    ],
)
def test_a_usual_name_tells_the_kind_that_is_not_given(link: dict[str, Any], kind: str) -> None:
    host = Host.of({"version": 1, "interfaces": [link]})
    assert [each.kind for each in host.links] == [kind]


def test_the_nics_that_carry_the_host_are_found_through_bridges_and_vlans() -> None:
    links = [{"name": "eth1", "master": "bond0"}, {"name": "bond0"}, {"name": "bond0.5", "master": "br5"},
             {"name": "br5", "kind": "bridge", "addresses": ["10.0.0.1/24"]},
             {"name": "a", "master": "b"}, {"name": "b", "master": "a"}]  # fmt: skip
    host = Host.of({"version": 1, "interfaces": links})
    assert [name for name in ("eth1", "bond0", "a", "none") if host.carries(name)] == ["eth1", "bond0"]


@pytest.mark.parametrize(("port", "uplink"), [("veth0", None), ("tap0", False), ("dummy0", False), ("eno1", True)])
def test_a_veth_may_lead_anywhere(port: str, uplink: bool | None) -> None:
    links = [{"name": "br0", "kind": "bridge", "ports": [port]}, {"name": port}]
    assert Host.of({"version": 1, "interfaces": links}).has_uplink("br0") is uplink
