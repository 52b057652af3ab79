"""The host's inventory: read from JSON and TOML; what it leaves out is unknown, and errors in it are clear."""

import json
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from vnetlint.engine.lint import lint
from vnetlint.files.read import read
from vnetlint.host import Host, HostError, load
from vnetlint.settings import Settings

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
        ("{", ":1:2: not JSON: expected property name enclosed in double quotes"),
        ("[]", ":1:1: an inventory is a table of keys"),
        ("{}", ":1:1: missing key 'version'"),
        ('{"version": 2}', ":1:2: invalid value '2' for 'version': expected 1"),
        ('{"version": 1, "bridges": []}', ":1:16: unknown key 'bridges'; known: "),
        ('{"version": 1,\n  "interface": []}', ":2:3: unknown key 'interface'; did you mean 'interfaces'?"),
        ('{"verson": 1}', ":1:2: unknown key 'verson'; did you mean 'version'? (1 more)"),
        ('{"version": 1, "interfaces": [{"name": "e", "addresses": ["10.0.0.300/24"]}]}',
         ":1:59: invalid value for 'interfaces[0].addresses[0]': '10.0.0.300/24': expected an address with a prefix"),
        ('{"version": 1, "interfaces": [{"name": "a-name-that-is-too-long"}]}',
         ":1:32: invalid value 'a-name-that-is-too-long' for 'interfaces[0].name': expected at most 15 characters"),
        ('{"version": 1, "interfaces": [{"name": "a"}, {"name": "b", "mastre": "c"}]}',
         ":1:60: interfaces[1]: unknown key 'mastre'; did you mean 'master'?"),
        ('{"version": 1, "interfaces": [{"kind": "nic"}]}', ":1:31: interfaces[0]: missing key 'name'"),
        ('{"version": 1, "interfaces": [7]}', ":1:31: invalid value '7' for 'interfaces[0]': expected a table"),
        ('{"version": 1, "interfaces": {}}', ":1:16: invalid value for 'interfaces': expected a list"),
        ('{"version": 1, "iommu": "maybe"}', ":1:16: invalid value 'maybe' for 'iommu': expected true or false"),
        ('{"version": 1, "routes": [{"to": "nowhere"}]}',
         ":1:28: invalid value for 'routes[0].to': 'nowhere': expected a subnet, such as 192.168.50.0/24"),
        ('{"version": 1, "firewall": [{"family": "ipv4", "hook": "forward", "rules": [{"form": "a"}]}]}',
         ":1:78: firewall[0].rules[0]: unknown key 'form'; did you mean 'from'? (1 more)"),
        ('{"version": 1,"firewall":[{"family":"ipv4","hook":"input","rules":[{"verdict":"drop","ports":[80]}]}]}',
         ":1:95: invalid value '80' for 'firewall[0].rules[0].ports[0]': expected a list"),
        ('{"version": 1, "listeners": [{"protocol": "tcp", "port": 0}]}',
         ":1:50: invalid value '0' for 'listeners[0].port': expected at least 1"),
        ("[" * 100_000, ": nested too deeply to be an inventory"),
        ('{"version": ' + 5000 * "1" + "}", ": not JSON: "),
    ],
)  # fmt: skip
def test_a_broken_inventory_is_one_line_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "host.json"
    path.write_text(text)
    with pytest.raises(HostError) as caught:
        load(str(path))
    assert str(caught.value).startswith(f"{path}{message}")
    assert "\n" not in str(caught.value)
    assert "input should" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = ", ":1:11: not TOML: invalid value"),
        ("version = 1\n[forwarding]\nipv5 = true\n", ":3:1: forwarding: unknown key 'ipv5'; did you mean 'ipv6'?"),
        ('version = 1\n[[interfaces]]\nname = "a"\n[[interfaces]]\nname = "b"\nmtu = 10\n',
         ":6:1: invalid value '10' for 'interfaces[1].mtu': expected at least 68"),
        ("version = 1\na" + 3000 * ".a" + " = 1", ":2:1: more than 2000 dots in a line"),
        ('version = """', ":1:14: not TOML: "),
    ],
)  # fmt: skip
def test_a_broken_inventory_in_toml_has_its_place_too(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "host.toml"
    path.write_text(text)
    with pytest.raises(HostError) as caught:
        load(str(path))
    assert str(caught.value).startswith(f"{path}{message}")


@pytest.mark.parametrize(
    ("parts", "place", "message"),
    [
        ('"interfaces": [{"name": "a"}, {"name": "a"}]', "1:47", "'a' is listed twice in 'interfaces'"),
        ('"interfaces": [{"name": "a", "ports": ["c"]}, {"name": "b", "ports": ["c"]}, {"name": "c"}]', "1:86",
         "'c' is a port of 'b' and of 'a'"),
        ('"interfaces": [{"name": "a", "master": "a"}]', "1:45", "'a' is a port of itself"),
        ('"interfaces": [{"name": "a", "ports": ["x"]}]', "1:55", "'x', a port of 'a', is not in 'interfaces'"),
        ('"interfaces": [{"name": "a", "addresses": ["10.0.0.1/8"]}, {"name": "b", "addresses": ["10.0.0.1/24"]}]',
         "1:103", "address 10.0.0.1 is on 'b' and on 'a'"),
        ('"interfaces": [], "routes": [{"to": "default", "dev": "eth0"}]', "1:63",
         "the route to 0.0.0.0/0 uses 'eth0', which is not in 'interfaces'"),
        ('"networks": [{"name": "a", "bridge": "v"}, {"name": "b", "bridge": "v"}]', "1:73",
         "'v' is the bridge of 'b' and of 'a'"),
        ('"firewall": [{"family": "ipv4", "hook": "input", "libvirt_at": 3}]', "1:65",
         "libvirt_at is 3, but the chain has 0 rules"),
    ],
)  # fmt: skip
def test_contradictions_are_noted_and_the_inventory_is_used(
    tmp_path: Path, parts: str, place: str, message: str
) -> None:
    path = tmp_path / "host.json"
    path.write_text(f'{{"version": 1, {parts}}}')
    assert load(str(path)).remarks == (f"{path}:{place}: contradiction: {message}",)


def test_an_inventory_without_contradictions_is_read_without_a_word(host: Host) -> None:
    assert host.remarks == ()


def test_contradictions_crash_no_rule(tmp_path: Path) -> None:
    names = ["a", "b", "br0", "virbr0", "eth0.5"]
    links = [{"name": name, "kind": kind, "master": master, "ports": [master, name], "parent": name, "vfs": [],
              "addresses": ["192.168.122.1/24", "10.0.0.1/0", "::1/0"]}
             for name in names for kind in ("nic", "bridge", "ovs", "vlan", "bond") for master in names]  # fmt: skip
    routes = [{"to": to, "via": via, "dev": dev} for to in ("default", "::/0", "10.0.0.0/8")
              for via in (None, "10.0.0.1", "fe80::1") for dev in (None, "a", "absent")]  # fmt: skip
    networks = [{"name": "default", "bridge": name, "subnets": ["10.0.0.0/0", "192.168.122.0/24"]} for name in names]
    data = {"version": 1, "interfaces": links, "routes": routes, "networks": networks, "upstream": {"routes": routes}}
    path = tmp_path / "host.json"
    path.write_text(json.dumps(data))
    host = load(str(path))
    assert len(host.remarks) == 10
    for file in sorted((Path(__file__).parent.parent / "examples").rglob("*.xml")):
        found = lint([read(str(file))], Settings(frozenset({"all"}), host=host)).findings
        assert not [each for each in found if each.rule == "internal-error"]


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
