"""The position of each key and array item in a TOML document, which tomllib does not report.

tomllib has parsed the document before, so it is known to be valid. All that is needed here is to distinguish keys from
strings that look like keys. tomlkit could not replace this, because its interface has no positions either.

This module is loaded only to report a place. Of several faults the first in the file is reported: the run ends, and the
first is often the cause of the others.
"""

import re
import tomllib
from bisect import bisect_right
from typing import NamedTuple

Keys = tuple[str | int, ...]
"""The path to a value: keys, and indices in arrays."""

DEEPEST = 8
"""The longest path that is recorded, longer than any in a configuration. Recording all takes quadratic time."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s."'=\]]+)[ \t]*""")
_SCALAR = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:[^"\\]|\\.)*"|'[^']*'|[^,\]}\n#]+''',
    re.DOTALL,
)


class KeyPosition(NamedTuple):
    """A line and a column, both from 1, in code points."""

    line: int
    column: int


class KeyPositions:
    """The positions in a document that `tomllib` has parsed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[Keys, int] = {}
        self._last: dict[Keys, int] = {}
        self._starts = [0, *(end.end() for end in re.finditer("\n", text))]
        self._read()

    def of(self, path: Keys) -> KeyPosition | None:
        """Return the first position of a key or array item, or None if the document has none."""
        at = self._found.get(path)
        if at is None:
            return None
        line = bisect_right(self._starts, at)
        return KeyPosition(line, at - self._starts[line - 1] + 1)

    def _read(self) -> None:
        table: Keys = ()
        at = self._skip(0)
        while at < len(self._text):
            if self._text[at] == "[":
                array = self._text.startswith("[[", at)
                names, at = self._keys(at + 1 + array)
                table = self._enter(names, array)
                at += 1 + array
            else:
                at = self._pair(at, table)
            at = self._skip(at)

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self._text, at)
        return blank.end() if blank else at

    def _keys(self, at: int) -> tuple[list[tuple[str, int]], int]:
        """Return the parts of a key, which may be dotted, each with its offset, and the offset after the key."""
        parts: list[tuple[str, int]] = []
        while True:
            at = self._skip(at)
            key = _KEY.match(self._text, at)
            if key is None:
                return parts, at
            word = key[1]
            parts.append((tomllib.loads(f"k = {word}")["k"] if word[0] in "\"'" else word, at))
            at = key.end()
            if not self._text.startswith(".", at):
                return parts, at
            at += 1

    def _enter(self, names: list[tuple[str, int]], array: bool) -> Keys:
        """Return the path that a table's header means. In an array of tables it is that of the latest table."""
        table: Keys = ()
        for depth, (name, at) in enumerate(names, 1):
            table = self._note(table, name, at)
            if array and depth == len(names):
                self._last[table] = self._last.get(table, -1) + 1
            if table in self._last:
                table = self._note(table, self._last[table], at)
        return table

    def _note(self, path: Keys, step: str | int, at: int) -> Keys:
        """Return the path with one more step, and record its first offset."""
        if len(path) == DEEPEST:
            return path
        below = (*path, step)
        self._found.setdefault(below, at)
        return below

    def _pair(self, at: int, table: Keys) -> int:
        names, at = self._keys(at)
        for name, place in names:
            table = self._note(table, name, place)
        return self._value(self._skip(at + 1), table)

    def _value(self, at: int, path: Keys) -> int:
        """Skip a value, record the keys and items in it, and return the offset after it."""
        opening = self._text[at]
        if opening not in "[{":
            scalar = _SCALAR.match(self._text, at)
            return scalar.end() if scalar else at + 1
        at = self._skip(at + 1)
        index = 0
        while self._text[at] not in "]}":
            is_array = opening == "["
            at = self._value(at, self._note(path, index, at)) if is_array else self._pair(at, path)
            index += 1
            at = self._skip(at)
            if self._text[at] == ",":
                at = self._skip(at + 1)
        return at + 1
