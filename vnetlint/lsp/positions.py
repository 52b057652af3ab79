"""Positions as editors count them: lines from 0, columns from 0 in code units of the negotiated encoding.

Only LF, CRLF and CR end a line. A form feed and Unicode's separators do not.
"""

from bisect import bisect_right
from functools import cached_property
from typing import Literal, NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.lines import LineIndex

Units = Literal["utf-8", "utf-16", "utf-32"]

_CODECS: dict[Units, tuple[str, int]] = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class LinePosition(NamedTuple):
    """A line and a column, both from 0, in the editor's code units. Offsets and `Span` count code points instead."""

    line: int
    character: int


class Lines:
    """The lines of a text, to convert between offsets in code points and positions."""

    def __init__(self, text: str, units: Units) -> None:
        self.text = text
        self.units = units

    @cached_property
    def _index(self) -> LineIndex:
        return LineIndex(self.text)

    @cached_property
    def _is_plain(self) -> bool:
        """Whether each code point of the text is one unit."""
        return self.units == "utf-32" or self.text.isascii()

    def position(self, offset: int) -> LinePosition:
        """Return the position of an offset. An offset within a line end is at the end of its line."""
        starts = self._index.starts
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(starts, offset) - 1
        start, end = starts[line], min(offset, self._index.line_end(line + 1))
        return LinePosition(line, end - start if self._is_plain else self._count(self.text[start:end]))

    def offset(self, position: LinePosition) -> int:
        """Return the offset of a position. A position after the end of its line or of the text means that end."""
        starts = self._index.starts
        if position.line >= len(starts):
            return len(self.text)
        line = max(position.line, 0)
        start, end = starts[line], self._index.line_end(line + 1)
        wanted = max(position.character, 0) if position.line >= 0 else 0
        if self._is_plain:
            return min(start + wanted, end)
        codec, width = _CODECS[self.units]
        # A code point has at least one unit, so no more code points than units are needed.
        units = self.text[start : min(end, start + wanted)].encode(codec, "surrogatepass")[: wanted * width]
        return start + len(units.decode(codec, "ignore"))

    def span(self, start: LinePosition, end: LinePosition) -> Span:
        """Return the span between two positions, in either order."""
        return Span(*sorted((self.offset(start), self.offset(end))))

    def _count(self, text: str) -> int:
        if text.isascii():
            return len(text)
        codec, width = _CODECS[self.units]
        return len(text.encode(codec, "surrogatepass")) // width
