"""Documents, elements and attributes, each with its span in the text.

Attributes and text are read on demand, because most of a domain is never asked for.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.finding import Span
from vnetlint.lazy import cached_property, pattern
from vnetlint.xml.limits import MAX_ATTRIBUTES
from vnetlint.xml.scan import NAME, TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.template import FILLER, OPEN, is_elision, printed

_ATTRIBUTE = re.compile(
    rf"""({NAME})(?:\s*+=\s*+(?:"([^"<]*+)(?:"|$)|'([^'<]*+)(?:'|$)|((?:[^\s"'<>/]++|/(?!>))+)))?"""
)
_WHOLE_ATTRIBUTE = re.compile(rf"""({NAME})\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_REFERENCE = pattern(r"&(?:#0*+([0-9]{1,7})|#x0*+([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_LINE_END = re.compile(r"\r\n?")
_SPACE = pattern(r"\r\n|[\t\r\n]")

_MANY_CHILDREN = 32


def decode_references(text: str) -> str:
    """Return a text with character references and the five predefined entities resolved; the rest as written."""
    return _REFERENCE.sub(_resolve, text) if "&" in text else text


def _resolve(match: re.Match[str]) -> str:
    decimal, hexadecimal, named = match.groups()
    if named:
        return _NAMED[named]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    legal = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000
    return chr(number) if legal else match.group()


class Attribute(NamedTuple):
    """An attribute of the element `node`: its name, its value with references resolved, and where they are."""

    node: "Node"
    name: str
    value: str
    start: int
    value_start: int
    value_end: int

    @property
    def name_span(self) -> Span:
        """The name."""
        return Span(self.start, self.start + len(self.name))

    @property
    def value_span(self) -> Span:
        """The text between the quotes; an empty span behind the name if there is no value."""
        return Span(self.value_start, self.value_end)

    @property
    def span(self) -> Span:
        """From the name to the closing quote."""
        return Span(self.start, self._end)

    @property
    def quote(self) -> str:
        """The quote character, or an empty text if a half-typed attribute has none."""
        before = self.node.document.source.text[self.value_start - 1]
        return before if before in "\"'" else ""

    @property
    def _end(self) -> int:
        text, end = self.node.document.source.text, self.value_end
        return end + 1 if self.quote and text[end : end + 1] == self.quote else end


class Comment(NamedTuple):
    """A comment, with the element that it is in, or None outside the root."""

    span: Span
    parent: "Node | None"


class Node:
    """An element. Treat it as frozen: it is shared."""

    __slots__ = ()

    document: "Document"
    if TYPE_CHECKING:

        @property
        def parent(self) -> "Node | None":
            """The element around it."""

        @property
        def name(self) -> str:
            """The name."""

        @property
        def children(self) -> "list[Node]":
            """The elements directly in it."""

        @property
        def start(self) -> int:
            """At the `<` of the start tag."""

        @property
        def open_end(self) -> int:
            """Behind the `>` of the start tag."""

        @property
        def close_start(self) -> int:
            """At the `<` of the end tag; if there is none, behind the start tag."""

        @property
        def end(self) -> int:
            """Behind the end tag; if there is none, where the element ends all the same."""

        @property
        def closed(self) -> bool:
            """Whether the element's end was written."""

        @property
        def place(self) -> int:
            """The number of the element among those of its name in its parent, from 1."""

        @property
        def attributes(self) -> dict[str, Attribute]:
            """The attributes by name, in the order written. Of two with the same name it is the first."""

        @property
        def values(self) -> dict[str, str]:
            """The values of the attributes by name, in the order written. Mostly nobody asks where they are."""

    def __repr__(self) -> str:
        return f"<Node {self.path} at {self.start}>"

    @property
    def span(self) -> Span:
        """The whole element."""
        return Span(self.start, self.end)

    @property
    def open_span(self) -> Span:
        """The start tag."""
        return Span(self.start, self.open_end)

    @property
    def name_span(self) -> Span:
        """The name in the start tag."""
        return Span(self.start + 1, self.start + 1 + len(self.name))

    @property
    def content_span(self) -> Span:
        """The span between start and end tag; empty for `<a/>`."""
        return Span(self.open_end, self.close_start)

    @property
    def is_empty_tag(self) -> bool:
        """Whether it is written `<a/>`."""
        return self.close_start == self.open_end == self.end and self.closed

    def all_attributes(self) -> Iterator[Attribute]:
        """The attributes as written, including those whose name is given twice."""
        return iter(self.attributes.values())

    def get(self, name: str) -> str | None:
        """Return the value of an attribute, or None if it is absent."""
        return self.values.get(name)

    def child(self, name: str) -> "Node | None":
        """Return the first child element of a name, or None."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> "list[Node]":
        """Return all child elements of a name."""
        return [child for child in self.children if child.name == name]

    def ancestors(self) -> "Iterator[Node]":
        """The elements around this one, from its parent to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def descendants(self) -> "Iterator[Node]":
        """The element itself and all elements in it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    @property
    def has_unknown_attributes(self) -> bool:
        """Whether a placeholder stands for whole attributes, so that none is certain to be missing."""
        source = self.document.source
        if not source.is_template or OPEN not in (tag := source.masked[self.start : self.open_end]):
            return False
        return any(char == OPEN != source.text[self.start + at] for at, char in enumerate(tag))

    @property
    def has_unknown_content(self) -> bool:
        """Whether a placeholder stands for children, so that none is certain to be missing."""
        source = self.document.source
        if not source.is_template:
            return False
        masked = source.masked
        return any(FILLER in child.name for child in self.children) or any(
            FILLER in masked[gap.start : gap.end] for gap in self.gaps()
        )

    @property
    def has_elision(self) -> bool:
        """Whether `...` between the children, as in documentation, means that some are left out."""
        source = self.document.source
        if not source.is_template:
            return False
        texts = (
            source.text[gap.start + each.start : gap.start + each.end]
            for gap in self.gaps()
            for each in scan(source.excerpt(gap))
        )
        return any(is_elision(text.removeprefix("<!--").removesuffix("-->")) for text in texts)

    def gaps(self) -> Iterator[Span]:
        """The spans between the tags of the element and its children, which hold text and comments."""
        position = self.open_end
        for child in self.children:
            yield Span(position, child.start)
            position = child.end
        yield Span(position, self.close_start)

    def text_spans(self) -> Iterator[tuple[TokenKind, Span]]:
        """The pieces of text and CDATA directly inside the element, not those of its children."""
        masked = self.document.source.masked
        for gap in self.gaps():
            for token in scan(masked[gap.start : gap.end]):
                if token.kind in (TokenKind.TEXT, TokenKind.CDATA):
                    yield token.kind, Span(gap.start + token.start, gap.start + token.end)

    @property
    def text(self) -> str:
        """The text directly inside the element, references resolved and line ends as LF."""
        raw = self.document.source.text
        if (masked := self.document.source.masked) is not raw:
            return self._printed_text(raw, masked)
        if not self.children and "<" not in (content := raw[self.open_end : self.close_start]):
            # Most elements with a value hold nothing else.
            return decode_references(_LINE_END.sub("\n", content))
        parts = []
        for kind, (start, end) in self.text_spans():
            if kind is TokenKind.CDATA:
                parts.append(_LINE_END.sub("\n", raw[start + 9 : end - 3]))
            else:
                parts.append(decode_references(_LINE_END.sub("\n", raw[start:end])))
        return "".join(parts)

    def _printed_text(self, raw: str, masked: str) -> str:
        parts = []
        for kind, (start, end) in self.text_spans():
            inner = Span(start + 9, end - 3) if kind is TokenKind.CDATA else Span(start, end)
            parts.append(_LINE_END.sub("\n", printed(raw[inner.start : inner.end], masked[inner.start : inner.end])))
        return decode_references("".join(parts))

    @property
    def path(self) -> str:
        """The element's path from the root, such as `/network/ip[2]/dhcp[1]`."""
        steps: list[str] = []
        node = self
        while node.parent is not None:
            steps.append(f"{node.name}[{node.place}]")
            node = node.parent
        return "/" + "/".join((node.name, *reversed(steps)))


class TreeNode(Node):
    """An element of a text. The tree is built once."""

    __slots__ = (
        "_attributes",
        "_children_by_name",
        "_name_end",
        "_number",
        "_values",
        "children",
        "close_start",
        "closed",
        "document",
        "end",
        "name",
        "open_end",
        "parent",
        "start",
    )

    parent: "TreeNode | None"
    name: str
    children: list[Node]
    start: int
    open_end: int
    close_start: int
    end: int
    closed: bool

    def __init__(
        self,
        document: "Document",
        parent: "TreeNode | None",
        name: str,
        start: int,
        end: int,
        name_end: int,
        closed: bool,
    ) -> None:
        """`end` is that of the start tag, and `name_end` that of the name in it."""
        self.document = document
        self.parent = parent
        self.name = name
        self.children = []
        self.start = start
        self.open_end = end
        self.close_start = end
        self.end = end
        self.closed = closed
        self._name_end = name_end
        self._number = 0
        self._attributes: dict[str, Attribute] | None = None
        self._values: dict[str, str] | None = None
        self._children_by_name: dict[str, list[Node]] | None = None

    @property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name, in the order written. Of two with the same name it is the first."""
        if self._attributes is None:
            self._attributes = {}
            for attribute in self.all_attributes() if self._may_have_attributes() else ():
                self._attributes.setdefault(attribute.name, attribute)
        return self._attributes

    @property
    def values(self) -> dict[str, str]:
        """The values of the attributes by name, in the order written. Mostly nobody asks where they are."""
        if self._values is None:
            values = self._whole_values()
            if values is None:
                values = {name: attribute.value for name, attribute in self.attributes.items()}
            self._values = values
        return self._values

    def get(self, name: str) -> str | None:
        """Return the value of an attribute, or None if it is absent."""
        values = self._values
        return (self.values if values is None else values).get(name)

    def _whole_values(self) -> dict[str, str] | None:
        """The values as written. None if they may differ from that, or if one is written twice or half typed."""
        if not self._may_have_attributes():
            return {}
        document = self.document
        tag = document.source.text[self._name_end : self.open_end]
        if not document.is_whole or "&" in tag or "\n" in tag or "\t" in tag or "\r" in tag:
            return None
        found = _WHOLE_ATTRIBUTE.findall(tag)
        values = {name: one or other for name, one, other in found}
        return values if len(values) == len(found) else None

    def _may_have_attributes(self) -> bool:
        return self.open_end - self._name_end > 2 or not self.document.is_whole

    def all_attributes(self) -> Iterator[Attribute]:
        """The attributes as written, including those whose name is given twice."""
        text, masked = self.document.source.text, self.document.source.masked
        # A placeholder may contain quotes; the masked text has none there.
        found = _ATTRIBUTE.finditer(masked, self._name_end, self.open_end)
        for match in islice(found, MAX_ATTRIBUTES + 1):
            group = match.lastindex or 1
            at, to = match.span(group) if group > 1 else (match.end(), match.end())
            value = text[at:to]
            if masked is not text:
                value = printed(value, masked[at:to])
            if "\n" in value or "\t" in value or "\r" in value:
                value = _SPACE.sub(" ", value)
            if "&" in value:
                value = decode_references(value)
            yield Attribute(self, match.group(1), value, match.start(), at, to)

    def child(self, name: str) -> "Node | None":
        """Return the first child element of a name, or None."""
        if len(self.children) < _MANY_CHILDREN:
            for child in self.children:
                if child.name == name:
                    return child
            return None
        return next(iter(self._index().get(name, ())), None)

    def all(self, name: str) -> "list[Node]":
        """Return all child elements of a name."""
        if len(self.children) < _MANY_CHILDREN:
            return [child for child in self.children if child.name == name]
        return list(self._index().get(name, ()))

    def _index(self) -> "dict[str, list[Node]]":
        """The children by name, so that looking for each of many children is not quadratic."""
        if self._children_by_name is None:
            self._children_by_name = {}
            for child in self.children:
                self._children_by_name.setdefault(child.name, []).append(child)
        return self._children_by_name

    @property
    def place(self) -> int:
        """The number of the element among those of its name in its parent, from 1."""
        if not self._number and self.parent is not None:
            self.parent._number_children()
        return self._number

    def _number_children(self) -> None:
        """Number all children by name at once, so that the paths of many children are not quadratic."""
        counts: dict[str, int] = {}
        for child in self.children:
            assert isinstance(child, TreeNode), "a tree has no others"
            child._number = counts[child.name] = counts.get(child.name, 0) + 1


@dataclass(eq=False)
class Document:
    """One root element and what surrounds it. `span` is the document's part of the file."""

    source: Source
    span: Span = Span(0, 0)
    comments: list[Comment] = field(default_factory=list)
    instructions: list[Span] = field(default_factory=list)
    doctype: Span | None = None
    depth: int = 0
    """The level of the deepest element; the root's is 1."""
    elements: int = 0
    is_whole: bool = False
    """Whether every attribute is known to have its name, its value and both quotes."""
    cut: bool = False
    """Whether the file is beyond a limit, so that the rest of it was not read."""
    top: Node | None = None
    """The root element, once it is read."""

    @property
    def root(self) -> Node:
        """The root element."""
        assert self.top is not None, "a document is built around its root"
        return self.top

    @cached_property
    def has_entities(self) -> bool:
        """Whether the document type declares entities of its own, which vnetlint does not expand."""
        return self.doctype is not None and "<!ENTITY" in self.source.excerpt(self.doctype)
