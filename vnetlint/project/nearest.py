"""Which of several documents of one name is meant: the one whose folder is nearest to the file that uses the name.

What is asked about one host (who is on a bridge, has an address, shares a MAC address) is kept by host, so a repository
of many hosts takes time in proportion to its files.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from vnetlint.model import View

_Item = TypeVar("_Item", bound=View)
_Steps = tuple[str, ...]


class Nearest(Generic[_Item]):
    """Documents of one name by folder, so that the nearest is found without comparing the paths of all.

    Each folder keeps the two documents that are the fewest steps below it. Two are enough to see whether one alone is
    nearest.
    """

    def __init__(self, items: Iterable[_Item]) -> None:
        """Note each document in its folder and in all above it."""
        self._below: dict[_Steps, list[tuple[int, int, _Item]]] = {}
        self._found: dict[str, _Item | None] = {}
        for place, item in enumerate(items):
            steps = _steps(item.key.host)
            for depth in range(len(steps) + 1):
                kept = self._below.setdefault(steps[:depth], [])
                kept.append((len(steps) - depth, place, item))
                kept.sort(key=lambda each: each[:2])
                del kept[2:]

    def to(self, view: View) -> _Item | None:
        """Return the document nearest to an element's file; None if two are equally near."""
        folder = view.key.host
        if folder not in self._found:
            self._found[folder] = self._search(_steps(folder))
        return self._found[folder]

    def _search(self, steps: _Steps) -> _Item | None:
        ways: dict[int, tuple[int, _Item]] = {}
        for depth in range(len(steps) + 1):
            for down, place, item in self._below.get(steps[:depth], ()):
                ways[place] = (len(steps) - depth + down, item)
        ranked = sorted(ways.values(), key=lambda each: each[0])[:2]
        alone = len(ranked) == 1 or (len(ranked) == 2 and ranked[0][0] < ranked[1][0])
        return ranked[0][1] if alone else None


def _steps(folder: str) -> _Steps:
    return tuple(folder.split("/")) if folder else ()
