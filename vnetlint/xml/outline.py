"""The outline of a document: what rules across files ask of it, in a few hundred bytes and without its text.

An outline has the elements that concern the network, with their attributes, their values and every span. Documents of
the same shape share that, so an outline is little more than its values and numbers. Its nodes answer as those of a tree
do. What an outline lacks, such as a guest's disks, comments and white space, comes from the file, which is read again
for it. Every fix needs that.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.node import Attribute, Document, Node
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

_KEPT: dict[str, frozenset[str]] = {
    "/domain": frozenset(("name", "uuid", "os", "devices")),
    "/domain/devices": frozenset(("interface", "hostdev", "graphics")),
}
"""The children that an outline keeps of these elements, by name; of all others it keeps every one."""

_WHOLE = 16
"""How many documents are there as a whole at a time, because a fix needed them."""
_WORD = 16
"""The longest value that is likely to occur again, so that one copy of it is kept."""


class Outline(NamedTuple):
    """A document without its text: plain values, which a process can send and a cache can keep."""

    shape: str
    """An element a line, in document order: the number of its parent, its name, and the names of its attributes."""
    values: tuple[str, ...]
    """For each element its text, which is empty if it has children, and the values of its attributes."""
    spans: "array[int]"
    """For each element where its start tag and its content begin, where that and the element end; then for each
    attribute where its name begins, and where its value begins and ends."""

    @property
    def is_whole(self) -> bool:
        """Whether it can be an outline: its parts fit together."""
        lines = [line.split(" ") for line in self.shape.split("\n")]
        parents = [each[0] for each in lines]
        return (
            parents[0] == "-1"
            and all(each.isdecimal() and int(each) < number for number, each in enumerate(parents[1:], 1))
            and all(len(each) > 1 for each in lines)
            and len(self.values) == sum(len(each) - 1 for each in lines)
            and len(self.spans) == sum(4 + 3 * (len(each) - 2) for each in lines)
        )


def outline_of(document: Document) -> Outline | None:
    """Return the outline of a document, or None if only its text tells what it means."""
    if document.doctype is not None or document.cut:
        return None
    shape: list[str] = []
    values: list[str] = []
    spans: list[int] = []
    waiting: list[tuple[Node, int, str]] = [(document.root, -1, "")]
    while waiting:
        node, parent, above = waiting.pop()
        if not node.closed:
            return None
        number, path = len(shape), f"{above}/{node.name}" if parent < 1 else ""
        kept = _KEPT.get(path)
        values.append("" if node.children else node.text)
        spans += (node.start, node.open_end, node.close_start, node.end)
        attributes = node.attributes
        for each in attributes.values():
            values.append(each.value)
            spans += (each.start, each.value_start, each.value_end)
        shape.append(" ".join((str(parent), node.name, *attributes)))
        children = node.children if kept is None else [each for each in node.children if each.name in kept]
        waiting += [(each, number, path) for each in reversed(children)]
    return packed("\n".join(shape), values, spans)


def packed(shape: str, values: Iterable[str], spans: Sequence[int]) -> Outline:
    """Return an outline that takes little memory. Raises OverflowError if a span is none."""
    short = (intern(each) if len(each) < _WORD else each for each in values)
    return Outline(intern(shape), tuple(short), array("H" if max(spans, default=0) < 1 << 16 else "L", spans))


class _Element(NamedTuple):
    """An element of a shape."""

    name: str
    parent: int
    number: int
    """Its number among the children of its name, from 1."""
    children: list[int]
    by_name: dict[str, list[int]]
    """The children by name."""
    value: int
    """Where its text is among the values."""
    span: int
    """Where its spans are."""
    attributes: dict[str, int]
    """The number of each attribute in the element, by name."""
    kept: frozenset[str] | None
    """The names of the children that are in the outline, if others are not."""


@lru_cache(maxsize=4096)
def _elements(shape: str) -> tuple[_Element, ...]:
    """Return the elements of a shape."""
    made: list[_Element] = []
    value = span = 0
    for line in shape.split("\n"):
        number, name, *attributes = line.split(" ")
        parent = int(number)
        name, place, path = intern(name), 1, f"/{name}"
        if parent >= 0:
            siblings = made[parent].by_name.setdefault(name, [])
            siblings.append(len(made))
            place = len(siblings)
            made[parent].children.append(len(made))
            path = f"/{made[0].name}/{name}" if parent == 0 else ""
        names = {intern(each): at for at, each in enumerate(attributes)}
        made.append(_Element(name, parent, place, [], {}, value, span, names, _KEPT.get(path)))
        value, span = value + 1 + len(attributes), span + 4 + 3 * len(attributes)
    return tuple(made)


class OutlineDocument(Document):
    """A document that is known by its outline."""

    __slots__ = ("number", "shape", "source", "spans", "values")

    def __init__(self, source: Source, outline: Outline, number: int) -> None:
        """`number` is that of the document in its file, from 0."""
        self.source = source
        self.shape = _elements(outline.shape)
        self.values = outline.values
        self.spans = outline.spans
        self.number = number

    def __getattr__(self, name: str) -> Any:
        # The comments, for example, are only known from the text.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.whole, name)

    @property
    def root(self) -> Node:
        """The root element."""
        return OutlineNode(self, 0)

    @property
    def has_entities(self) -> bool:
        """Whether the document declares entities. Of such a document there is no outline."""
        return False

    @property
    def span(self) -> Span:  # type: ignore[override]
        """The document's part of the file."""
        return self.whole.span

    @property
    def whole(self) -> Document:
        """The document with everything that the file says."""
        return _parsed(self.source)[self.number]


