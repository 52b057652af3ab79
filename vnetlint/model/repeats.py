"""The second of a kind: what has a key that an earlier one has."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


def repeats(items: Iterable[Item], key: Callable[[Item], Key | None]) -> Iterator[tuple[Item, Item, Key]]:
    """Yield each item whose key an earlier item has, with the first such item and the key; None is no key."""
    first: dict[Key, Item] = {}
    for item in items:
        found = key(item)
        if found is not None and (earlier := first.setdefault(found, item)) is not item:
            yield item, earlier, found
