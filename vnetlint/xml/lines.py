"""Where a code point stands: lines from 1, and columns counted the three ways that reports and editors count."""

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
_PAIRED = re.compile("[\U00010000-\U0010ffff]")


class Position(NamedTuple):
    """A place as people and reports name it: both numbers from 1, the column in code points."""

    line: int
    column: int


class LineIndex:
    """The starts of the lines of a text; LF, CRLF and CR each end a line, as XML has it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def position(self, offset: int) -> Position:
        """Give the line and column of the code point at `offset`, which may be the end of the text."""
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        """Give the offset of a position, held to the end of its line and of the text where it lies beyond."""
        if line > len(self.starts):
            return len(self.text)
        line = max(line, 1)
        return min(self.starts[line - 1] + max(column, 1) - 1, self.line_end(line))

    def line_end(self, line: int) -> int:
        """Give the offset just behind the last code point of a line, its line end left out."""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        start = self.starts[line - 1]
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def line_text(self, line: int) -> str:
        """Give the text of a line without its line end."""
        return self.text[self.starts[line - 1] : self.line_end(line)]

    def utf16_column(self, offset: int) -> int:
        """Count the UTF-16 code units between the start of the line and `offset`, from 0, as editors do."""
        start = self.starts[bisect_right(self.starts, offset) - 1]
        return offset - start + bisect_left(self._paired, offset) - bisect_left(self._paired, start)

    def byte_column(self, offset: int, encoding: str = "utf-8") -> int:
        """Count the bytes between the start of the line and `offset`, from 0, in the file's own encoding."""
        return len(self._before(offset).encode(encoding, "xmlcharrefreplace"))

    @cached_property
    def _paired(self) -> list[int]:
        """The offsets of what takes two code units: a file of one line may have thousands of places to tell."""
        return [match.start() for match in _PAIRED.finditer(self.text)]

    def _before(self, offset: int) -> str:
        return self.text[self.starts[bisect_right(self.starts, offset) - 1] : offset]