@lru_cache(maxsize=_WHOLE)
def _parsed(source: Source) -> tuple[Document, ...]:
    return tuple(parse(source))


class OutlineNode(Node):
    """An element of an outline. Two are equal if they are the same element, which may be one of a tree."""

    __slots__ = ("_row", "document")

    def __init__(self, document: OutlineDocument, row: int) -> None:
        self.document: OutlineDocument = document
        self._row = row

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OutlineNode):
            return self._row == other._row and self.document is other.document
        return isinstance(other, Node) and self.start == other.start and self.document.source == other.document.source

    def __hash__(self) -> int:
        return hash((self.start, self.document.source))

    @property
    def _element(self) -> _Element:
        return self.document.shape[self._row]

    @property
    def name(self) -> str:
        """The name."""
        return self.document.shape[self._row].name

    @property
    def parent(self) -> Node | None:
        """The element around it."""
        parent = self._element.parent
        return OutlineNode(self.document, parent) if parent >= 0 else None

    @property
    def children(self) -> list[Node]:
        """The elements directly in it."""
        element = self._element
        return self._nodes(element.children) if element.kept is None else self.whole.children

    @property
    def start(self) -> int:
        """At the `<` of the start tag."""
        return self.document.spans[self._element.span]

    @property
    def open_end(self) -> int:
        """Behind the `>` of the start tag."""
        return self.document.spans[self._element.span + 1]

    @property
    def close_start(self) -> int:
        """At the `<` of the end tag; if there is none, behind the start tag."""
        return self.document.spans[self._element.span + 2]

    @property
    def end(self) -> int:
        """Behind the element."""
        return self.document.spans[self._element.span + 3]

    @property
    def closed(self) -> bool:
        """Whether the element's end was written, as it is in every outline."""
        return True

    @property
    def place(self) -> int:
        """The number of the element among those of its name in its parent, from 1."""
        return self._element.number

    @property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name, in the order written."""
        document, element = self.document, self._element
        values, spans, first = document.values, document.spans, element.value + 1
        found: dict[str, Attribute] = {}
        at = element.span + 4
        for name, number in element.attributes.items():
            found[name] = Attribute(self, name, values[first + number], spans[at], spans[at + 1], spans[at + 2])
            at += 3
        return found

    @property
    def values(self) -> dict[str, str]:
        """The values of the attributes by name, in the order written."""
        element = self._element
        values, first = self.document.values, element.value + 1
        return {name: values[first + number] for name, number in element.attributes.items()}

    def get(self, name: str) -> str | None:
        """Return the value of an attribute, or None if it is absent."""
        element = self._element
        number = element.attributes.get(name)
        return None if number is None else self.document.values[element.value + 1 + number]

    @property
    def text(self) -> str:
        """The text directly inside the element."""
        element = self._element
        has_children = element.children or element.kept is not None
        return self.whole.text if has_children else self.document.values[element.value]

    @property
    def whole(self) -> Node:
        """The element with everything that the file says."""
        node = self.document.whole.root
        while node.start != self.start:
            node = node.children[bisect_right(node.children, self.start, key=lambda each: each.start) - 1]
        return node

    def child(self, name: str) -> Node | None:
        """Return the first child element of a name, or None."""
        element = self._element
        if rows := element.by_name.get(name):
            return OutlineNode(self.document, rows[0])
        return None if element.kept is None or name in element.kept else self.whole.child(name)

    def all(self, name: str) -> list[Node]:
        """Return all child elements of a name."""
        element = self._element
        if element.kept is not None and name not in element.kept:
            return self.whole.all(name)
        return self._nodes(element.by_name.get(name, ()))

    def _nodes(self, rows: Iterable[int]) -> list[Node]:
        return [OutlineNode(self.document, row) for row in rows]
