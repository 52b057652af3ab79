"""What is not known: the model names it, and is right for each of its values."""

from typing import Any

import pytest

from tests.reach.worlds import FOUND, ask, guest, host, network, world
from vnetlint.reach import Question
from vnetlint.reach.answer import Answer, Case, Unknown

V6 = "<ip family='ipv6' address='fd10::1' prefix='64'/>"
VEPA = "<network><name>v</name><forward mode='vepa'><interface dev='eth0'/></forward></network>"
TEXTS = (
    network("nat", inside=V6), network("r", "route", 20), network("o", "open", 30), network("iso", None, 40), VEPA,
    guest("a", "nat"), guest("b", "nat"), guest("c", "r"), guest("d", "o"), guest("e", "iso"),
    guest("f", "v"), guest("g", "v"),
)  # fmt: skip
NOT_FORWARDING = (network("o", "open", 30), network("iso", None, 40), guest("d", "o"), guest("e", "iso"))
"""Without a NAT or routed network, whose start switches forwarding on."""
KEYS = ("forwarding", "forward_policy", "input_policy", "bridge_netfilter", "firewall_backend", "reverse_path_filter")
YES = {"yes": True, "no": False}


def _told(at: dict[str, Any], fact: Unknown, value: str) -> dict[str, Any]:
    """Return the inventory with the value of a fact that an answer assumed."""
    upstream = at.get("upstream", {})
    match fact.key.split("."):
        case ["forwarding", family]:
            return {**at, "forwarding": {**at.get("forwarding", {}), family: YES[value]}}
        case ["forward_policy" | "input_policy" as key]:
            return {**at, key: "accept" if YES[value] else "drop"}
        case ["firewall_backend" as key]:
            return {**at, key: value}
        case ["reverse_path_filter" as key]:
            return {**at, key: int(value)}
        case ["upstream", "routes"]:
            subnet = fact.text.split(" to ")[1].split(" ")[0]
            via = "fd50::10" if ":" in subnet else "192.168.50.10"
            known = upstream.get("routes") or []
            return {
                **at,
                "upstream": {**upstream, "routes": [*known, {"to": subnet, "via": via}] if YES[value] else known},
            }
        case ["upstream", "translates"]:
            return {
                **at,
                "upstream": {
                    **upstream,
                    "translates": ["ipv6" if "IPv6" in fact.text else "ipv4"] if YES[value] else [],
                },
            }
        case ["upstream", key]:
            return {**at, "upstream": {**upstream, key: YES[value]}}
        case ["libvirt"]:
            return {**at, "libvirt": "9.0.0" if YES[value] else "12.8.0"}
        case ["neighbours"]:
            return at
        case [key]:
            return {**at, key: YES[value]}
    raise AssertionError(fact.key)


def _ask(at: dict[str, Any], texts: tuple[str, ...] = TEXTS) -> dict[tuple[str, str, int], Answer]:
    reach = world(*texts, at=at)
    return {
        (source.name, target.name, version): reach.ask(Question(source, target, version, "tcp"))
        for version in (4, 6)
        for source in reach.endpoints
        for target in reach.endpoints
        if source is not target and "guest" in (source.kind, target.kind)
    }


BESIDES: dict[str, dict[str, Any]] = {
    "forwarding": {"libvirt": "12.8.0", "firewall_backend": "nftables"},
    "libvirt": {"firewall_backend": "nftables"},
    "firewall_backend": {"libvirt": "12.8.0", "forward_policy": "drop"},
    "bridge_netfilter": {"forward_policy": "drop", "firewall_backend": "nftables"},
    "reverse_path_filter": {
        "interfaces": [*FOUND["interfaces"], {"name": "eth1", "kind": "nic", "addresses": ["192.168.60.10/24"]}],
        "routes": [*FOUND["routes"], {"to": "192.168.60.20/32", "via": "192.168.50.1", "dev": "eth0"}],
        "machines": [{"name": "m", "on": "eth1", "addresses": ["192.168.60.20/24"],
                      "routes": [{"to": "default", "via": "192.168.60.10"}]}],
    },
}  # fmt: skip
"""What else a host is like where a fact is missing, so that the fact decides something."""


@pytest.mark.parametrize("missing", [*KEYS, "upstream", "libvirt"])
def test_each_value_of_a_missing_fact_leads_to_what_the_model_said_of_it(missing: str) -> None:
    texts = NOT_FORWARDING if missing in ("forwarding", "libvirt") else TEXTS
    at = host(**{**BESIDES.get(missing, {}), missing: None})
    checked = 0
    told: dict[str, dict[tuple[str, str, int], Answer]] = {}
    for pair, answer in _ask(at, texts).items():
        for case in answer.cases if len(answer.cases) > 1 else ():
            full = at
            for fact, value in case.assumed:
                full = _told(full, fact, value)
            if repr(full) not in told:
                told[repr(full)] = _ask(full, texts)
            assert _kinds(told[repr(full)][pair]) >= {_kind(case)}, (pair, case.assumed)
            checked += 1
    assert checked


def _kinds(answer: Answer) -> set[tuple[str, bool]]:
    return {_kind(case) for case in answer.cases}


def _kind(case: Case) -> tuple[str, bool]:
    return case.outcome.verdict, case.outcome.is_translated


def test_a_host_of_which_everything_is_known_leaves_nothing_open() -> None:
    undecided = {pair: each.depends_on for pair, each in _ask(FOUND).items() if each.verdict is None}
    assert undecided == {}


def test_no_inventory_gives_the_usual_answers_and_names_what_they_need() -> None:
    reach = world(*TEXTS, at=None)
    by_name = {each.name: each for each in reach.endpoints}
    answer = reach.ask(Question(by_name["a"], by_name["internet"], 4, "tcp"))
    assert answer.usual.verdict == "allowed"
    assert {each.key for each in answer.depends_on} >= {"routes", "forward_policy"}


@pytest.mark.parametrize("mode", ["nat", "route"])
def test_the_name_of_the_uplink_decides_for_a_network_of_one_device(mode: str) -> None:
    limited = network("lab", mode).replace(f"mode='{mode}'", f"mode='{mode}' dev='eno1'")
    at = host(interfaces=None, routes=None)
    answer = ask(world(limited, guest("a", "lab"), at=at), "a", "lan(uplink)")
    (fact,) = (each for each in answer.depends_on if each.key == "interfaces")
    assert fact.text == "eno1 is the uplink of the host"
    other = next(each for each in answer.cases if (fact, "no") in each.assumed)
    assert other.outcome.verdict == "rejected"
    if mode == "nat":
        assert answer.usual.verdict == "allowed"


def test_a_nic_that_is_listed_is_no_stand_in() -> None:
    limited = network("lab").replace("mode='nat'", "mode='nat' dev='eno1'")
    links = [{"name": "uplink", "kind": "nic", "addresses": ["192.168.50.10/24"]}]
    answer = ask(world(limited, guest("a", "lab"), at=host(interfaces=links, routes=None)), "a", "lan(uplink)")
    assert answer.verdict == "rejected"
