"""The line and column of a code point: lines from 1, columns in code points, UTF-16 code units or bytes."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, count
from operator import add
from typing import NamedTuple

from vnetlint.lazy import cached_property, pattern

_LINE_END = pattern(r"\r\n|\r|\n")
_LONG = pattern("[^\0-\x7f]")
_PAIRED = pattern("[\U00010000-\U0010ffff]")


class Position(NamedTuple):
    """A line and a column, both from 1, the column in code points."""

    line: int
    column: int


class LineIndex:
    """The starts of the lines of a text. As in XML, LF, CRLF and CR each end a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        # The expression takes four times as long, and a report asks for the lines of every file with a finding.
        ends = (match.end() for match in _LINE_END.finditer(text)) if "\r" in text else _after_feeds(text)
        self.starts = [0, *ends]

    def position(self, offset: int) -> Position:
        """Return the line and column of the code point at `offset`, which may be the end of the text."""
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a position; beyond the end of its line or of the text, the offset of that end."""
        if line > len(self.starts):
            return len(self.text)
        line = max(line, 1)
        return min(self.starts[line - 1] + max(column, 1) - 1, self.line_end(line))

    def line_end(self, line: int) -> int:
        """Return the offset just behind the last code point of a line, before its line end."""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        start = self.starts[line - 1]
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def line_text(self, line: int) -> str:
        """Return the text of a line without its line end."""
        return self.text[self.starts[line - 1] : self.line_end(line)]

    def utf16_column(self, offset: int) -> int:
        """Return the number of UTF-16 code units from the start of the line to `offset`, from 0, as editors count."""
        start = self.starts[bisect_right(self.starts, offset) - 1]
        return offset - start + bisect_left(self._paired, offset) - bisect_left(self._paired, start)

    def utf8_column(self, offset: int) -> int:
        """Return the number of bytes of UTF-8 from the start of the line to `offset`, from 0."""
        start = self.starts[bisect_right(self.starts, offset) - 1]
        return offset - start + self._extra_bytes(offset) - self._extra_bytes(start)

    def _extra_bytes(self, offset: int) -> int:
        """Return how many bytes of UTF-8 the text before `offset` has more than code points."""
        offsets, totals = self._long
        return totals[bisect_left(offsets, offset)]

    @cached_property
    def _long(self) -> tuple[list[int], list[int]]:
        """The offsets of characters that take several bytes, and the bytes that those before each take in addition."""
        found = [(match.start(), match.group()) for match in _LONG.finditer(self.text)]
        extra = ((char > "\x7f") + (char > "\u07ff") + (char > "\uffff") for _, char in found)
        return [at for at, _ in found], [0, *accumulate(extra)]

    @cached_property
    def _paired(self) -> list[int]:
        """The offsets of characters that take two code units, so that a place in a long line is found by bisection."""
        return [match.start() for match in _PAIRED.finditer(self.text)]


def _after_feeds(text: str) -> Iterable[int]:
    return map(add, accumulate(map(len, text.split("\n")[:-1])), count(1))
