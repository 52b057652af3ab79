"""What ebtables does for a filter: its rules about frames, the chains that they are in, and where a chain ends.

The root chain visits the chains of protocols by priority, between its own rules. A frame that no rule of such a chain
decides about does not come back to the root chain: the end of the chain accepts it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
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
_REACHING = ("mac", "ipv4", "ipv6", "arp")
"""The protocols that IP and ARP can be seen as; only the ends of their chains matter."""


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


@dataclass(frozen=True, slots=True)
class _Chain:
    """The rules of one chain, as far as its end depends on them."""

    first: int
    """The priority of the rule that comes first."""
    owner: str
    """The filter of that rule."""
    last: int
    priority: int
    """The priority of the chain, which is that of the last filter that names it."""
    ways: frozenset[Heading]
    returning: frozenset[Heading]
    decided: frozenset[tuple[Heading, str | None]]
    """Of which protocols, and in which directions, a rule decides on all frames."""

    def accepts_rest(self, protocol: str, way: Heading) -> bool:
        """Whether it exists for a direction, and neither returns frames nor decides on all of them by a rule."""
        left = self.decided.isdisjoint(((way, None), (way, protocol)))
        return left and way in self.ways and way not in self.returning


def _chain_of(step: FrameRule) -> _Chain:
    returning = step.directions if step.action == "return" else frozenset[Heading]()
    decides = step.is_whole and step.action != "continue" and step.protocol in (None, *_REACHING)
    decided = frozenset((way, step.protocol) for way in step.directions if decides)
    return _Chain(step.priority, step.owner, step.priority, step.chain_priority, step.directions, returning, decided)


def _joined(one: _Chain, other: _Chain) -> _Chain:
    """Return a chain with the rules of two filters, of which the second is read later."""
    first = one if one.first <= other.first else other
    last = other if one.last <= other.last else one
    return _Chain(
        first.first,
        first.owner,
        last.last,
        last.priority,
        one.ways | other.ways,
        one.returning | other.returning,
        one.decided | other.decided,
    )


_Key = tuple[str, Heading]


@dataclass(frozen=True, eq=False)
class _Chains:
    """All chains but the root chain, by name."""

    by_name: Mapping[str, _Chain]

    @cached_property
    def in_order(self) -> tuple[tuple[str, _Chain], ...]:
        """The chains, each at the place of its first rule."""
        return tuple(sorted(self.by_name.items(), key=lambda each: each[1].first))

    @cached_property
    def accepting(self) -> Mapping[_Key, tuple[list[int], list[int]]]:
        """Those that accept the rest of a protocol in a direction: their priorities, and the first place up to each."""
        found: dict[_Key, list[tuple[int, int]]] = {}
        for place, (name, chain) in enumerate(self.in_order):
            protocol = _protocol_of(name)
            for way in _WAYS:
                if protocol is not None and chain.accepts_rest(protocol, way):
                    found.setdefault((protocol, way), []).append((chain.priority, place))
        return {
            key: ([each for each, _ in pairs], list(accumulate((place for _, place in pairs), min)))
            for key, pairs in ((key, sorted(unsorted)) for key, unsorted in found.items())
        }


@dataclass(frozen=True, eq=False)
class FrameRules:
    """The rules about frames of a filter and what it includes, as far as the ends of chains depend on them."""

    chains: _Chains
    accepted: Mapping[tuple[Heading, str | None], int]
    """The lowest priority at which the root chain accepts all frames of a protocol, None for any, in a direction."""

    def end_before(self, drop: FrameRule) -> ChainEnd | None:
        """Return the end of the first chain that accepts frames before a rule of the root chain would drop them."""
        reached = [
            (places[upto - 1], protocol, way)
            for (protocol, way), (priorities, places) in self.chains.accepting.items()
            if way in drop.directions and _meet(drop.protocol, protocol) and not self._is_meant(drop, protocol, way)
            if (upto := bisect_right(priorities, drop.priority))
        ]
        if not reached:
            return None
        place, protocol, _ = min(reached)
        name, chain = self.chains.in_order[place]
        ways = frozenset(
            way
            for way in drop.directions
            if chain.accepts_rest(protocol, way) and not self._is_meant(drop, protocol, way)
        )
        return ChainEnd(name, protocol, ways, chain.owner)

    def _is_meant(self, drop: FrameRule, protocol: str, way: Heading) -> bool:
        """Whether the root chain accepts all frames of the protocol anyway, before the drop."""
        found = (self.accepted.get((way, each)) for each in (None, protocol))
        return any(each is not None and each <= drop.priority for each in found)


def frames_together(parts: Iterable[FrameRules | None]) -> FrameRules | None:
    """Return the rules of several filters in the order in which libvirt reads them; None if one is not known."""
    every: list[FrameRules] = []
    for part in parts:
        if part is None:
            return None
        every.append(part)
    accepted: dict[tuple[Heading, str | None], int] = {}
    for key, priority in (item for part in every for item in part.accepted.items()):
        accepted[key] = min(priority, accepted.get(key, priority))
    # Many filters include the same large one, and most of them have no chain besides.
    distinct = {id(part.chains): part.chains for part in every if part.chains.by_name}
    if len(distinct) == 1:
        return FrameRules(next(iter(distinct.values())), accepted)
    chains: dict[str, _Chain] = {}
    for name, chain in (item for each in distinct.values() for item in each.by_name.items()):
        chains[name] = _joined(chains[name], chain) if name in chains else chain
    return FrameRules(_Chains(chains), accepted)


def frames_of(one: Filter | Shipped) -> FrameRules | None:
    """Return the same as what the ends of chains depend on."""
    steps = frame_rules_of(one)
    return None if steps is None else _frames_of(steps)


def _frames_of(steps: Iterable[FrameRule]) -> FrameRules:
    chains: dict[str, _Chain] = {}
    accepted: dict[tuple[Heading, str | None], int] = {}
    for step in steps:
        if step.chain != "root":
            chain = _chain_of(step)
            chains[step.chain] = _joined(chains[step.chain], chain) if step.chain in chains else chain
        elif (step.action, step.is_whole) == ("accept", True) and step.protocol in (None, *_REACHING):
            for key in ((way, step.protocol) for way in step.directions):
                accepted[key] = min(step.priority, accepted.get(key, step.priority))
    return FrameRules(_Chains(chains), accepted)


def _protocol_of(chain: str) -> str | None:
    """Return the protocol that a chain's name begins with, if it is one of those that can carry IP or ARP."""
    return next((each for each in _REACHING if chain.startswith(each)), None)


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
