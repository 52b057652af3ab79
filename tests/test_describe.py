"""What `vnetlint show` says about networks and guests, with and without an inventory."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.sources import named
from vnetlint.cli.main import main
from vnetlint.host import Host
from vnetlint.model import model_of
from vnetlint.project import Project
from vnetlint.reach.describe import Describer
from vnetlint.xml.tree import parse

HOST: dict[str, Any] = {
    "version": 1, "libvirt": "12.8.0", "firewall_backend": "nftables",
    "forward_policy": "accept", "input_policy": "accept", "bridge_netfilter": False,
    "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
    "routes": [{"to": "default", "via": "192.168.50.1"}],
    "forwarding": {"ipv4": True, "ipv6": True},
    "upstream": {"translates": ["ipv4"], "inbound": False, "routes": [], "hairpin": False},
}  # fmt: skip
NAT = "<network><name>lab</name><forward mode='nat'/><ip address='10.0.0.1' prefix='24'/></network>"
ROUTED = NAT.replace("nat", "route")
MACVTAP_GUEST = "<interface type='direct'><source dev='eth{}' mode='bridge'/></interface>"
MACVTAP = "<network><name>lab</name><forward mode='{}'><interface dev='eth0'/></forward></network>"


def described(*texts: str, **facts: object) -> list[list[str]]:
    """The facts of each document on the host, as lines."""
    models = [model_of(parse(named(f"f{place}.xml", text))[0]) for place, text in enumerate(texts)]
    project = Project(tuple(each for each in models if each is not None), Host.of({**HOST, **facts}), complete=True)
    describer = Describer(project)
    return [[f"{fact.topic}: {fact.words}" for fact in describer.describe(each).facts] for each in project.models]


def reach_of(*texts: str, **facts: object) -> list[str]:
    """What is said about reach of the first document."""
    return [line for line in described(*texts, **facts)[0] if line.split(":")[0] in ("reach", "IPv4", "IPv6")]


def guest(name: str, interface: str = "<interface type='network'><source network='lab'/></interface>") -> str:
    """A guest with one interface."""
    return f"<domain type='kvm'><name>{name}</name><devices>{interface}</devices></domain>"


def test_guests_behind_nat_reach_the_outside_under_another_address_and_are_not_reached() -> None:
    assert reach_of(NAT) == [
        "IPv4: guests reach each other and the host",
        "IPv4: guests reach the LAN of eth0 as 192.168.50.10",
        "IPv4: guests reach the Internet as the router's public address",
        "IPv4: the host reaches guests",
        "IPv4: the LAN of eth0 and the Internet do not reach guests: no route",
        "IPv6: guests have no address",
    ]


def test_what_is_not_known_is_a_condition_with_its_other_outcome() -> None:
    found = reach_of(ROUTED, upstream={"inbound": False, "translates": []})
    route = "the LAN's router has a route to 10.0.0.0/24 by this host"
    assert f"IPv4: guests reach the LAN of eth0, if {route}; otherwise packets arrive, but no reply comes back" in found
    assert f"IPv4: the LAN of eth0 reaches guests, if {route}" in found


def test_a_missing_route_back_is_the_reason() -> None:
    assert any("no reply comes back: the router of eth0 has no route to 10.0.0.10" in each for each in reach_of(ROUTED))


def test_a_condition_that_must_not_hold_is_an_unless() -> None:
    found = reach_of(NAT, bridge_netfilter=None, forward_policy="drop")
    assert "IPv4: guests reach each other, unless bridged frames pass the host's firewall" in found


def test_macvtap_keeps_guests_apart_from_the_host() -> None:
    found = reach_of(MACVTAP.format("bridge"))
    assert "IPv4: guests reach each other and the LAN of eth0" in found
    assert any(each.startswith("IPv4: guests do not reach the host: ") for each in found)


def test_a_network_that_does_not_run_connects_nobody() -> None:
    (line,) = reach_of(NAT, networks=[{"name": "lab", "active": False}])
    assert line == "reach: guests are connected to nothing: the network is not active, or libvirt refuses it"
    (line,) = reach_of(MACVTAP.format("bridge").replace("eth0", "eth7"))
    assert line == "reach: guests are connected to nothing: the host has no interface 'eth7'"


def test_a_network_of_an_unknown_mode_has_no_reach() -> None:
    assert described(NAT.replace("'nat'", "'{{ mode }}'"))[0][0] == "mode: unknown"
    assert reach_of(NAT.replace("'nat'", "'{{ mode }}'")) == []


def test_a_guest_is_described_with_the_others_of_its_host() -> None:
    found = reach_of(guest("web"), guest("db"), NAT)
    assert "IPv4: web reaches the host and db" in found
    assert "IPv4: the host and db reach web" in found


def test_a_guest_that_is_like_another_refers_to_it() -> None:
    shown = described(guest("web-1"), guest("web-2"), guest("web-3"), NAT)
    assert "IPv4: web-1 reaches the host and 2 guests like it" in shown[0]
    assert shown[1][-1] == shown[2][-1] == "reach: the same as guest web-1"


def test_a_guest_on_an_unknown_network_says_so() -> None:
    (line,) = reach_of(guest("web"))
    assert line.startswith("reach: connected to nothing: network 'lab' is not among the files")


def test_a_guest_without_an_interface_has_no_reach() -> None:
    assert described(guest("web", "")) == [["interface: none: the guest has no network"]]


def test_a_guest_behind_user_mode_networking_reaches_out_only() -> None:
    found = reach_of(guest("web", "<interface type='user'/>"))
    assert "IPv4: web reaches the host and the LAN of eth0" in found
    assert "IPv4: the host, the LAN of eth0 and the Internet do not reach web: no route" in found


def test_a_reserved_address_is_shown() -> None:
    host = "<dhcp><host mac='52:54:00:00:00:01' ip='10.0.0.7'/></dhcp>"
    network = NAT.replace("prefix='24'/>", f"prefix='24'>{host}</ip>")
    web = guest(
        "web", "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='lab'/></interface>"
    )
    assert "address: 10.0.0.7, reserved for 52:54:00:00:00:01" in described(web, network)[0]


def test_many_others_are_counted() -> None:
    others = [guest(f"g{chr(97 + place)}", MACVTAP_GUEST.format(place)) for place in range(12)]
    links = [{"name": f"eth{place}", "kind": "nic"} for place in range(12)]
    links[0]["addresses"] = ["192.168.50.10/24"]  # type: ignore[assignment]
    longest = max(reach_of(guest("web"), *others, NAT, interfaces=links), key=len)
    assert " more" in longest
    assert len(longest) < 300


@pytest.mark.parametrize("mode", ["vepa", "private", "passthrough", "bridge"])
def test_every_mode_of_macvtap_is_named(mode: str) -> None:
    assert described(MACVTAP.format(mode))[0][0].lower().startswith(f"mode: macvtap, {mode}")


def test_the_json_has_the_same_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lab.xml").write_text(NAT)
    Path("host.json").write_text(json.dumps(HOST))
    out, err = io.StringIO(), io.StringIO()
    assert main(["show", "lab.xml", "--host", "host.json", "--output-format", "json"], io.BytesIO(), out, err) == 0
    (shown,) = json.loads(out.getvalue())
    assert (shown["path"], shown["kind"], shown["name"]) == ("lab.xml", "network", "lab")
    assert {"topic": "IPv4", "words": "the host reaches guests"} in shown["facts"]
