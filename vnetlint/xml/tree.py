"""The tree of a file, in which every part has its span. In any text, a half-typed tag loses at most its own element.

A file may hold several documents one after another, as `virt-install --print-xml` prints them. Attributes and text are
read on demand, because most of a domain is never asked for.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.limits import MAX_ATTRIBUTES, MAX_DOCUMENTS, MAX_TOKENS
from vnetlint.xml.scan import NAME, Token, TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.template import FILLER, OPEN, is_elision, printed

_ATTRIBUTE = re.compile(
    rf"""({NAME})(?:\s*+=\s*+(?:"([^"<]*+)(?:"|$)|'([^'<]*+)(?:'|$)|((?:[^\s"'<>/]++|/(?!>))+)))?"""
)
_REFERENCE = re.compile(r"&(?:#0*+([0-9]{1,7})|#x0*+([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DECLARATION = re.compile(r"<\?xml\s")
_LINE_END = re.compile(r"\r\n?")
_SPACE = re.compile(r"\r\n|[\t\r\n]")

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
    """An element. Treat it as frozen: the tree is built once and shared."""

    __slots__ = (
        "_attributes",
        "_children_by_name",
        "_name_end",
        "_number",
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

    def __init__(self, document: "Document", parent: "Node | None", name: str, token: Token) -> None:
        self.document = document
        self.parent = parent
        self.name = name
        self.children: list[Node] = []
        self.start = token.start
        self.open_end = token.end
        """Behind the `>` of the start tag."""
        self.close_start = token.end
        """At the `<` of the end tag; if there is none, behind the start tag."""
        self.end = token.end
        self.closed = token.kind is TokenKind.EMPTY
        """Whether the element's end was written."""
        self._name_end = token.name_end
        self._number = 0
        self._attributes: dict[str, Attribute] | None = None
        self._children_by_name: dict[str, list[Node]] | None = None

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
        return Span(self.start + 1, self._name_end)

    @property
    def content_span(self) -> Span:
        """The span between start and end tag; empty for `<a/>`."""
        return Span(self.open_end, self.close_start)

    @property
    def is_empty_tag(self) -> bool:
        """Whether it is written `<a/>`."""
        return self.close_start == self.open_end == self.end and self.closed

    @property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name, in the order written. Of two with the same name it is the first."""
        if self._attributes is None:
            self._attributes = {}
            for attribute in self.all_attributes():
                self._attributes.setdefault(attribute.name, attribute)
        return self._attributes

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

    def get(self, name: str) -> str | None:
        """Return the value of an attribute, or None if it is absent."""
        attribute = self.attributes.get(name)
        return None if attribute is None else attribute.value

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
            if not node._number:
                node.parent._number_children()
            steps.append(f"{node.name}[{node._number}]")
            node = node.parent
        return "/" + "/".join((node.name, *reversed(steps)))

    def _number_children(self) -> None:
        """Number all children by name at once, so that the paths of many children are not quadratic."""
        counts: dict[str, int] = {}
        for child in self.children:
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
    cut: bool = False
    """Whether the file is beyond a limit, so that the rest of it was not read."""
    _root: Node | None = None

    @property
    def root(self) -> Node:
        """The root element."""
        assert self._root is not None, "a document is built around its root"
        return self._root

    @cached_property
    def has_entities(self) -> bool:
        """Whether the document type declares entities of its own, which vnetlint does not expand."""
        return self.doctype is not None and "<!ENTITY" in self.source.excerpt(self.doctype)


def parse(source: Source) -> list[Document]:
    """Return the documents of a file; none if it has no element.

    They need not be well formed: `wellformed.check` finds out.
    """
    builder = _Builder(source)
    text = source.masked
    end = 0
    with suppress(_TooManyError):
        for token in islice(scan(text), MAX_TOKENS):
            kind = token.kind
            if kind is TokenKind.OPEN or kind is TokenKind.EMPTY:
                builder.open(token, text[token.start + 1 : token.name_end])
            elif kind is TokenKind.CLOSE:
                builder.close(token, text[token.start + 2 : token.name_end])
            elif kind is not TokenKind.TEXT:
                builder.note(token)
            end = token.end
    return builder.finish(len(text), cut=end < len(text))


class _TooManyError(Exception):
    """There are more documents than are read."""


class _Builder:
    """Builds documents from tokens: the ones read so far, and the element that is open."""

    def __init__(self, source: Source) -> None:
        self.finished: list[Document] = []
        self.document = Document(source)
        self.current: Node | None = None
        self.depth = 0
        self.open_names: dict[str, int] = {}
        """How many elements of each name are open, so that a stray end tag costs no search."""

    def open(self, token: Token, name: str) -> None:
        parent, document = self.current, self.document
        if parent is None and document._root is not None:
            # A second root: what is before it belongs to its document.
            self._next_document()
            document = self.document
        node = Node(document, parent, name, token)
        document.elements += 1
        if parent is None:
            document._root = node
        else:
            parent.children.append(node)
        if self.depth >= document.depth:
            document.depth = self.depth + 1
        if token.kind is TokenKind.OPEN:
            self.current = node
            self.depth += 1
            self.open_names[name] = self.open_names.get(name, 0) + 1

    def close(self, token: Token, name: str) -> None:
        if not self.open_names.get(name):
            return
        while self.current is not None:
            closing = self.current
            self.depth -= 1
            self.open_names[closing.name] -= 1
            closing.close_start = closing.end = token.start
            self.current = closing.parent
            if closing.name == name:
                closing.end = token.end
                closing.closed = True
                return

    def note(self, token: Token) -> None:
        span = Span(token.start, token.end)
        if token.kind is TokenKind.COMMENT:
            self.document.comments.append(Comment(span, self.current))
        elif token.kind is TokenKind.INSTRUCTION:
            self.document.instructions.append(span)
        elif token.kind is TokenKind.DOCTYPE and self.document.doctype is None:
            self.document.doctype = span

    def finish(self, size: int, cut: bool) -> list[Document]:
        while self.current is not None:
            self.current.close_start = self.current.end = size
            self.current = self.current.parent
        if self.document._root is not None:
            self.finished.append(self.document)
        ends = [document.span.start for document in self.finished[1:]] + [size]
        for document, end in zip(self.finished, ends, strict=False):
            document.span = Span(document.span.start, end)
            document.cut = cut
        return self.finished

    def _next_document(self) -> None:
        if len(self.finished) + 1 >= MAX_DOCUMENTS:
            raise _TooManyError
        self._begin_next_document()

    def _begin_next_document(self) -> None:
        """End a document at its root's end, or before the next declaration, and begin the next one there."""
        done = self.document
        text = done.source.text
        later = (span.start for span in done.instructions if span.start >= done.root.end)
        end = max((start for start in later if _DECLARATION.match(text, start)), default=done.root.end)
        following = Document(done.source, Span(end, end))
        following.comments = [comment for comment in done.comments if comment.span.start >= end]
        following.instructions = [span for span in done.instructions if span.start >= end]
        done.comments = [comment for comment in done.comments if comment.span.start < end]
        done.instructions = [span for span in done.instructions if span.start < end]
        if done.doctype is not None and done.doctype.start >= end:
            following.doctype, done.doctype = done.doctype, None
        self.finished.append(done)
        self.document = following
