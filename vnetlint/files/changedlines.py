"""The lines of a text that differ from an earlier one. Line ends do not count, and no text takes long."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MOST_COMPARED = 40_000
"""The most pairs of lines that are compared one by one. More are first divided at the lines that occur once."""

_LINE_END = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text. As in XML, LF, CRLF and CR each end a line."""
    return _LINE_END.split(text)


def changed_lines(before: str, after: str) -> frozenset[int]:
    """Return the numbers, from 1, of the lines of `after` that `before` does not have at that place."""
    old, new = lines_of(before), lines_of(after)
    kept = {line for _, line in _pairs(old, new, 0, 0)}
    return frozenset(number for number in range(1, len(new) + 1) if number - 1 not in kept)


def _pairs(old: Sequence[str], new: Sequence[str], above: int, above_new: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers of equal lines in both, in order. `above` and `above_new` are the lines before each."""
    parts = [(old, new, above, above_new)]
    while parts:
        one, other, at, at_new = parts.pop()
        head = _common(one, other)
        tail = _common(one[head:][::-1], other[head:][::-1])
        yield from ((at + each, at_new + each) for each in range(head))
        end, end_new = len(one) - tail, len(other) - tail
        yield from ((at + end + each, at_new + end_new + each) for each in range(tail))
        one, other, at, at_new = one[head:end], other[head:end_new], at + head, at_new + head
        if len(one) * len(other) <= MOST_COMPARED:
            for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
                yield from ((at + block.a + each, at_new + block.b + each) for each in range(block.size))
            continue
        last, last_new = -1, -1
        anchors = _anchors(one, other)
        for line, line_new in [*anchors, (len(one), len(other))] if anchors else ():
            parts.append((one[last + 1 : line], other[last_new + 1 : line_new], at + last + 1, at_new + last_new + 1))
            last, last_new = line, line_new
        yield from ((at + line, at_new + line_new) for line, line_new in anchors)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the number of equal lines at the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest series of lines, in the order of both, that occur once in each."""
    once, once_new = _places(one), _places(other)
    pairs = sorted((once[text], once_new[text]) for text in once.keys() & once_new.keys())
    ends: list[int] = []
    piles: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in pairs:
        at = bisect_left(ends, pair[1])
        before[pair] = piles[at - 1] if at else None
        ends[at : at + 1] = [pair[1]]
        piles[at : at + 1] = [pair]
    found: list[tuple[int, int]] = []
    last = piles[-1] if piles else None
    while last is not None:
        found.append(last)
        last = before[last]
    return found[::-1]


def _places(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {text: number for number, text in enumerate(lines) if counts[text] == 1}
