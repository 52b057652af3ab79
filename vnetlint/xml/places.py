"""The element at an offset of a file."""

from bisect import bisect_left
from collections.abc import Iterable

from vnetlint.finding import Span
from vnetlint.xml.node import Document, Node


class ElementIndex:
    """Finds the elements of a file by offset."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = tuple(documents)

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
        number = bisect_left(self._documents, offset, key=lambda each: each.root.start)
        return path_to(self._documents[number - 1], offset)[-1] if number else None


def path_to(document: Document, offset: int) -> list[Node]:
    """Return the root and, of each element, its last child that starts before an offset; none before the root.

    The innermost is the last element that starts before the offset.
    """
    path = [document.root] if document.root.start < offset else []
    while path and (number := bisect_left(path[-1].children, offset, key=_start)):
        path.append(path[-1].children[number - 1])
    return path


def _start(node: Node) -> int:
    return node.start
