"""Names: which one was probably meant, and new ones that are free."""

import re
from collections.abc import Collection, Container, Iterable, Iterator
from difflib import get_close_matches
from itertools import count

from vnetlint.model.addresses import IFNAMSIZ

_LIKENESS = 0.8


def similar(name: str, names: Collection[str]) -> str | None:
    """Give the name that was probably meant. Names that differ only in their numbers are different on purpose."""
    letters = _letters(name)
    found = get_close_matches(name, names, n=3, cutoff=_LIKENESS)
    return next((each for each in found if _letters(each) != letters), None)


def is_too_long(name: str) -> bool:
    """Whether the kernel takes no interface of this name. libvirt puts a number in the place of `%d` first."""
    return len(name.encode()) >= IFNAMSIZ and "%d" not in name


def shortened(names: Iterable[str], taken: Container[str]) -> dict[str, str]:
    """Give each name that is too long one that fits and is free: its start, and where that is taken a number."""
    found: dict[str, str] = {}
    given: set[str] = set()
    for name in sorted({each for each in names if is_too_long(each)}):
        short = next(each for each in _starts(name) if each not in taken and each not in given)
        given.add(short)
        found[name] = short
    return found


def new_bridges(taken: Container[str]) -> Iterator[str]:
    """Give names of libvirt's own kind, `virbr1` and on, that are free; `virbr0` is the `default` network's."""
    return (name for number in count(1) if (name := f"virbr{number}") not in taken)


def _starts(name: str) -> Iterator[str]:
    yield _start(name, "")
    for number in count(2):
        yield _start(name, str(number))


def _start(name: str, ending: str) -> str:
    room = IFNAMSIZ - 1 - len(ending)
    return name.encode()[:room].decode(errors="ignore").rstrip("-_.") + ending


def _letters(name: str) -> str:
    return re.sub(r"\d+", "", name)
