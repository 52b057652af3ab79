"""Formatting: the edits that indent a file, and none if nothing may be touched."""

from vnetlint.engine.reading import File
from vnetlint.finding import Edit, Span
from vnetlint.xml.edit import Edits, style
from vnetlint.xml.format import layout_of
from vnetlint.xml.node import Document


def formatting(file: File, indent: str | None = None, within: Span | None = None) -> Edits:
    """Return the edits that format a file, or the lines that a span touches.

    `indent` is one level of indentation; by default the file's own. There are no edits for a file that is not well
    formed or not libvirt's, or whose document type declares entities. In a template, a place is formatted only if it is
    at the same level in all readings.
    """
    if file.fault is not None or not file.readings:
        return ()
    text, habits = file.source.text, style(file.source.text)
    wanted: dict[Span, str] = {}
    disputed: set[Span] = set()
    for document in _documents(file):
        if document.has_entities:
            return ()
        for span, blanks in layout_of(document, habits.unit if indent is None else indent, habits.line_end).items():
            if wanted.setdefault(span, blanks) != blanks:
                disputed.add(span)
    if within is not None:
        within = _whole_lines(text, within)
    return tuple(
        Edit(file.source.path, span, blanks)
        for span, blanks in sorted(wanted.items())
        if span not in disputed and text[span.start : span.end] != blanks and (within is None or _is_in(span, within))
    )


def _documents(file: File) -> list[Document]:
    """The documents of libvirt in all readings."""
    return [model.node.document for reading in file.readings for model in reading.models]


def _whole_lines(text: str, span: Span) -> Span:
    """Return a span from the start of its first line."""
    start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    return Span(start, max(span.end, span.start))


def _is_in(span: Span, within: Span) -> bool:
    return within.start <= span.start and span.end <= within.end
