"""Many guests that are alike become one node with a count, so that a picture of many can be read."""

import re
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address

from vnetlint.graph.parts import GraphEdge, GraphNode

MANY = 12
"""The most guests that are drawn one by one."""
CROWD = 24
"""The most nodes of guests before also those with different names are drawn as one."""
FEW = 3
"""The fewest guests that are drawn as one."""
_DIGITS = re.compile(r"\d{1,18}")


def collapsed(
    nodes: Iterable[GraphNode], edges: Iterable[GraphEdge]
) -> tuple[tuple[GraphNode, ...], tuple[GraphEdge, ...]]:
    """Return nodes and edges in which guests that are alike are one: same connections, and names but for numbers."""
    nodes, edges = tuple(nodes), tuple(edges)
    guests = [node for node in nodes if node.kind == "guest"]
    if len(guests) <= MANY:
        return nodes, edges
    ways: dict[str, list[GraphEdge]] = {node.key: [] for node in guests}
    for edge in edges:
        if edge.tail in ways:
            ways[edge.tail].append(edge)
    alike: dict[object, list[GraphNode]] = {}
    for node in guests:
        alike.setdefault((_DIGITS.sub("#", node.name), _signature(ways[node.key])), []).append(node)
    groups = [group for group in alike.values() if len(group) >= FEW]
    single = [group[0] for group in alike.values() if len(group) == 1]
    single += [node for group in alike.values() if 1 < len(group) < FEW for node in group]
    if len(groups) + len(single) > CROWD:
        mixed: dict[object, list[GraphNode]] = {}
        for node in single:
            mixed.setdefault(_signature(ways[node.key]), []).append(node)
        groups += [group for group in mixed.values() if len(group) >= FEW]
    return _merged(nodes, edges, [sorted(group, key=_order) for group in groups], ways)


def _signature(edges: Iterable[GraphEdge]) -> tuple[object, ...]:
    return tuple((edge.head, _DIGITS.sub("#", edge.how), edge.flow, edge.notes) for edge in edges)


def _order(node: GraphNode) -> tuple[list[str | int], str]:
    return natural(node.name), node.key


def natural(name: str) -> list[str | int]:
    """Return a sort key in which web-2 comes before web-10."""
    parts = re.split(r"(\d{1,18})", name)
    return [int(part) if number % 2 else part for number, part in enumerate(parts)]


def _merged(
    nodes: tuple[GraphNode, ...],
    edges: tuple[GraphEdge, ...],
    groups: list[list[GraphNode]],
    ways: dict[str, list[GraphEdge]],
) -> tuple[tuple[GraphNode, ...], tuple[GraphEdge, ...]]:
    into = {node.key: group[0].key for group in groups for node in group}
    together = {group[0].key: _one(group) for group in groups}
    kept = tuple(together.get(node.key, node) for node in nodes if into.get(node.key, node.key) == node.key)
    merged = {group[0].key: _joined([ways[node.key] for node in group]) for group in groups}
    others = tuple(edge for edge in edges if edge.tail not in into)
    return kept, (*(edge for joined in merged.values() for edge in joined), *others)


def _one(group: list[GraphNode]) -> GraphNode:
    first, last = group[0], group[-1]
    members = tuple(member for node in group for member in node.members)
    same = _DIGITS.sub("#", first.name) == _DIGITS.sub("#", last.name)
    name = f"{first.name} … {last.name}" if same else f"{first.name}, {group[1].name}, …"
    return replace(first, name=name, what=f"{len(members)} guests", members=members, place=None)


def _joined(ways: list[list[GraphEdge]]) -> list[GraphEdge]:
    """Return the edges of a group: one for each NIC that its guests have, with the range of their addresses."""
    found = []
    for same in zip(*ways, strict=True):
        addresses = tuple(address for edge in same for address in edge.addresses)
        first = same[0]
        how = first.how if all(edge.how == first.how for edge in same) else _DIGITS.sub("", first.how).partition(" ")[0]
        found.append(replace(first, how=how, addresses=_range(addresses), place=None, count=len(same)))
    return found


def _range(addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first and the last address of each IP version, in one text: `10.45.0.11–30`."""
    found = []
    for version in (4, 6):
        own = sorted({parsed for each in addresses if (parsed := ip_address(each)).version == version})
        if own:
            found.append(_between(str(own[0]), str(own[-1])))
    return tuple(found)


def _between(first: str, last: str) -> str:
    """Return a range of addresses, without the part of the second that is as in the first."""
    if first == last:
        return first
    mark = "." if "." in first else ":"
    stem = first.rpartition(mark)[0]
    return f"{first}–{last.removeprefix(stem + mark)}"
