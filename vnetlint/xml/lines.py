"""The line and column of a code point: lines from 1, columns in code points, UTF-16 code units or bytes."""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
_PAIRED = re.compile("[\U00010000-\U0010ffff]")


class Position(NamedTuple):
    """A line and a column, both from 1, the column in code points."""

    line: int
    column: int


class LineIndex:
    """The starts of the lines of a text. As in XML, LF, CRLF and CR each end a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

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

    def byte_column(self, offset: int, encoding: str = "utf-8") -> int:
        """Return the number of bytes from the start of the line to `offset`, from 0, in the encoding of the file."""
        return len(self._before(offset).encode(encoding, "xmlcharrefreplace"))

    @cached_property
    def _paired(self) -> list[int]:
        """The offsets of characters that take two code units, so that a place in a long line is found by bisection."""
        return [match.start() for match in _PAIRED.finditer(self.text)]

    def _before(self, offset: int) -> str:
        return self.text[self.starts[bisect_right(self.starts, offset) - 1] : offset]
