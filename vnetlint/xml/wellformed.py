"""Whether a document is well-formed XML, which expat decides, and within the limits of size."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from vnetlint.finding import Span
from vnetlint.xml.limits import MAX_ATTRIBUTES, MAX_DEPTH, MAX_DOCUMENTS, MAX_PIECE, MAX_TOKENS
from vnetlint.xml.node import Document
from vnetlint.xml.scan import TokenKind
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.xml.syntaxfix import SyntaxFix

_MANY = 4 * MAX_ATTRIBUTES
"""Code points of the shortest text with so many attributes."""
_MOST_BYTES = 4
"""Bytes of a code point in UTF-8, at most."""
_SPACE = " \t\r\n"


class SyntaxFault(NamedTuple):
    """Why a document is not well formed, or why it is not read."""

    message: str
    span: Span
    other: tuple[str, Span] | None = None
    """A second place that the message refers to, and what it shows."""
    fix: "SyntaxFix | None" = None
    is_too_large: bool = False
    """Whether the document is beyond a limit of vnetlint, and may be well formed."""
    at: int | None = None
    """Where the parser stopped, which is at the fault or behind it; None if it read the whole document."""


class _EntityError(Exception):
    """The parser found an entity besides the predefined five, declared here or in a file that is not read."""

    def __init__(self, name: str, byte: int, declared: bool) -> None:
        super().__init__(name)
        self.name = name
        self.byte = byte
        self.declared = declared


def check(document: Document) -> SyntaxFault | None:
    """Return the first fault of a document, or None if it is well formed and within the limits."""
    source = document.source
    if fault := _beyond_limits(document):
        return fault
    segment = source.masked[document.span.start : document.span.end]
    stripped = segment.lstrip(_SPACE) if document.span.start else segment
    offset = document.span.end - len(stripped)
    stop = _stop(stripped)
    if stop is None:
        return _oversized(document) if len(stripped) > MAX_PIECE // _MOST_BYTES else None
    # Few files are broken, and what explains them takes longer to load than to check a file.
    from vnetlint.xml.syntaxfault import entity, explain

    at = min(offset + stop.at, len(source.text))
    if stop.entity is None:
        return explain(document, stop.error, at)._replace(at=at)
    return entity(document, stop.entity, at, declared=stop.declared)._replace(at=at)


def stops_at(text: str) -> int | None:
    """Return the offset at which the parser stops in the text of one document; None if it is well formed."""
    stop = _stop(text)
    return None if stop is None else stop.at


class _Stop(NamedTuple):
    """Where the parser stopped, and why."""

    at: int
    error: str = ""
    """expat's words."""
    entity: str | None = None
    """The entity besides the predefined five."""
    declared: bool = False
    """Whether the document declares that entity."""


def _stop(text: str) -> _Stop | None:
    data = text.encode("utf-8", "surrogatepass")
    parser = _parser()

    def at(byte: int) -> int:
        return len(data[:byte].decode("utf-8", "ignore"))

    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        return _Stop(at(parser.ErrorByteIndex), expat.ErrorString(error.code))
    except _EntityError as error:
        return _Stop(at(error.byte), entity=error.name, declared=error.declared)
    return None


def _beyond_limits(document: Document) -> SyntaxFault | None:
    """The fault that a document is too large for vnetlint, or nested deeper than libvirt's parser goes."""
    name = document.root.name_span
    if document.cut:
        limits = f"{MAX_TOKENS:,} tags, comments and texts, or {MAX_DOCUMENTS:,} documents"
        return SyntaxFault(f"too large: vnetlint reads at most {limits}", name, is_too_large=True)
    if document.depth > MAX_DEPTH:
        return SyntaxFault(f"elements are nested {document.depth} deep: libvirt reads at most {MAX_DEPTH} levels", name)
    if document.span.end - document.span.start > _MANY and _has_too_many_attributes(document):
        limit = f"{MAX_ATTRIBUTES:,} attributes"
        return SyntaxFault(f"too large: vnetlint reads at most {limit}", name, is_too_large=True)
    return None


def _has_too_many_attributes(document: Document) -> bool:
    if document.source.text.count("=", *document.span) <= MAX_ATTRIBUTES:
        return False
    every = (attribute for node in document.root.descendants() for attribute in node.all_attributes())
    return next(islice(every, MAX_ATTRIBUTES, None), None) is not None


def _oversized(document: Document) -> SyntaxFault | None:
    """The fault that one piece of a document is larger than libvirt's parser reads."""
    text = document.source.masked
    for what, (start, end) in _pieces(document):
        if len(text[start:end].encode("utf-8", "surrogatepass")) > MAX_PIECE:
            message = f"{what} is too large: libvirt reads at most {MAX_PIECE:,} bytes"
            return SyntaxFault(message, Span(start, start + 1))
    return None


def _pieces(document: Document) -> Iterator[tuple[str, Span]]:
    """The comments, instructions, CDATA sections and values of a document that may be larger than the limit."""
    yield from (("the comment", Span(span.start + 4, span.end - 3)) for span, _ in document.comments)
    yield from (("the processing instruction", Span(span.start + 2, span.end - 2)) for span in document.instructions)
    for node in document.root.descendants():
        if node.end - node.start <= MAX_PIECE // _MOST_BYTES:
            continue
        sections = (span for kind, span in node.text_spans() if kind is TokenKind.CDATA)
        yield from (("the CDATA section", Span(span.start + 9, span.end - 3)) for span in sections)
        yield from ((f"the value of '{each.name}'", each.value_span) for each in node.all_attributes())


def check_without_root(source: Source) -> SyntaxFault:
    """Return why a file without any element is not an XML document."""
    from vnetlint.xml.syntaxfault import no_element

    return no_element(source)


def _parser() -> expat.XMLParserType:
    """Return a parser that reads one text and no other file, and stops at an entity instead of expanding it."""
    parser = expat.ParserCreate("utf-8")

    def declared(name: str, *_: object) -> None:
        raise _EntityError(name, parser.CurrentByteIndex, declared=True)

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:
            raise _EntityError(name, parser.CurrentByteIndex, declared=False)

    parser.EntityDeclHandler = declared
    parser.SkippedEntityHandler = skipped
    return parser
