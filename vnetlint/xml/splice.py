"""What a text is after edits, and where a place of it was before."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from vnetlint.finding import Edit, Span
from vnetlint.xml.edit import whole_lines


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Make edits, which must not overlap; of several insertions at one place the one given first comes first."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: each.span):
        parts += (text[position : edit.span.start], edit.text)
        position = edit.span.end
    return "".join((*parts, text[position:]))


def with_leftovers(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits and, where neighbours are removed together, one for the blanks that neither takes alone."""
    ordered = sorted(edits, key=lambda each: each.span)
    runs: list[list[Edit]] = []
    for each in ordered:
        is_next = runs and runs[-1][-1].span.end == each.span.start and not each.text and not runs[-1][-1].text
        if is_next:
            runs[-1].append(each)
        else:
            runs.append([each])
    extra: list[Edit] = []
    for number, run in enumerate(runs):
        start, end = run[0].span.start, run[-1].span.end
        has_rest = len(run) > 1 and text[end - 1] not in "\r\n"
        wide = whole_lines(text, Span(start, end)) if has_rest else Span(start, end)
        is_free = number == 0 or runs[number - 1][-1].span.end <= wide.start
        if is_free and (number + 1 == len(runs) or runs[number + 1][0].span.start >= wide.end):
            around = (Span(wide.start, start), Span(end, wide.end))
            extra += (Edit(run[0].path, each, "") for each in around if each.start < each.end)
    return (*edits, *extra)


class OffsetsBefore:
    """Where the offsets of the text that `apply` made were before."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = sorted(edits, key=lambda each: each.span)
        longer = (len(each.text) - (each.span.end - each.span.start) for each in self._edits)
        self._shifts = [0, *accumulate(longer)]
        """By how much what is before each edit has moved, and at the end what is behind all."""
        self._starts = [each.span.start + shift for each, shift in zip(self._edits, self._shifts, strict=False)]

    def of(self, offset: int) -> int:
        """Return where an offset was before; of new text, the place that it went to."""
        number = bisect_right(self._starts, offset)
        last = number - 1
        if number and offset < self._starts[last] + len(self._edits[last].text):
            return self._edits[last].span.start
        return offset - self._shifts[number]
