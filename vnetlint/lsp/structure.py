"""What follows from the tree alone: what can be folded, what contains a place, and which tags belong together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.lines import LineIndex
from vnetlint.xml.node import Document, Node
from vnetlint.xml.places import ElementIndex


class FoldedLines(NamedTuple):
    """Lines that can be folded, from 1: the first stays visible."""

    first: int
    last: int
    is_comment: bool = False


def folds(documents: Iterable[Document], lines: LineIndex) -> Iterator[FoldedLines]:
    """Yield what can be folded: elements, whose end tag stays visible if it has a line of its own, and comments."""
    for document in documents:
        for node in document.root.descendants():
            first, last = lines.position(node.start).line, lines.position(node.end).line
            own_line = not lines.text[lines.starts[last - 1] : node.close_start].strip()
            if node.closed and own_line and not node.is_empty_tag:
                last -= 1
            if first < last:
                yield FoldedLines(first, last)
        for comment in document.comments:
            first, last = (lines.position(each).line for each in comment.span)
            if first < last:
                yield FoldedLines(first, last, is_comment=True)


def around(documents: Iterable[Document], offset: int) -> list[Span]:
    """Return the spans that contain an offset, the innermost first; each contains the one before."""
    documents = list(documents)
    document = next((each for each in documents if each.span.start <= offset <= each.span.end), None)
    if document is None:
        return []
    node = ElementIndex(documents).around(offset) or document.root
    found = [each.span for each in document.comments if _holds(each.span, offset)]
    for inner in (node, *node.ancestors()):
        found += _in_element(inner, offset) if _holds(inner.span, offset) else ()
    found.append(document.span)
    chain: list[Span] = []
    for span in sorted(found, key=lambda each: each.end - each.start):
        if not chain or (span != chain[-1] and span.start <= chain[-1].start and chain[-1].end <= span.end):
            chain.append(span)
    return chain


def _in_element(node: Node, offset: int) -> Iterator[Span]:
    for attribute in node.all_attributes():
        yield from (each for each in (attribute.value_span, attribute.span) if _holds(each, offset))
    spans = (node.name_span, node.open_span, node.content_span, node.span)
    yield from (each for each in spans if _holds(each, offset) and each.start < each.end)


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def tag_names(documents: Iterable[Document], offset: int) -> tuple[Span, Span] | None:
    """Return the names in the start and end tag of an element if an offset is in one of them, otherwise None."""
    for document in documents:
        for node in document.root.descendants():
            if node.closed and not node.is_empty_tag:
                end = Span(node.close_start + 2, node.close_start + 2 + len(node.name))
                if _holds(node.name_span, offset) or _holds(end, offset):
                    return node.name_span, end
    return None
