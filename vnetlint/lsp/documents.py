"""The documents that are open in the editor. Their texts take precedence over the files on the disk."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from vnetlint.files.paths import display
from vnetlint.files.read import typed
from vnetlint.finding import Span
from vnetlint.inputkey import FileKey, InputKey, StreamKey
from vnetlint.lsp.positions import LinePosition, Lines, Units
from vnetlint.lsp.uris import path_of
from vnetlint.xml.source import Input

BOM = "\ufeff"
_HALF = re.compile("[\ud800-\udfff]")


class TextChange(NamedTuple):
    """The replacement of a part of a text, or of the whole text if it has no positions."""

    text: str
    start: LinePosition | None = None
    end: LinePosition | None = None


@dataclass(frozen=True)
class Buffer:
    """One version of an open document. `path` is its name in reports, and a local file's path if `is_file`."""

    uri: str
    path: str
    version: int
    text: str
    units: Units
    is_file: bool

    @cached_property
    def lines(self) -> Lines:
        """The lines of the text, as the editor has it."""
        return Lines(self.text, self.units)

    @cached_property
    def input(self) -> Input:
        """The input for the engine: the text, or why it cannot be read."""
        return typed(self.key, self.text.removeprefix(BOM))

    @property
    def key(self) -> InputKey:
        """The key of the document as an input of the engine."""
        return FileKey(self.path) if self.is_file else StreamKey(self.path)

    @property
    def shift(self) -> int:
        """The number of code points before the engine's text: 1 if the editor kept a byte order mark, otherwise 0."""
        return int(self.text.startswith(BOM))

    def position(self, offset: int) -> LinePosition:
        """Return the editor's position of an offset in the engine's text."""
        return self.lines.position(offset + self.shift)

    def span(self, start: LinePosition, end: LinePosition) -> Span:
        """Return the span in the engine's text between two positions of the editor."""
        span = self.lines.span(start, end)
        return Span(max(span.start - self.shift, 0), max(span.end - self.shift, 0))

    def changed(self, changes: Iterable[TextChange], version: int) -> "Buffer":
        """Return the next version. The positions of each change refer to the text after the change before."""
        text = self.text
        for change in changes:
            if change.start is None or change.end is None:
                text = clean(change.text)
                continue
            span = Lines(text, self.units).span(change.start, change.end)
            text = text[: span.start] + clean(change.text) + text[span.end :]
        return replace(self, text=text, version=version)


def clean(text: str) -> str:
    """Return a text without lone surrogates, which no encoding can write. Their replacement has as many units."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


class Buffers:
    """All open documents, by the URI that the editor gave."""

    def __init__(self) -> None:
        self._open: dict[str, Buffer] = {}

    def __iter__(self) -> Iterator[Buffer]:
        return iter(tuple(self._open.values()))

    def get(self, uri: str) -> Buffer | None:
        """Return an open document, or None if it is not open."""
        return self._open.get(uri)

    def open(self, uri: str, version: int, text: str, units: Units) -> Buffer:
        """Add a document that the editor has opened, and return it."""
        path = path_of(uri)
        shown = uri if path is None else display(path)
        self._open[uri] = Buffer(uri, shown, version, clean(text), units, path is not None)
        return self._open[uri]

    def change(self, uri: str, version: int, changes: Iterable[TextChange]) -> Buffer | None:
        """Change a document and return its new version, or None if it is not open."""
        if uri not in self._open:
            return None
        self._open[uri] = self._open[uri].changed(changes, version)
        return self._open[uri]

    def close(self, uri: str) -> Buffer | None:
        """Remove a document and return it, or None if it was not open."""
        return self._open.pop(uri, None)
