"""The inventory that `vnetlint host` writes on a host with a real libvirt is what that host was made with."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.hosts import system_of
from tests.oracle.libvirtd import ROOTS, Bridge, Host, Libvirtd, Nic, Route
from vnetlint.host import Inventory
from vnetlint.host.collect import collect

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parent.parent.parent
HOST = Host(
    nics=(Nic("eth0", ("192.168.50.10/24", "fd50::10/64")), Nic("eth1")),
    bridges=(Bridge("br0", ("eth1",), ("10.9.0.1/24",)),),
    routes=(
        Route("default", via="192.168.50.1"),
        Route("default", via="fd50::1"),
        Route("10.77.0.0/16", via="192.168.50.7"),
    ),
    forwarding=True,
    listeners=("192.168.50.10#53",),
)
NETWORK = (
    "<network><name>{}</name>{}<bridge name='{}'/><ip address='{}.1' prefix='24'>"
    "<dhcp><range start='{}.100' end='{}.200'/></dhcp></ip></network>"
)
GUEST = (
    "<domain type='qemu'><name>web</name><memory>65536</memory><os><type>hvm</type></os><devices>"
    "<interface type='network'><mac address='52:54:00:aa:00:01'/><source network='lab'/></interface></devices></domain>"
)
DOCKER = """\
iptables -P FORWARD DROP
iptables -N DOCKER
iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables -A FORWARD -o docker0 -j DOCKER
iptables -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
"""
RULES = [
    {"out": "docker0", "states": ["related", "established"], "verdict": "accept"},
    {"out": "docker0", "verdict": "rules", "rules": [
        {"in": "docker0", "out": "docker0", "to": "172.17.0.2/32", "protocol": "tcp", "ports": [[80, 80]],
         "negated": ["in"], "verdict": "accept"}]},
    {"in": "docker0", "out": "docker0", "negated": ["out"], "verdict": "accept"},
]  # fmt: skip


@pytest.fixture(scope="module", params=["9.0", "12.8"])
def built(request: pytest.FixtureRequest) -> Iterator[tuple[str, Libvirtd]]:
    # The library of 12.8 is asked with the backend that the older one lacks.
    backend = "nftables" if request.param == "12.8" else None
    with Libvirtd(replace(HOST, backend=backend), ROOTS[request.param]) as daemon:
        lab = NETWORK.format("lab", "<forward mode='nat'/>", "virbr5", *3 * ["10.20.1"])
        assert daemon.define_network(lab).ok
        assert daemon.define_network(NETWORK.format("idle", "", "virbr6", *3 * ["10.21.1"])).ok
        assert daemon.start_network("lab").ok
        assert daemon.virsh("net-autostart", "lab").code == 0
        assert daemon.define_domain(GUEST).ok
        assert daemon.run("sh", "-c", f"set -e\n{DOCKER}").code == 0
        yield request.param, daemon


@pytest.fixture(scope="module")
def found(built: tuple[str, Libvirtd]) -> dict[str, Any]:
    return plain(collect(system_of(built[1])).inventory)


def plain(inventory: Inventory) -> dict[str, Any]:
    made: dict[str, Any] = inventory.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return made


def test_addresses_bridges_and_routes(found: dict[str, Any]) -> None:
    links = {each["name"]: each for each in found["interfaces"]}
    assert {name: each.get("addresses") for name, each in links.items() if name != "lo"} == {
        "eth0": ["192.168.50.10/24", "fd50::10/64"],
        "eth1": None,
        "br0": ["10.9.0.1/24"],
        "virbr5": ["10.20.1.1/24"],
    }
    assert [links[each]["kind"] for each in ("eth0", "eth1", "br0", "virbr5")] == ["nic", "nic", "bridge", "bridge"]
    assert (links["br0"]["ports"], links["virbr5"]["ports"], links["eth1"]["master"]) == (["eth1"], [], "br0")
    assert found["routes"] == [
        {"to": "0.0.0.0/0", "via": "192.168.50.1", "dev": "eth0"},
        {"to": "10.77.0.0/16", "via": "192.168.50.7", "dev": "eth0"},
        {"to": "::/0", "via": "fd50::1", "dev": "eth0"},
    ]
    assert found["forwarding"] == {"ipv4": True, "ipv6": True}


def test_what_libvirt_has(built: tuple[str, Libvirtd], found: dict[str, Any]) -> None:
    version = built[0]
    assert found["libvirt"].startswith(f"{version}.")
    assert found["firewall_backend"] == {"9.0": "iptables", "12.8": "nftables"}[version]
    assert sorted(found["networks"], key=lambda each: str(each["name"])) == [
        {"name": "idle", "active": False, "autostart": False, "bridge": "virbr6", "subnets": ["10.21.1.0/24"]},
        {"name": "lab", "active": True, "autostart": True, "bridge": "virbr5", "subnets": ["10.20.1.0/24"]},
    ]
    assert found["guests"] == [{"name": "web", "autostart": False, "nics": [{"mac": "52:54:00:aa:00:01"}]}]
    assert {"allow-arp", "clean-traffic"} <= {*found["filters"]}


def test_the_firewall_without_libvirts_rules(built: tuple[str, Libvirtd], found: dict[str, Any]) -> None:
    chains = {(each["family"], each["hook"]): each for each in found["firewall"]}
    assert {each["table"] for each in found["firewall"]} == {"iptables"}
    forward = chains["ipv4", "forward"]
    assert (forward["policy"], forward["rules"]) == ("drop", RULES)
    masquerade = {"out": "docker0", "from": "172.17.0.0/16", "negated": ["out"], "verdict": "masquerade"}
    assert chains["ipv4", "postrouting"]["rules"] == [masquerade]
    assert found["forward_policy"] == "drop"
    assert found["input_policy"] == "accept"
    assert "LIBVIRT" not in json.dumps(found["firewall"])
    if built[0] == "9.0":
        # Docker's rules were appended, so libvirt's are first.
        assert forward["libvirt_at"] == 0
        assert chains["ipv6", "forward"]["policy"] == "accept"


@pytest.mark.parametrize("value", [0, 1])
def test_bridged_frames(built: tuple[str, Libvirtd], value: int) -> None:
    daemon = built[1]
    daemon.run("sh", "-c", f"echo {value} >/proc/sys/net/bridge/bridge-nf-call-iptables")
    assert collect(system_of(daemon)).inventory.bridge_netfilter is bool(value)


def test_who_listens(found: dict[str, Any]) -> None:
    # libvirt's dnsmasq listens on 10.20.1.1, which is not reported.
    assert found["dns_listeners"] == ["192.168.50.10"]
    assert {(each["port"], each["address"]) for each in found["listeners"]} == {(53, "192.168.50.10")}
    assert "/run/libvirt/libvirt-sock" in found["unix_sockets"]


def test_libvirts_rules_that_are_behind_others_or_gone() -> None:
    with Libvirtd(HOST) as daemon:
        daemon.define_network(NETWORK.format("lab", "<forward mode='nat'/>", "virbr5", *3 * ["10.20.1"]))
        daemon.start_network("lab")
        daemon.run("iptables", "-I", "FORWARD", "-i", "eth0", "-j", "DROP")
        assert _libvirt_at(daemon) == 1
        daemon.run("iptables", "-F", "FORWARD")
        assert _libvirt_at(daemon) is None


def _libvirt_at(daemon: Libvirtd) -> int | None:
    chains = collect(system_of(daemon)).inventory.firewall or ()
    return next(each.libvirt_at for each in chains if (each.family, each.hook) == ("ipv4", "forward"))


def test_the_command_itself(tmp_path: Path) -> None:
    with Libvirtd(HOST) as daemon:
        daemon.define_network(NETWORK.format("lab", "<forward mode='nat'/>", "virbr5", *3 * ["10.20.1"]))
        daemon.start_network("lab")
        program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from vnetlint.cli.main import run; run()"
        done = daemon.run(sys.executable, "-c", program, "host")
        assert done.code == 0, done.stderr
        asked = collect(system_of(daemon)).inventory
    written = json.loads(done.stdout)
    # The overlay hides nothing from the command that a shell in the namespace sees.
    assert Inventory.model_validate(written) == asked
    redacted = tmp_path / "host.json"
    redacted.write_text(done.stdout)
    assert Inventory.model_validate_json(redacted.read_text()).networks
