"""The host's own firewall rules: as iptables commands, and as chains of the inventory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .scenario import Chain, Rule

_TARGETS = {"accept": "ACCEPT", "drop": "DROP", "reject": "REJECT", "masquerade": "MASQUERADE", "return": "RETURN"}
_KEYS = {"in": "-i", "out": "-o", "from": "-s", "to": "-d"}


def early(chains: Sequence[Chain]) -> list[list[str]]:
    """The commands before libvirt's networks are started."""
    made: list[list[str]] = []
    for index, chain in enumerate(chains):
        if chain.hook != "postrouting":
            made.append([_program(chain), "-P", chain.hook.upper(), chain.policy.upper()])
        for place, rule in enumerate(chain.rules[chain.inserted :]):
            made += _commands(chain, rule, ["-A", chain.hook.upper()], f"OWN-{index}-A{place}")
    return made


def late(chains: Sequence[Chain], *, flushed: bool) -> list[list[str]]:
    """The commands after that."""
    made = []
    if flushed:
        made += [[program, "-F"] for program in ("iptables", "ip6tables")]
    for index, chain in enumerate(chains):
        for place, rule in reversed(list(enumerate(chain.rules[: chain.inserted]))):
            made += _commands(chain, rule, ["-I", chain.hook.upper()], f"OWN-{index}-I{place}")
    return made


def _program(chain: Chain) -> str:
    return "iptables" if chain.family == "ipv4" else "ip6tables"


def _commands(chain: Chain, rule: Rule, where: Sequence[str], name: str) -> list[list[str]]:
    """The commands that make a rule; `name` is that of the chain of its nested rules."""
    table = ["-t", "nat"] if chain.hook == "postrouting" else []
    begin = [_program(chain), *table]
    if rule.verdict != "rules":
        return [[*begin, *where, *_matches(chain, rule), "-j", _TARGETS[rule.verdict]]]
    made = [[*begin, "-N", name]]
    for index, each in enumerate(rule.rules):
        made += _commands(chain, each, ["-A", name], f"{name}-{index}")
    return [*made, [*begin, *where, *_matches(chain, rule), "-j", name]]


def _matches(chain: Chain, rule: Rule) -> list[str]:
    made = []
    for key, value in _present(rule).items():
        made += [*(["!"] if key in rule.negated else []), _KEYS[key], value]
    if rule.protocol:
        made += ["-p", "icmpv6" if (rule.protocol, chain.family) == ("icmp", "ipv6") else rule.protocol]
    if rule.port is not None:
        made += ["--dport", str(rule.port)]
    if rule.states:
        made += ["-m", "conntrack", "--ctstate", ",".join(rule.states).upper()]
    return made


def _present(rule: Rule) -> dict[str, str]:
    keys = {"in": rule.inbound, "out": rule.outbound, "from": rule.source, "to": rule.destination}
    return {key: value for key, value in keys.items() if value is not None}


def described(chains: Sequence[Chain], *, flushed: bool) -> list[dict[str, Any]]:
    """The chains in the inventory's format."""
    made = []
    for chain in chains:
        # A flush leaves the table nat.
        gone = flushed and chain.hook != "postrouting"
        kept = chain.rules[: chain.inserted] if gone else chain.rules
        made.append(
            {
                "table": "iptables",
                "family": chain.family,
                "hook": chain.hook,
                "policy": chain.policy,
                "rules": [_described(rule) for rule in kept],
                "libvirt_at": None if gone else chain.inserted,
                # The chain is there before libvirt's table, and the kernel asks the newer one first.
                "asked_first": False,
            }
        )
    return made


def _described(rule: Rule) -> dict[str, Any]:
    made: dict[str, Any] = {**_present(rule), "verdict": rule.verdict}
    if rule.protocol:
        made["protocol"] = rule.protocol
    if rule.port is not None:
        made["ports"] = [[rule.port, rule.port]]
    if rule.states:
        made["states"] = list(rule.states)
    if rule.negated:
        made["negated"] = list(rule.negated)
    if rule.rules:
        made["rules"] = [_described(each) for each in rule.rules]
    return made
