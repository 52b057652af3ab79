"""A filter with all that it includes, as the flat list of rules that libvirt makes of it, variables replaced."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from vnetlint.dataclass import dataclass
from vnetlint.model import Filter
from vnetlint.model.domain import FilterRef
from vnetlint.model.filter import PROTOCOLS, FilterRule, Layer
from vnetlint.model.filterchains import chain_priority
from vnetlint.model.shipped import SHIPPED, Shipped, ShippedRule
from vnetlint.model.view import known
from vnetlint.project import Project
from vnetlint.reach.filters.frame import Missing
from vnetlint.xml.node import Node

Variables = Mapping[str, tuple[str, ...]]
Filled = str | Missing
_VARIABLE = re.compile(r"\$ *([A-Za-z0-9_]+)(?:\[ *(@?) *([0-9]{1,9}) *\])?")
_MAX_STEPS = 20_000


@dataclass(frozen=True)
class PlacedRule:
    """One rule as it is installed: one for each combination of the values of its variables."""

    action: str
    direction: str
    priority: int
    chain: str
    chain_priority: int
    protocol: str | None
    match: Mapping[str, Filled]
    """The attributes of the protocol element."""
    tracks: bool
    """Whether it asks for the state of the connection, which `statematch='false'` turns off."""
    filter: str
    place: Node
    rule: FilterRule | None

    @property
    def layer(self) -> Layer:
        """Who handles it: ebtables, iptables or ip6tables."""
        return PROTOCOLS[self.protocol] if self.protocol else "ethernet"


def expanded(reference: FilterRef, project: Project, variables: Variables) -> tuple[PlacedRule, ...] | Missing:
    """Return the rules of a reference, in the order in which libvirt reads them."""
    tree = project.filters.trees.of(reference)
    # libvirt learns an address only if a rule needs it, and else takes the value that a filter sets for an include.
    known_values = {
        name: each for name, each in variables.items() if name != "IP" or tree is None or name in tree.variables
    }
    found: list[PlacedRule] = []
    stack = [_Visit(reference, {**known_values, **_given(reference)}, None, iter((reference.node,)))]
    for _ in range(_MAX_STEPS):
        if not stack:
            return tuple(found)
        step = next(stack[-1].steps, None)
        if step is None:
            stack.pop()
        elif isinstance(step, PlacedRule):
            found.append(step)
        elif isinstance(step, Missing):
            return step
        else:
            visit = _entered(step, stack, project)
            if isinstance(visit, Missing):
                return visit
            stack.append(visit)
    return Missing(f"what filter '{reference.filter}' does, because it has too many rules")


@dataclass(frozen=True)
class _Visit:
    """A filter of which the rules are being read."""

    reference: FilterRef
    values: Variables
    meant: Filter | Shipped | None
    steps: "Iterator[PlacedRule | Missing | Node]"
    """Its rules, and the elements that include other filters."""


def _entered(node: Node, stack: Sequence[_Visit], project: Project) -> _Visit | Missing:
    reference = FilterRef(node) if len(stack) > 1 else stack[0].reference
    name, meant = reference.filter, project.filters.of(reference)
    if meant is None or not reference.names_all:
        return Missing(f"the filter '{name}'" if name else "the name of the filter")
    if any(each.meant is meant for each in stack):
        return Missing(f"what filter '{name}' does, because it includes itself")
    # The values of the interface win over those that filters set for what they include.
    values = {**_given(reference), **stack[-1].values}
    steps = _shipped(meant, values, node) if isinstance(meant, Shipped) else _steps(meant, values)
    return _Visit(reference, values, meant, steps)


def _steps(one: Filter, values: Variables) -> "Iterator[PlacedRule | Missing | Node]":
    for node in one.node.children:
        if node.name == "rule":
            yield from _own(FilterRule(node), one, values)
        elif node.name == "filterref":
            yield node


def _given(reference: FilterRef) -> Variables:
    values: dict[str, tuple[str, ...]] = {}
    for each in reference.parameters:
        if each.name:
            values[each.name] = (*values.get(each.name, ()), each.value or "")
    return values


def _shipped(one: Shipped, values: Variables, place: Node) -> Iterator[PlacedRule]:
    for part in one.parts:
        if isinstance(part, str):
            yield from _shipped(SHIPPED[part], values, place)
            continue
        priority = one.chain_priority if one.chain_priority is not None else chain_priority(one.chain)
        for match in _combinations(part.match, values):
            yield _of_shipped(one, part, match, priority, place)


def _of_shipped(one: Shipped, rule: ShippedRule, match: Mapping[str, Filled], priority: int, place: Node) -> PlacedRule:
    return PlacedRule(
        rule.action,
        rule.direction,
        rule.priority,
        one.chain,
        priority,
        rule.protocol,
        match,
        True,
        one.name,
        place,
        None,
    )


def _own(rule: FilterRule, owner: Filter, values: Variables) -> Iterator[PlacedRule | Missing]:
    label, chain, priority = owner.name or "", owner.chain, owner.node.get("priority")
    action, direction, own = rule.action, rule.direction, rule.priority
    number = chain_priority(chain or "") if priority is None else _number(priority)
    if rule.match is None and rule.node.children:
        yield Missing(f"the protocol of a rule of filter '{label}'")
    elif action is None or direction is None or own is None or chain is None or number is None:
        yield Missing(f"the action, direction or priority of a rule of filter '{label}'")
    else:
        protocol = rule.match.name if rule.match is not None else None
        tracks = (rule.node.get("statematch") or "").lower() not in ("0", "false")
        for match in _combinations(_attributes(rule), values):
            yield PlacedRule(action, direction, own, chain, number, protocol, match, tracks, label, rule.node, rule)


def _attributes(rule: FilterRule) -> Mapping[str, str]:
    """Return the attributes of the protocol element; libvirt merges elements of the same name."""
    elements = rule.node.all(rule.match.name) if rule.match is not None else ()
    return {attribute.name: attribute.value for each in elements for attribute in each.attributes.values()}


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else None


def _combinations(match: Mapping[str, str], values: Variables) -> Iterator[Mapping[str, Filled]]:
    """Yield the attributes with every combination of values. Variables without `[@n]` advance together."""
    uses = {attribute: found for attribute, text in match.items() if (found := _VARIABLE.match(text))}
    lists: dict[str, list[tuple[str, str]]] = {}
    fixed: dict[str, Filled] = {name: _literal(name, text) for name, text in match.items() if name not in uses}
    for attribute, found in uses.items():
        name, mark, index = found[1], found[2], found[3]
        known_values = values.get(name)
        if known_values is None or not all(known(each) for each in known_values):
            fixed[attribute] = Missing(f"the variable '{name}'")
        elif index and not mark:
            at = int(index)
            fixed[attribute] = known_values[at] if at < len(known_values) else Missing(f"the variable '{name}[{at}]'")
        else:
            lists.setdefault(str(int(index)) if mark else "", []).append((attribute, name))
    sizes = []
    for group in lists.values():
        counts = {len(values[name]) for _, name in group}
        if len(counts) > 1:
            names = " and ".join(sorted({f"'{name}'" for _, name in group}))
            fixed.update(
                (attribute, Missing(f"the values of {names}, which differ in number")) for attribute, _ in group
            )
            group.clear()
        sizes.append(max(counts))
    for indexes in product(*map(range, sizes)):
        chosen = {
            attribute: values[name][at]
            for group, at in zip(lists.values(), indexes, strict=True)
            for attribute, name in group
        }
        yield {**fixed, **chosen}


def _literal(name: str, text: str) -> Filled:
    return text if known(text) else Missing(f"the value of '{name}'")
