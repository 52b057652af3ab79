"""What is at an offset of a document: an element's name, an attribute, or the text that an element holds."""

from dataclasses import dataclass

from vnetlint.finding import Span
from vnetlint.xml.node import Attribute, Document, Node


@dataclass(frozen=True, slots=True)
class NodePlace:
    """A part of a document that the pointer is on."""

    node: Node
    span: Span
    attribute: Attribute | None = None
    is_value: bool = False
    """Whether it is the value of the attribute, or the text of the element."""


def place_at(documents: tuple[Document, ...], offset: int) -> NodePlace | None:
    """Return what is at an offset; None between elements, in comments and outside of the root."""
    node = next((each.root for each in documents if each.root.start <= offset <= each.root.end), None)
    while node is not None and (inner := next((each for each in node.children if _holds(each, offset)), None)):
        node = inner
    return _within(node, offset) if node is not None else None


def _holds(node: Node, offset: int) -> bool:
    return node.start <= offset < node.end or (offset == node.end and not node.closed)


def _within(node: Node, offset: int) -> NodePlace | None:
    # The `<` belongs to the name, because the pointer is often put there.
    if node.start <= offset <= node.name_span.end:
        return NodePlace(node, node.name_span)
    if offset < node.open_end:
        for each in node.all_attributes():
            if each.name_span.start <= offset <= each.name_span.end:
                return NodePlace(node, each.span, each)
            if each.value_span.start <= offset <= each.value_span.end:
                return NodePlace(node, each.span, each, is_value=True)
        return None
    if node.closed and not node.is_empty_tag and node.close_start < offset <= node.end:
        return NodePlace(node, Span(node.close_start, node.end))
    text = node.document.source.excerpt(node.content_span)
    if node.children or not text.strip():
        return None
    start = node.content_span.start + len(text) - len(text.lstrip())
    span = Span(start, start + len(text.strip()))
    return NodePlace(node, span, is_value=True) if span.start <= offset <= span.end else None
