"""Groups that fare alike towards all others, so that the table of fifty networks has a row for each kind of network."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
Sign = TypeVar("Sign", bound=Hashable)


def blocks(items: Sequence[Item], cells: Mapping[tuple[Item, Item], Sign]) -> tuple[tuple[Item, ...], ...]:
    """Return the items in blocks: two are in one if no cell of theirs, to or from any block, differs.

    A block is split until that holds. What an item has with itself may differ from what it has with its like.
    """
    block = dict.fromkeys(items, 0)
    count = 0
    while True:
        rows: defaultdict[Item, set[tuple[str, int, Sign]]] = defaultdict(set)
        for (source, target), sign in cells.items():
            if source == target:
                rows[source].add(("itself", 0, sign))
            else:
                rows[source].add(("to", block[target], sign))
                rows[target].add(("from", block[source], sign))
        found: dict[Hashable, list[Item]] = {}
        for item in items:
            found.setdefault((block[item], frozenset(rows[item])), []).append(item)
        block = {item: number for number, alike in enumerate(found.values()) for item in alike}
        if len(found) == count:
            return tuple(tuple(alike) for alike in found.values())
        count = len(found)
