"""What stays of a file once it was judged alone, when a run has many files: facts in place of its text and its tree.

The facts are plain values: another process can find them, and a cache can keep them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vnetlint.engine.reading import File, read
from vnetlint.finding import Finding
from vnetlint.model import ROOTS, Model, model_of
from vnetlint.xml.later import LaterSource
from vnetlint.xml.node import Document
from vnetlint.xml.outline import Outline, OutlineDocument, outline_of
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.engine.misspelt import Misspelt

_MARK = "vnetlint:"
"""What every suppression contains."""
_FIRST = re.compile(
    r"(?>\s++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE\s[^<>\[\]]*+(?:\[[^\]]*+\]\s*+)?>)*+"
    r"<([A-Za-z_][A-Za-z0-9_.-]*+)(?=[\s/>])"
)
"""The first element of a file, after nothing that a template or a fault could hide in."""
_ROOT = re.compile(rf"<(?:{'|'.join(ROOTS)})(?![A-Za-z0-9_.:-])")


class FileFacts(NamedTuple):
    """What a run needs to know of a file that was judged alone."""

    alone: tuple[Finding, ...]
    """What is wrong in the file, whatever others there are."""
    roots: tuple[str, ...]
    """The names of the root elements of its documents."""
    is_ours: bool
    """Whether it is libvirt's XML."""
    is_marked: bool
    """Whether there may be a suppression in it."""
    outlines: tuple[tuple[int, Outline], ...] | None
    """The outlines of libvirt's documents, each with its number in the file.

    None if only the text tells what they mean: that of a template or of a file that is not well formed.
    """


class Reopening(NamedTuple):
    """How a file is read that was settled."""

    schemas: Path | None
    placeholders: tuple[re.Pattern[str], ...]


def facts_of(file: File, alone: Iterable[Finding]) -> FileFacts:
    """Return the facts of a file, with what was found in it alone."""
    return FileFacts(tuple(alone), file.roots, file.is_ours, _MARK in file.source.text, _outlines(file))


def facts_at_a_glance(source: Source) -> FileFacts | None:
    """Return the facts of a file that begins with an element of other XML and has none of libvirt's roots.

    None if a glance does not show it. To read such a file takes milliseconds, and a repository may have thousands of
    them, such as the build files of Java.
    """
    text = source.text
    first = _FIRST.match(text)
    if first is None or _MARK in text or _ROOT.search(text) is not None:
        return None
    return FileFacts((), (first[1],), is_ours=False, is_marked=False, outlines=())


def _outlines(file: File) -> tuple[tuple[int, Outline], ...] | None:
    if file.source.is_template or file.fault is not None:
        return None
    found = []
    for number, document in enumerate(file.documents):
        if model_of(document) is not None:
            outline = outline_of(document)
            if outline is None:
                return None
            found.append((number, outline))
    return tuple(found)


class SettledFile:
    """A file of which only the facts are at hand. It is its own only reading; its text is read again if needed."""

    __slots__ = ("alone", "asked", "is_marked", "is_ours", "models", "reopening", "roots")

    covering = 1
    fault = None

    def __init__(self, source: Source, facts: FileFacts, reopening: Reopening) -> None:
        self.asked = source.plain() if isinstance(source, LaterSource) else source
        """The file, which is no template."""
        self.reopening = reopening
        self.alone, self.roots, self.is_ours, self.is_marked, outlines = facts
        made = (OutlineDocument(self.asked, outline, number) for number, outline in outlines or ())
        self.models: tuple[Model, ...] = tuple(each for document in made if (each := model_of(document)) is not None)
        """The views of the libvirt documents."""

    @property
    def source(self) -> Source:
        """The text."""
        return self.asked

    @property
    def readings(self) -> "tuple[SettledFile, ...]":
        """The file itself."""
        return (self,)

    def number(self, of: int) -> "SettledFile":
        """Return the file itself, whatever the number."""
        return self

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents with their comments, if any of these may be a suppression."""
        return self.whole.documents if self.is_marked else ()

    @property
    def misspelt(self) -> "Misspelt":
        """The names that the schema does not know."""
        return self.whole.misspelt

    @property
    def whole(self) -> File:
        """The file with its text and its trees."""
        return _whole(self.asked, self.reopening)


@lru_cache(maxsize=16)
def _whole(asked: Source, reopening: Reopening) -> File:
    return read(asked.whole if isinstance(asked, LaterSource) else asked, *reopening)
