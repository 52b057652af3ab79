"""Whether a document is well-formed XML: expat's verdict, with the place and a reason that a person can act on."""

import re
from typing import NamedTuple
from xml.parsers import expat

from vnetlint.finding import Span
from vnetlint.xml.scan import Kind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.tree import Attribute, Document, Node

MAX_DEPTH = 256
"""libxml2, and with it libvirt, reads no deeper nesting (xmlParserMaxDepth)."""

_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z_:][\w:.-]*);)")
_ENTITY = re.compile(r"&([A-Za-z_:][\w:.-]*);")


class Mend(NamedTuple):
    """What would make it well formed, where only one thing can be meant."""

    title: str
    span: Span
    text: str


class Fault(NamedTuple):
    """Why a document is not well formed; `other` is the place that the message also speaks of."""

    message: str
    span: Span
    other: tuple[str, Span] | None = None
    mend: Mend | None = None


def check(document: Document) -> Fault | None:
    """Give the first fault of a document, or None where it is well formed and within the limits."""
    source = document.source
    if document.depth > MAX_DEPTH:
        return Fault(
            f"elements nest {document.depth} deep; libvirt's parser stops at {MAX_DEPTH}", document.root.name_span
        )
    if document.doctype is not None and document.has_entities:
        return Fault("entity declarations are not expanded; write the text in place of the entity", document.doctype)
    segment = source.masked[document.span.start : document.span.end]
    stripped = segment.lstrip() if document.span.start else segment
    offset = document.span.end - len(stripped)
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(stripped.encode("utf-8"), True)
    except expat.ExpatError as error:
        at = offset + len(stripped.encode("utf-8")[: parser.ErrorByteIndex].decode("utf-8", "ignore"))
        return _explain(document, error.code, min(at, len(source.text)))
    return None


def check_without_root(source: Source) -> Fault:
    """Say why a file in which no element was found is no XML document."""
    if not source.text.strip():
        return Fault("the file is empty", Span(0, 0))
    start = len(source.text) - len(source.text.lstrip())
    first = next(scan(source.text[start:]))
    if first.kind is Kind.TEXT:
        return Fault("this is not XML: an element was expected here", Span(start, start + 1))
    return Fault("no element found", Span(start, start + first.end))


def _explain(document: Document, code: int, at: int) -> Fault:
    source = document.source
    errors = expat.errors
    name = expat.ErrorString(code)
    here = Span(at, min(at + 1, len(source.text)))
    if name == errors.XML_ERROR_TAG_MISMATCH:
        return _mismatch(document, at)
    if name in (errors.XML_ERROR_NO_ELEMENTS, errors.XML_ERROR_UNCLOSED_TOKEN):
        if unclosed := _deepest_unclosed(document):
            return Fault(f"<{unclosed.name}> is never closed", unclosed.name_span)
        return Fault("this markup is never closed", here)
    if name == errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
        return _duplicate_attribute(document, at)
    if name == errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
        return Fault(f"text behind the end of <{document.root.name}>", here)
    if name == errors.XML_ERROR_UNDEFINED_ENTITY and (entity := _ENTITY.match(source.text, at)):
        return Fault(f"&{entity[1]}; is no entity that XML knows; write & as &amp;", Span(*entity.span()))
    if name == errors.XML_ERROR_MISPLACED_XML_PI:
        return Fault("the XML declaration must be the very first thing in the file", here)
    line = source.lines.position(at).line
    ampersand = _BARE_AMPERSAND.search(source.masked, source.lines.starts[line - 1], source.lines.line_end(line))
    if name == errors.XML_ERROR_INVALID_TOKEN and ampersand:
        span = Span(*ampersand.span())
        return Fault("a bare & is not allowed; write &amp;", span, mend=Mend("Write & as &amp;", span, "&amp;"))
    if name == errors.XML_ERROR_INVALID_TOKEN:
        return _invalid_token(document, here)
    return Fault(f"not well formed: {name}", here)


def _mismatch(document: Document, at: int) -> Fault:
    """The end tag at `at` closes another element than the one that is open."""
    text = document.source.text
    closing = re.compile(r"[\w:.-]*").match(text, at)
    tag = closing.group() if closing else ""
    span = Span(at, at + len(tag))
    open_node = next(
        (node for node in reversed(list(document.root.descendants())) if node.start < at and node.end <= at and
         not node.closed),
        None,
    )  # fmt: skip
    if open_node is None:
        return Fault(f"</{tag}> closes nothing that is open", span)
    other = ("opened here", open_node.name_span)
    return Fault(f"</{tag}> stands where </{open_node.name}> was expected", span, other)


def _deepest_unclosed(document: Document) -> Node | None:
    return next((node for node in reversed(list(document.root.descendants())) if not node.closed), None)


def _duplicate_attribute(document: Document, at: int) -> Fault:
    for node in document.root.descendants():
        if node.start <= at <= node.open_end:
            seen: dict[str, Span] = {}
            for attribute in node.all_attributes():
                if attribute.name in seen:
                    other = ("first set here", seen[attribute.name])
                    message = f"<{node.name}> has the attribute '{attribute.name}' twice"
                    return Fault(message, attribute.span, other, _without_twin(node, attribute))
                seen[attribute.name] = attribute.span
    return Fault("an attribute is set twice", Span(at, at))


def _without_twin(node: Node, attribute: Attribute) -> Mend | None:
    """Offer to remove the second of two attributes that say the same."""
    if node.attributes[attribute.name].value != attribute.value:
        return None
    text, (start, end) = node.document.source.text, attribute.span
    while text[start - 1].isspace():
        start -= 1
    return Mend(f"Remove the second '{attribute.name}'", Span(start, end), "")


def _invalid_token(document: Document, here: Span) -> Fault:
    for node in document.root.descendants():
        if node.start < here.start <= node.open_end:
            for attribute in node.all_attributes():
                if not attribute.quote and attribute.span.start <= here.start <= attribute.span.end + 1:
                    value, message = attribute.value_span, f"the value of '{attribute.name}' needs quotes"
                    written = document.source.excerpt(value)
                    mend = Mend("Put it in quotes", value, f"'{written}'") if written else None
                    return Fault(message, attribute.span, mend=mend)
            return Fault(f"the start tag of <{node.name}> is broken here", here)
    return Fault("this is not well-formed XML", here)
