"""What holds for all documents of a project: the host, and which documents are meant for the same one.

Collisions across folders are infos, because a repository often has several hosts. Two files belong to one host if they
are in one folder, or if the project is declared complete or one host's.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.inputkey import InputKey
from vnetlint.model import View
from vnetlint.model.repeats import repeats
from vnetlint.model.view import Named
from vnetlint.settings import EXTERNAL_NETWORKS

if TYPE_CHECKING:
    from vnetlint.host import Host, HostNetwork


_FIXTURES = frozenset(("fixtures", "spec", "test", "testdata", "tests"))
"""Folders whose files are loaded one at a time, so that each counts as a host of its own."""

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item", bound=View)


@dataclass(frozen=True, eq=False)
class Site:
    """What is known besides the documents themselves."""

    host: "Host | None" = None
    complete: bool = False
    external: frozenset[str] = field(default=EXTERNAL_NETWORKS)
    one_host: bool = False

    @property
    def host_networks(self) -> "tuple[HostNetwork, ...]":
        """The libvirt networks of the inventory."""
        return (self.host.inventory.networks if self.host else None) or ()

    def host_of(self, view: View) -> str:
        """Return a key for the host that a document is meant for: its folder, or one key for a project of one host."""
        return "" if self.complete or self.one_host else _host(view.key)

    def same_host(self, one: Named, other: Named) -> bool:
        """Whether two documents are meant for one host.

        Never two of the same kind and name, which are two versions of one thing.
        """
        if one.node.name == other.node.name and one.name == other.name:
            return False
        return self.host_of(one) == self.host_of(other)

    def repeats(self, items: Iterable[Item], key: Callable[[Item], Key | None]) -> Iterator[tuple[Item, Item]]:
        """Yield each view whose key an earlier one of the same host has, with the first such view; None is no key."""

        def on_host(item: Item) -> tuple[str, Key] | None:
            value = key(item)
            return None if value is None else (self.host_of(item), value)

        return ((item, first) for item, first, _ in repeats(items, on_host))


def grouped(items: Iterable[Item], key: Callable[[Item], Key | None]) -> dict[Key, list[Item]]:
    """Return a table of views by a key, without those whose key is None."""
    table: defaultdict[Key, list[Item]] = defaultdict(list)
    for item in items:
        value = key(item)
        if value is not None:
            table[value].append(item)
    return dict(table)


@lru_cache(maxsize=1024)
def _host(key: InputKey) -> str:
    """Return the host of an input. It is kept because every question about one host asks for it again."""
    return key.host if _FIXTURES.isdisjoint(key.host.split("/")) else key.display


def place_of(view: View) -> tuple[str, int]:
    """Return a sort key, so that a choice among several does not depend on the order in which files are given."""
    return view.path, view.node.start
