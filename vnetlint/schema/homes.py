"""Where misplaced elements may go, and which of them go to one place together."""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Generic, TypeVar

from vnetlint.finding import Safety
from vnetlint.schema.fault import Fault
from vnetlint.xml.node import Node

HOMES = 5
"""How many places are tried for a misplaced element."""
TOGETHER = 20
"""How many misplaced elements one fix moves. Of more, the others move in later rounds, once they have a place."""


def homes_of(fault: Fault) -> list[tuple[Node, Safety]]:
    """Return where a misplaced element may go: where it is missing, else the nearest places that allow it.

    If there are several, a person has to choose.
    """
    node = fault.node
    if fault.related is not None and fault.related is not node.parent:
        return [(fault.related, "unsafe")]
    inside = set(node.descendants())
    found: list[tuple[Node, Safety]] = []
    ancestor = node.parent
    while ancestor is not None and len(found) < HOMES:
        beside = (each for name in fault.allowed_in for each in ancestor.all(name))
        allowed = chain([ancestor] if ancestor.name in fault.allowed_in else (), beside)
        passed = inside | {node.parent, *(home for home, _ in found)}
        near = list(islice((each for each in allowed if each not in passed), HOMES))
        near.sort(key=lambda each: each.start)
        found += [(each, "unsafe" if len(near) == 1 and not found else "choice") for each in near]
        ancestor = ancestor.parent
    return found[:HOMES]


_Key = TypeVar("_Key")


class Groups(Generic[_Key]):
    """Misplaced elements that go to one place together, at most `TOGETHER` at a time."""

    def __init__(self, members: Iterable[tuple[_Key, Node]]) -> None:
        every: dict[_Key, dict[Node, int]] = {}
        self._parts: dict[tuple[_Key, int], list[Node]] = {}
        for key, node in members:
            numbers = every.setdefault(key, {})
            number = numbers.setdefault(node, len(numbers))
            part = self._parts.setdefault((key, number // TOGETHER), [])
            if number % TOGETHER == len(part):
                part.append(node)
        self._numbers = every

    def with_(self, node: Node, key: _Key) -> list[Node]:
        """Return an element with those that go with it to the place that `key` means."""
        number = self._numbers.get(key, {}).get(node)
        return [node] if number is None else self._parts[key, number // TOGETHER]

    def is_first(self, node: Node, key: _Key) -> bool:
        """Whether an element is among those that go to their place first."""
        return self._numbers.get(key, {}).get(node, 0) < TOGETHER
