"""Names: which one was probably meant, and new ones that are free."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from difflib import SequenceMatcher
from itertools import count

from vnetlint.model.addresses import IFNAMSIZ

_LIKENESS = 0.8
_ENOUGH = 8
_SHORTEST = 3
_LONGEST = 64
"""Longer names are not compared: each has as many keys as it has characters."""


class Names:
    """Known names in an index, which finds a similar one without comparing it to all."""

    def __init__(self, names: Iterable[str]) -> None:
        """Index each name by its spelling, and by its spelling without any one character."""
        self._filed: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            for key in _spellings(name):
                self._filed[key].append(name)

    def similar(self, name: str) -> str | None:
        """Return the name that was probably meant: one typo away, whatever its case and hyphens.

        Names that differ only in their numbers are assumed to be different on purpose.
        """
        near = dict.fromkeys(each for key in _spellings(name) for each in self._filed.get(key, ())[:_ENOUGH])
        typos = (each for each in near if each != name and _letters(each) != _letters(name))
        rated = ((_likeness(name.casefold(), each.casefold()), each) for each in typos)
        return max(((rate, each) for rate, each in rated if rate >= _LIKENESS), default=(0, None))[1]


def _likeness(name: str, other: str) -> float:
    """Return how similar two names are. A letter in another place is a typo even in short names."""
    moved = len(name) >= _SHORTEST and sorted(name) == sorted(other)
    return max(SequenceMatcher(None, name, other).ratio(), _LIKENESS if moved else 0)


def is_too_long(name: str) -> bool:
    """Whether a name is too long for the kernel. Names with `%d` are not: libvirt replaces it by a number."""
    return len(name.encode()) >= IFNAMSIZ and "%d" not in name


def shortened(names: Iterable[str], taken: Container[str]) -> dict[str, str]:
    """Return a free name for each that is too long: its start, with a number if that is taken."""
    found: dict[str, str] = {}
    given: set[str] = set()
    starts: dict[str, Iterator[str]] = {}
    """The names that are left to try, by the start that many names may share."""
    for name in sorted({each for each in names if is_too_long(each)}):
        left = starts.setdefault(_start(name, ""), _starts(name))
        short = next(each for each in left if each and each not in taken and each not in given)
        given.add(short)
        found[name] = short
    return found


def new_bridges(taken: Container[str]) -> Iterator[str]:
    """Yield free names like libvirt's own, from `virbr1` on; `virbr0` belongs to the `default` network."""
    return (name for number in count(1) if (name := f"virbr{number}") not in taken)


def _starts(name: str) -> Iterator[str]:
    yield _start(name, "")
    for number in count(2):
        yield _start(name, str(number))


def _start(name: str, ending: str) -> str:
    room = IFNAMSIZ - 1 - len(ending)
    return name.encode()[:room].decode(errors="ignore").rstrip("-_.") + ending


def _spellings(name: str) -> Iterator[str]:
    plain = re.sub(r"[-_. ]", "", name.casefold())
    if len(plain) <= _LONGEST:
        yield plain
        yield from {plain[:i] + plain[i + 1 :] for i in range(len(plain))}


def _letters(name: str) -> str:
    return re.sub(r"\d+", "", name)
