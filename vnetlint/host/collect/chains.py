"""The chains of a firewall while they are read: jumps become nested rules, and libvirt's own rules are left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

PlainPart = dict[str, Any]
"""A part of an inventory as plain values."""

MOST_COPIES = 64
"""The most rules into which a rule with sets of addresses or interfaces is split; with more it becomes a condition."""
DEEPEST = 24
"""The most jumps that are followed. The kernel refuses loops, and a text may have them."""
MOST_RULES = 20_000
"""The most rules of a chain with those it jumps to."""
_LIBVIRT = "LIBVIRT_"
_NWFILTER = ("libvirt-", "FI-", "FO-", "HI-", "FJ-", "HJ-")
"""The start of the names of libvirt's own chains: those of networks, and those of network filters."""
DECIDES = frozenset({"drop", "reject", "masquerade", "snat"})


@dataclass(frozen=True)
class ReadRule:
    """A rule as it was read: what has to match, and what happens then."""

    match: PlainPart
    verdict: str
    """A verdict of the inventory, `jump` or `goto`."""
    target: str = ""
    """The chain of a jump."""
    translated: tuple[str, str] | None = None
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys of which any of several values may match, each value in a rule of its own."""
    nested: "tuple[ReadRule, ...]" = ()
    """The nested rules of the verdict `rules`."""


@dataclass(frozen=True)
class ReadChain:
    """A chain as it was read."""

    name: str
    hook: str | None = None
    """The inventory's hook, `prerouting`, or None for a chain that others jump to."""
    policy: str = "accept"
    priority: int = 0
    rules: list[ReadRule] = field(default_factory=list)


def is_of_libvirt(chain: str) -> bool:
    """Whether a chain has a name that libvirt gives to its own."""
    return chain.startswith((_LIBVIRT, *_NWFILTER))


def inventory_chains(chains: Mapping[str, ReadChain], table: str, family: str) -> list[tuple[int, PlainPart]]:
    """Return the chains of a table as an inventory has them, each with its priority.

    What passes `prerouting` and may be dropped there passes before both the host and what it forwards.
    """
    found: list[tuple[int, PlainPart]] = []
    for chain in chains.values():
        if chain.hook is None:
            continue
        rules, at = _rules(chain, chains)
        made = {"table": table, "family": family, "hook": chain.hook, "policy": chain.policy, "rules": rules}
        if chain.hook == "prerouting":
            if chain.policy != "accept" or may_drop(rules):
                found += ((chain.priority, {**made, "hook": hook}) for hook in ("input", "forward"))
        else:
            found.append((chain.priority, {**made, "libvirt_at": at}))
    return found


def may_drop(rules: Iterable[PlainPart]) -> bool:
    """Whether a rule, or one that is nested in it, drops, rejects or translates."""
    return any(each["verdict"] in DECIDES or may_drop(each.get("rules", ())) for each in rules)


def _rules(chain: ReadChain, chains: Mapping[str, ReadChain]) -> tuple[list[PlainPart], int | None]:
    """Return the rules of a chain, and how many are before the jump to libvirt's; None if there is no such jump."""
    found: list[PlainPart] = []
    at: int | None = None
    left = [MOST_RULES]
    for rule in chain.rules:
        if rule.target.startswith(_LIBVIRT) and at is None:
            at = len(found)
        found += _expanded(rule, chains, 0, left)
    return found, at


def _expanded(rule: ReadRule, chains: Mapping[str, ReadChain], depth: int, left: list[int]) -> list[PlainPart]:
    if is_of_libvirt(rule.target) or rule.verdict == "none":
        return []
    left[0] -= 1
    if depth > DEEPEST or left[0] < 0:
        return [{"if": "a jump that is nested too deeply to be followed", "verdict": "drop"}]
    made: PlainPart = {"verdict": rule.verdict}
    if rule.translated:
        made["translated"] = list(rule.translated)
    if rule.verdict in ("jump", "goto", "rules"):
        target = chains.get(rule.target)
        below = target.rules if target else rule.nested
        nested = [one for each in below for one in _expanded(each, chains, depth + 1, left)]
        made = {"verdict": "rules", "rules": nested}
        if rule.verdict == "jump" and all(each["verdict"] == "return" for each in nested):
            return []
    copies = [{**match, **made} for match in _matches(rule)]
    if rule.verdict != "goto":
        return copies
    # After the rules of a goto the packet returns to where this chain was called, and not to the next rule.
    return [each for copy in copies for each in (copy, {**_bare(copy), "verdict": "return"})]


def _bare(rule: PlainPart) -> PlainPart:
    return {key: value for key, value in rule.items() if key not in ("verdict", "rules", "translated")}


def _matches(rule: ReadRule) -> list[PlainPart]:
    keys = list(rule.options)
    count = 1
    for key in keys:
        count *= len(rule.options[key])
    if count > MOST_COPIES:
        words = " and ".join(f"{key} is one of {len(rule.options[key])}" for key in keys)
        return [with_condition(rule.match, words)]
    return [{**rule.match, **dict(zip(keys, values, strict=True))} for values in product(*rule.options.values())]


def with_condition(match: PlainPart, words: str) -> PlainPart:
    """Return what has to match with one more condition, in words."""
    return {**match, "if": f"{match['if']} and {words}" if match.get("if") else words}


def ordered(chains: Iterable[tuple[int, PlainPart]]) -> list[PlainPart]:
    """Return chains in the order in which a packet passes them, without keys that say nothing."""
    return [_short(chain) for _, chain in sorted(chains, key=lambda each: each[0])]


def _short(chain: PlainPart) -> PlainPart:
    return {key: value for key, value in chain.items() if (key, value) != ("rules", [])}
