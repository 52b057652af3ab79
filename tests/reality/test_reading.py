"""What scenarios say, and what the results of probes mean; nothing here needs a network."""

import pytest

from .expect import broken, expectations
from .firewall import described, early, late
from .probe import Pair, verdict
from .scenario import Chain, Rule, Scenario
from .scenarios import ALL
from .world import LIBVIRTS


@pytest.mark.parametrize("scenario", ALL.values(), ids=ALL.keys())
def test_expectations_are_about_those_who_are_there(scenario: Scenario) -> None:
    there = {"host", "lanhost", "internet", *(guest.name for guest in scenario.guests)}
    there |= {"lan2host"} if scenario.host.eth1 else set()
    for libvirt in LIBVIRTS:
        lines = list(expectations(scenario.expect, libvirt))
        assert lines
        assert {each.source for each in lines} | {each.destination for each in lines} <= there
        ports = {int(port) for each in lines for name in each.protocols if (port := name.partition("/")[2])}
        assert ports <= {*scenario.ports}


@pytest.mark.parametrize(
    ("version", "result", "arrived", "expected"),
    [
        (4, "reply", True, "allowed"),
        (4, "nothing", True, "one-way"),
        (4, "icmp 3/3 from 10.0.0.1", True, "one-way"),
        (4, "icmp 3/3 from 10.0.0.1", False, "rejected"),
        (4, "icmp 3/0 from 10.0.0.1", False, "no-route"),
        (4, "icmp 3/1 from 10.0.0.1", False, "dropped"),
        (6, "icmp 1/4 from fd00::1", False, "rejected"),
        (6, "icmp 1/0 from fd00::1", False, "no-route"),
        (6, "reset", False, "rejected"),
        (6, "ENETUNREACH", False, "no-route"),
        (4, "nothing", False, "dropped"),
        (4, "reply", False, "dropped"),
    ],
)
def test_what_a_sender_hears_is_a_verdict(version: int, result: str, arrived: bool, expected: str) -> None:
    assert verdict(version, result, arrived=arrived) == expected


def test_a_broken_expectation_says_what_was_measured() -> None:
    pair = Pair("g1", "host", "10.0.0.1", 4, {"icmp": "dropped"}, {}, {"icmp": "nothing"})
    lines = "g1 -> host v4 icmp allowed\ng1 -> host v4 icmp rejected on 9.0\ng1 -> host v6 dropped"
    assert broken(lines, "12.8", [pair]) == [
        "g1 -> host v4 icmp allowed: icmp to 10.0.0.1 is dropped as None (nothing)",
        "g1 -> host v6 dropped: nobody has that address",
    ]


def test_an_expectation_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="not an expectation: 'g1 reaches g2'"):
        list(expectations("g1 reaches g2", "9.0"))


def test_a_rule_is_the_same_for_iptables_and_the_inventory() -> None:
    nested = Rule("rules", inbound="br0", rules=(Rule("reject", protocol="tcp", port=25), Rule("return")))
    chain = Chain("ipv6", "forward", "drop", (nested, Rule("accept", outbound="br0", negated=("out",))), inserted=1)
    assert early([chain]) == [
        ["ip6tables", "-P", "FORWARD", "DROP"],
        ["ip6tables", "-A", "FORWARD", "!", "-o", "br0", "-j", "ACCEPT"],
    ]
    assert late([chain], flushed=False) == [
        ["ip6tables", "-N", "OWN-0-I0"],
        ["ip6tables", "-A", "OWN-0-I0", "-p", "tcp", "--dport", "25", "-j", "REJECT"],
        ["ip6tables", "-A", "OWN-0-I0", "-j", "RETURN"],
        ["ip6tables", "-I", "FORWARD", "-i", "br0", "-j", "OWN-0-I0"],
    ]
    [told] = described([chain], flushed=False)
    assert told["libvirt_at"] == 1
    assert told["rules"][0]["rules"][0] == {"verdict": "reject", "protocol": "tcp", "ports": [[25, 25]]}
    assert described([chain], flushed=True)[0]["libvirt_at"] is None
