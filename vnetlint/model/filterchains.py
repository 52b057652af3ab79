"""What ebtables does for a filter: its rules about frames, the chains that they are in, and where a chain ends.

The root chain visits the chains of protocols by priority, between its own rules. A frame that no rule of such a chain
decides about does not come back to the root chain: the end of the chain accepts it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vnetlint.model.filter import Filter, FilterRule
from vnetlint.model.shipped import Shipped, ShippedRule

CHAIN_PRIORITIES = {
    "stp": -810, "mac": -800, "vlan": -750, "ipv4": -700, "ipv6": -600, "arp": -500, "rarp": -400,
}  # fmt: skip
"""The protocols that a chain's name can begin with, and when libvirt visits such a chain by default."""
_ETHERTYPES = {0x0800: "ipv4", 0x86DD: "ipv6", 0x0806: "arp", 0x8035: "rarp", 0x8100: "vlan"}
_ELEMENTS = {"ip": "ipv4", "ipv6": "ipv6", "arp": "arp", "rarp": "rarp", "vlan": "vlan", "stp": "stp"}
Heading = Literal["in", "out"]
_WAYS: tuple[Heading, ...] = ("in", "out")


@dataclass(frozen=True, slots=True)
class FrameRule:
    """A rule about frames."""

    chain: str
    chain_priority: int
    priority: int
    directions: frozenset[Heading]
    action: str
    protocol: str | None
    """The protocol of the frames that it is about, such as `ipv4`; None if it is about any."""
    is_whole: bool
    """Whether it matches all frames of its protocol."""
    owner: str
    """The name of its filter."""


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The end of a chain, which accepts the frames of a protocol before a rule of the root chain sees them."""

    chain: str
    protocol: str
    """The protocol of its frames, `mac` for any."""
    directions: frozenset[Heading]
    owner: str
    """The name of a filter that puts rules into the chain."""


def frame_rules_of(one: Filter | Shipped) -> tuple[FrameRule, ...] | None:
    """Return the rules about frames of a filter itself, without what it includes; None if a value is not known."""
    if isinstance(one, Shipped):
        return tuple(_of_shipped(one, each) for each in one.rules)
    found = [frame_rule_of(one, each) for each in one.rules if each.layer == "ethernet"]
    return None if None in found else tuple(each for each in found if each is not None)


def chain_priority(chain: str) -> int:
    """Return when libvirt visits a chain by default."""
    return next((number for prefix, number in CHAIN_PRIORITIES.items() if chain.startswith(prefix)), 0)


def ends_before(drop: FrameRule, steps: Sequence[FrameRule]) -> Iterator[ChainEnd]:
    """Yield the ends of chains that accept frames before a rule of the root chain would drop them."""
    chains: dict[str, list[FrameRule]] = {}
    for step in sorted(steps, key=lambda each: each.priority):
        chains.setdefault(step.chain, []).append(step)
    root = chains.pop("root", [])
    for name, rules in chains.items():
        protocol = next((each for each in ("mac", "ipv4", "ipv6", "arp") if name.startswith(each)), None)
        # The priority of a chain is that of the last filter which names it.
        if protocol is None or rules[-1].chain_priority > drop.priority or not _meet(drop.protocol, protocol):
            continue
        ways = frozenset(
            way
            for way in drop.directions
            if _accepts_rest(rules, protocol, way) and not _is_meant(drop, protocol, way, root)
        )
        if ways:
            yield ChainEnd(name, protocol, ways, rules[0].owner)


def _accepts_rest(rules: Iterable[FrameRule], protocol: str, way: Heading) -> bool:
    """Whether a chain exists for a direction, and neither returns frames nor decides on all of them by a rule."""
    own = [each for each in rules if way in each.directions]
    whole = [each for each in own if each.is_whole and each.protocol in (None, protocol)]
    return (
        bool(own) and all(each.action != "return" for each in own) and all(each.action == "continue" for each in whole)
    )


def _is_meant(drop: FrameRule, protocol: str, way: Heading, root: Iterable[FrameRule]) -> bool:
    """Whether the root chain accepts all frames of the protocol anyway, before the drop."""
    return any(
        (each.action, each.is_whole) == ("accept", True)
        and way in each.directions
        and each.protocol in (None, protocol)
        and each.priority <= drop.priority
        for each in root
    )


def _meet(one: str | None, other: str) -> bool:
    return one is None or other in (one, "mac")


def frame_rule_of(owner: Filter, rule: FilterRule) -> FrameRule | None:
    """Return a rule as one about frames; None if a value is not known."""
    written, chain, way, priority = owner.node.get("priority"), owner.chain, rule.direction, rule.priority
    if chain is None or way is None or priority is None or rule.action is None:
        return None
    if (rule.match is None and rule.node.children) or not re.fullmatch("[+-]?[0-9]{1,9}", written or "0"):
        return None
    at = chain_priority(chain) if written is None else int(written)
    element = rule.match.name if rule.match is not None else None
    match = {each.name: each.value for each in rule.match.attributes.values()} if rule.match is not None else {}
    protocol, is_whole = _frames(element, match)
    return FrameRule(chain, at, priority, _ways(way), rule.action, protocol, is_whole, owner.name or "")


def _of_shipped(owner: Shipped, rule: ShippedRule) -> FrameRule:
    at = owner.chain_priority if owner.chain_priority is not None else chain_priority(owner.chain)
    protocol, is_whole = _frames(rule.protocol, rule.match)
    return FrameRule(owner.chain, at, rule.priority, _ways(rule.direction), rule.action, protocol, is_whole, owner.name)


def _ways(direction: str) -> frozenset[Heading]:
    return frozenset(way for way in _WAYS if direction in (way, "inout"))


def _frames(element: str | None, match: Mapping[str, str]) -> tuple[str | None, bool]:
    """Return the protocol of the frames that a rule is about, and whether it matches all of them."""
    rest = {name: value for name, value in match.items() if name != "comment"}
    if element != "mac" or "protocolid" not in rest:
        return _ELEMENTS.get(element or ""), not rest
    number = rest.pop("protocolid").lower()
    if re.fullmatch("0x[0-9a-f]{1,4}|[0-9]{1,5}", number):
        return _ETHERTYPES.get(int(number, 0) if number.startswith("0x") else int(number), number), not rest
    return number, not rest
