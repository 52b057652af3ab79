"""Nonsense, contradictions and half projects get an answer, or an "if": never an exception, never a wait."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reach.worlds import FOUND, guest, network, world
from vnetlint.reach import effects
from vnetlint.reach.matrix import cells

NAMES = st.sampled_from(["eth0", "eth1", "br0", "br1", "virbr0", "br-n", "lo", "bond0", "eth0.10"])
ADDRESSES = st.sampled_from(
    [
        "192.168.50.10/24",
        "192.168.50.10/32",
        "10.10.0.1/24",
        "10.0.0.0/8",
        "0.0.0.0/0",
        "fd10::1/64",
        "fe80::1/64",
        "::1/128",
    ]
)
SUBNETS = st.sampled_from(
    ["default", "10.10.0.0/24", "10.0.0.0/8", "192.168.50.0/24", "::/0", "fd10::/64", "10.10.0.10/32"]
)
GATEWAYS = st.none() | st.sampled_from(["192.168.50.1", "10.10.0.1", "fd10::1", "fe80::1", "203.0.113.9"])
LINKS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "kind": st.sampled_from(["nic", "bridge", "bond", "vlan", "ovs", "tap", "veth", "other"]),
        "addresses": st.lists(ADDRESSES, max_size=3),
        "master": NAMES,
        "ports": st.lists(NAMES, max_size=3),
        "up": st.booleans(),
    },
)
ROUTES = st.fixed_dictionaries({"to": SUBNETS}, optional={"via": GATEWAYS, "dev": NAMES})
RULES = st.fixed_dictionaries(
    {"verdict": st.sampled_from(["accept", "drop", "reject", "return", "masquerade", "none"])},
    optional={
        "in": NAMES, "out": NAMES, "from": st.sampled_from(["10.10.0.0/24", "fd10::/64"]), "protocol": st.just("tcp"),
        "ports": st.just([[1, 65535]]), "states": st.just(["new"]), "if": st.just("it is Monday"),
        "negated": st.lists(st.sampled_from(["in", "out", "from", "ports"]), max_size=2),
    },
)  # fmt: skip
HOOKS = st.sampled_from(["input", "forward", "output", "postrouting"])
CHAINS = st.fixed_dictionaries(
    {"family": st.sampled_from(["ipv4", "ipv6"]), "hook": HOOKS},
    optional={
        "policy": st.sampled_from(["accept", "drop", None]), "rules": st.lists(RULES, max_size=3),
        "libvirt_at": st.none() | st.integers(0, 5), "table": st.sampled_from(["iptables", "inet own"]),
    },
)  # fmt: skip
INVENTORIES = st.fixed_dictionaries(
    {"version": st.just(1)},
    optional={
        "libvirt": st.sampled_from(["9.0.0", "12.8.0"]),
        "firewall_backend": st.sampled_from(["iptables", "nftables"]),
        "interfaces": st.lists(LINKS, max_size=5),
        "routes": st.lists(ROUTES, max_size=4),
        "forwarding": st.fixed_dictionaries({}, optional={"ipv4": st.booleans(), "ipv6": st.booleans()}),
        "bridge_netfilter": st.booleans(),
        "forward_policy": st.sampled_from(["accept", "drop", "reject"]),
        "firewall": st.lists(CHAINS, max_size=4),
        "machines": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["m", "a", "host"]), "on": NAMES | st.just("internet"),
                 "addresses": st.lists(ADDRESSES, max_size=2)},
                optional={"routes": st.lists(ROUTES, max_size=2)},
            ), max_size=3,
        ),
        "upstream": st.fixed_dictionaries(
            {},
            optional={"routes": st.lists(ROUTES, max_size=3), "hairpin": st.booleans(), "inbound": st.booleans(),
                          "gateways": st.lists(ADDRESSES, max_size=2), "on": NAMES}
        ),
        "guests": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["a", "b", "nobody"])},
                optional={
                    "nics": st.lists(st.fixed_dictionaries({"addresses": st.lists(ADDRESSES, max_size=2)}), max_size=3),
                    "routes": st.lists(st.fixed_dictionaries({"to": SUBNETS}, optional={"via": GATEWAYS}), max_size=2),
                    "forwarding": st.booleans(),
                },
            ), max_size=2,
        ),
    },
)  # fmt: skip
TEXTS = [
    network("n"), network("r", "route", 10), network("o", "open", 30), network("iso", None, 10),
    network("six", "nat", 9, ip=""),
    "<network><name>br</name><forward mode='bridge'/><bridge name='br0'/></network>",
    "<network><name>mv</name><forward mode='passthrough'><interface dev='eth0'/></forward></network>",
    "<network><name>vepa</name><forward mode='vepa'><interface dev='br0'/></forward></network>",
    "<network><name>n</name><bridge name='br-n'/><ip address='::1' prefix='200'/><ip/></network>",
    "<network><forward dev='eth9'/></network>",
    guest("a", "n", "iso", "mv"), guest("b", "n"), guest("a", "br"), guest("c", "vepa", "nowhere"), guest("d"),
    "<domain><name>u</name><devices><interface type='user'/><interface type='bridge'><source bridge='br1'/></interface>"
    "<interface/><interface type='direct'><source dev='eth1'/></interface></devices></domain>",
    "<domain><name>half</name><devices><interface type='network'><source netw",
    "<filter name='f' chain='root'><rule action='drop' direction='inout'/></filter>",
    "<domain><name>x</name><devices><interface type='network'><source network='n'/><filterref filter='f'/></interface>"
    "<interface type='network'><source network='n'/><filterref filter='gone'/></interface></devices></domain>",
]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(TEXTS), max_size=6), st.none() | INVENTORIES)
def test_everything_gets_an_answer(texts: list[str], at: dict[str, Any] | None) -> None:
    reach = world(*texts, at=at)
    for version in (4, 6):
        for cell in cells(reach, reach.groups, reach.groups, version):
            assert all(answer.cases for answer in cell.answers)
    for found in reach.project.networks.all:
        effects(reach.project, found)


def test_many_unknown_facts_do_not_take_forever() -> None:
    rules = [{"if": f"condition {number}", "verdict": "drop"} for number in range(40)]
    at = {**FOUND, "firewall": [{"family": "ipv4", "hook": "forward", "rules": rules}]}
    started = time.monotonic()
    reach = world(network("o", "open"), guest("a", "o"), at=at)
    answers = [each for cell in cells(reach, reach.groups, reach.groups, 4) for each in cell.answers]
    assert any(each.verdict is None for each in answers)
    assert time.monotonic() - started < 5


@pytest.mark.slow
def test_a_thousand_networks_are_answered_in_seconds() -> None:
    texts = [
        text.replace("10.0.0.", f"10.{number // 250}.{number % 250}.")
        for number in range(1000)
        for text in (network(f"n{number}", "nat", 0), guest(f"g{number}", f"n{number}"))
    ]
    started = time.monotonic()
    reach = world(*texts)
    chosen = reach.groups[:3]
    assert list(cells(reach, chosen, reach.groups, 4))
    assert time.monotonic() - started < 30
