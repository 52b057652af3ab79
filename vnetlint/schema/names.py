"""Similar names: distance by typing errors, and the nearest of many names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_LONGEST = 64
_MANY = 500
_SHORT = 2


@lru_cache(maxsize=16384)
def distance(one: str, other: str) -> int:
    """Return how many letters to insert, remove, change or swap with a neighbour to get from one word to the other."""
    one, other = one[:_LONGEST], other[:_LONGEST]
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            best = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, above = above, current
    return above[-1]


def similar(one: str, other: str) -> bool:
    """Whether one word is likely to be a misspelling of the other. Longer words may have more errors."""
    if one == other or _plain(one) == _plain(other):
        return True
    shorter, longer = sorted((len(one), len(other)))
    allowed = 1 if longer <= 4 else 2 if longer <= 9 else 3
    if longer - shorter > allowed or longer < 3:
        # In two-letter words only a doubled or dropped letter counts as a typo.
        return longer <= 3 and shorter >= 2 and one[0] == other[0] and distance(one, other) == 1
    return distance(_plain(one), _plain(other)) <= allowed


def meant_by(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that `name` may be a misspelling of, the nearest first.

    Many short words differ in one letter, so a slip in one counts only if a single name is similar.
    """
    ordered = nearest(name, names)
    found = [each for each in ordered if similar(local(name), local(each))]
    if found or len(local(name)) > _SHORT + 1:
        return found
    slips = [each for each in ordered if len(local(each)) <= _SHORT + 1 and _is_slip(local(name).lower(), local(each))]
    return slips if len(slips) == 1 else []


def _is_slip(written: str, meant: str) -> bool:
    """Whether two words differ only by a letter that is doubled, dropped, or swapped with its neighbour."""
    if len(written) == len(meant):
        return sorted(written) == sorted(meant) and distance(written, meant) == 1
    dropped = any(meant[:at] + meant[at + 1 :] == written for at in range(len(meant)))
    return dropped or any(meant[:at] + meant[at - 1 :] == written for at in range(1, len(meant) + 1))


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, those most similar to `name` first."""
    return _nearest(name, frozenset(names))


@lru_cache(maxsize=4096)
def _nearest(name: str, names: frozenset[str]) -> tuple[str, ...]:
    plain = _plain(name)
    if len(names) > _MANY:
        # Names with another beginning are seldom meant, and comparing thousands of them takes long.
        likely = frozenset(sorted(each for each in names if _plain(each)[:2] == plain[:2])[:_MANY])
        return (*_nearest(name, likely), *sorted(names - likely))
    return tuple(sorted(names, key=lambda each: (_plain(each) != plain, distance(plain, _plain(each)), each)))
