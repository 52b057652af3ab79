"""The documents that are open in the editor: their texts stand above what the disk has."""

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
from vnetlint.result import Input

BOM = "\ufeff"
_HALF = re.compile("[\ud800-\udfff]")


class TextChange(NamedTuple):
    """A piece of a text that is replaced, or without places the whole of it."""

    text: str
    start: LinePosition | None = None
    end: LinePosition | None = None


@dataclass(frozen=True)
class Buffer:
    """One version of an open document. `path` is what reports call it; `is_file` whether it names a local file."""

    uri: str
    path: str
    version: int
    text: str
    units: Units
    is_file: bool

    @cached_property
    def lines(self) -> Lines:
        """The lines of the editor's text."""
        return Lines(self.text, self.units)

    @cached_property
    def input(self) -> Input:
        """What the engine is given: the text, or why it is none."""
        return typed(self.key, self.text.removeprefix(BOM))

    @property
    def key(self) -> InputKey:
        """What the engine knows the document by."""
        return FileKey(self.path) if self.is_file else StreamKey(self.path)

    @property
    def shift(self) -> int:
        """How many code points the editor counts before the engine's first: a byte order mark that it left."""
        return int(self.text.startswith(BOM))

    def position(self, offset: int) -> LinePosition:
        """Give the editor's place of an offset of the engine's."""
        return self.lines.position(offset + self.shift)

    def span(self, start: LinePosition, end: LinePosition) -> Span:
        """Give the engine's span of the editor's places."""
        span = self.lines.span(start, end)
        return Span(max(span.start - self.shift, 0), max(span.end - self.shift, 0))

    def changed(self, changes: Iterable[TextChange], version: int) -> "Buffer":
        """Give the next version: each change counts in the text that the one before it left."""
        text = self.text
        for change in changes:
            if change.start is None or change.end is None:
                text = clean(change.text)
                continue
            span = Lines(text, self.units).span(change.start, change.end)
            text = text[: span.start] + clean(change.text) + text[span.end :]
        return replace(self, text=text, version=version)


def clean(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can write, by what counts as many units."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


class Buffers:
    """All open documents, by the URI that the editor gave."""

    def __init__(self) -> None:
        self._open: dict[str, Buffer] = {}

    def __iter__(self) -> Iterator[Buffer]:
        return iter(tuple(self._open.values()))

    def get(self, uri: str) -> Buffer | None:
        """Give an open document; nothing is read from the disk for one that is not."""
        return self._open.get(uri)

    def open(self, uri: str, version: int, text: str, units: Units) -> Buffer:
        """Take a document in."""
        path = path_of(uri)
        shown = uri if path is None else display(path)
        self._open[uri] = Buffer(uri, shown, version, clean(text), units, path is not None)
        return self._open[uri]

    def change(self, uri: str, version: int, changes: Iterable[TextChange]) -> Buffer | None:
        """Change a document; None where it is not open."""
        if uri not in self._open:
            return None
        self._open[uri] = self._open[uri].changed(changes, version)
        return self._open[uri]

    def close(self, uri: str) -> Buffer | None:
        """Forget a document."""
        return self._open.pop(uri, None)
