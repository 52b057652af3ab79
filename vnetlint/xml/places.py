"""The element at an offset of a file."""

from bisect import bisect_left
from collections.abc import Iterable

from vnetlint.finding import Span
from vnetlint.xml.node import Document, Node


class ElementIndex:
    """Finds the elements of a file by offset."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._nodes = [node for document in documents for node in document.root.descendants()]
        self._starts = [node.start for node in self._nodes]

    def tag_of(self, span: Span) -> Node | None:
        """Return the element whose attributes contain a span, which may be just behind the last one; else None."""
        node = self._before(span.start)
        if node is None or span.start < node.name_span.end or span.end > node.open_end:
            return None
        last = next(reversed(node.attributes.values()), None)
        return node if span.end <= (last.span.end if last is not None else node.name_span.end) else None

    def around(self, offset: int) -> Node | None:
        """Return the innermost element that starts before an offset and ends behind it."""
        node = self._before(offset)
        while node is not None and node.end <= offset:
            node = node.parent
        return node

    def _before(self, offset: int) -> Node | None:
        at = bisect_left(self._starts, offset)
        return self._nodes[at - 1] if at else None
