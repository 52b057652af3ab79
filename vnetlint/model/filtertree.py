"""What a network filter does together with all that it includes, filters shipped by libvirt among them."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from vnetlint.dataclass import dataclass
from vnetlint.model.domain import FilterRef
from vnetlint.model.filter import Filter, FilterRule, Layer
from vnetlint.model.filterchains import FrameRules, frames_of, frames_together
from vnetlint.model.filterneeds import Kinds, Needs, merged
from vnetlint.model.shipped import SHIPPED, Shipped, value_kind


@dataclass(frozen=True)
class Tree:
    """What a filter needs and does, its includes counted in."""

    variables: Needs
    """The variables that every reference to it has to set, each with the kinds of value it needs."""
    layers: Mapping[Layer, FilterRule]
    """The layers that handle its rules, without those of shipped filters, each with a rule as an example."""
    drops_rest: bool
    passes_ipv6: bool
    uses: Needs
    """All variables of its rules, also those that a reference within it sets."""
    sees_tags: bool
    """Whether a rule is about frames with a VLAN tag."""
    checks_sender: bool
    """Whether a rule of the chains for ARP and IP checks the address that the guest sends from."""
    frames: FrameRules | None
    """Its rules about frames; None if a value of one is not known."""

    @property
    def blocks_ipv6(self) -> bool:
        """Whether it drops everything that no rule accepts, and accepts no IPv6."""
        return self.drops_rest and not self.passes_ipv6


class FilterTrees:
    """Works out what filters do, each one once; None if a filter refers to something unknown, or to itself."""

    def __init__(self, resolve: Callable[[FilterRef], Filter | Shipped | None]) -> None:
        """Use a function that returns what a reference means."""
        self._resolve = resolve
        self._known: dict[Filter, Tree | None] = {}
        self._looping: dict[FilterRef, Filter] = {}

    def of(self, reference: FilterRef) -> Tree | None:
        """Return what the filter of a reference does."""
        meant = self._resolve(reference)
        return self.tree(meant) if meant is not None else None

    def tree(self, root: Filter | Shipped) -> Tree | None:
        """Return what a filter does."""
        if isinstance(root, Shipped):
            return _shipped_tree(root.name)
        entered: set[Filter] = set()
        stack = [root]
        while stack:
            top = stack[-1]
            if top in self._known:
                stack.pop()
            elif top in entered:
                self._known[top] = self._combined(top)
                stack.pop()
            else:
                entered.add(top)
                meant = [(each, self._resolve(each)) for each in top.references]
                for reference, each in meant:
                    if isinstance(each, Filter) and each in entered and each not in self._known:
                        self._looping.setdefault(reference, top)
                    elif isinstance(each, Filter) and each not in self._known:
                        stack.append(each)
        return self._known[root]

    def closes_loop(self, owner: Filter, reference: FilterRef) -> bool:
        """Whether a reference leads back to a filter that leads to it."""
        self.tree(owner)
        return reference in self._looping

    def _combined(self, one: Filter) -> Tree | None:
        parts: list[tuple[FilterRef, Tree]] = []
        for reference in one.references:
            meant = self._resolve(reference)
            tree = (
                _shipped_tree(meant.name) if isinstance(meant, Shipped) else self._known.get(meant) if meant else None
            )
            if tree is None or not reference.names_all:
                return None
            parts.append((reference, tree))
        own: dict[str, Kinds] = {}
        layers: dict[Layer, FilterRule] = {}
        for rule in one.rules:
            layers.setdefault(rule.layer, rule)
            for attribute, name in rule.variables():
                kind = value_kind(attribute.name, rule.match.name if rule.match else None)
                own[name] = own.get(name, frozenset()) | {kind}
        for _, tree in parts:
            for layer, rule in tree.layers.items():
                layers.setdefault(layer, rule)
        return Tree(
            merged([(tree.variables, reference.given) for reference, tree in parts], own),
            layers,
            any(tree.drops_rest for _, tree in parts) or any(_drops_rest(one, rule) for rule in one.rules),
            any(tree.passes_ipv6 for _, tree in parts) or any(_may_pass_ipv6(one, rule) for rule in one.rules),
            merged([(tree.uses, frozenset()) for _, tree in parts], own),
            any(tree.sees_tags for _, tree in parts) or any(_sees_tags(rule) for rule in one.rules),
            any(tree.checks_sender for _, tree in parts) or any(_checks_sender(one, rule) for rule in one.rules),
            frames_together([frames_of(one), *(tree.frames for _, tree in parts)]),
        )


@cache
def _shipped_tree(name: str) -> Tree:
    one = SHIPPED[name]
    found = [one, *(part for name in one.includes for part in _shipped_parts(SHIPPED[name]))]
    needed: dict[str, Kinds] = {}
    for part in found:
        for variable, kind in part.variables.items():
            needed[variable] = needed.get(variable, frozenset()) | {kind}
    return Tree(
        Needs().changed(needed),
        {},
        any(part.drops_rest for part in found),
        any(part.passes_ipv6 for part in found),
        Needs().changed(needed),
        sees_tags=False,
        checks_sender=not needed.keys().isdisjoint(("IP", "IPV6")),
        frames=frames_together(map(frames_of, found)),
    )


def _shipped_parts(one: Shipped) -> Iterable[Shipped]:
    yield one
    for name in one.includes:
        yield from _shipped_parts(SHIPPED[name])


def _drops_rest(one: Filter, rule: FilterRule) -> bool:
    ends = rule.action in ("drop", "reject") and rule.direction in ("inout", "out")
    return one.chain == "root" and ends and rule.matches_all and rule.layer == "ethernet"


def _may_pass_ipv6(one: Filter, rule: FilterRule) -> bool:
    """Whether a rule may accept IPv6 frames; yes if that is unknown."""
    if rule.action not in ("accept", None) or rule.layer != "ethernet":
        return False
    if one.chain is None or one.chain.startswith("ipv6"):
        return True
    if rule.match is None or rule.match.name in ("ipv6", "vlan"):
        return one.chain == "root" or one.chain.startswith(("mac", "ipv6"))
    protocol = rule.match.get("protocolid") or "ipv6"
    return rule.match.name == "mac" and (protocol.lower() in ("ipv6", "0x86dd", "34525") or protocol.startswith("$"))


def _sees_tags(rule: FilterRule) -> bool:
    """Whether a rule is about frames with a VLAN tag in particular."""
    return rule.match is not None and (rule.match.name == "vlan" or rule.match.get("protocolid") in ("vlan", "0x8100"))


def _checks_sender(one: Filter, rule: FilterRule) -> bool:
    """Whether a rule of a chain for ARP or IP is about a sender's address in what the guest sends."""
    if rule.match is None or rule.direction == "in" or not (one.chain or "").startswith(("arp", "ipv4", "ipv6")):
        return False
    return not rule.match.attributes.keys().isdisjoint(("srcipaddr", "arpsrcipaddr"))
