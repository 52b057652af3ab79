"""A document as the matcher reads it: names with their namespaces, and values that may be placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vnetlint.finding import Span
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.names import nearest
from vnetlint.schema.namespaces import Namespaces
from vnetlint.schema.pattern import WILD
from vnetlint.schema.query import VALUE
from vnetlint.xml.node import Attribute, Node, decode_references
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.template import FILLER, is_opaque

BLANKS = " \t\r\n"
_LONGEST_TAG = 200
"""Characters of a tag whose attributes are remembered."""


class DocumentReader:
    """One document, read by one grammar: its names resolved, its placeholders known."""

    __slots__ = (
        "algebra", "grammar", "masked", "namespaces", "not_allowed", "placeholders", "root", "strict", "text",
    )  # fmt: skip

    def __init__(self, root: Node, grammar: Grammar, *, strict: bool, placeholders: bool) -> None:
        source = root.document.source
        self.root = root
        self.grammar = grammar
        self.algebra = grammar.algebra
        self.not_allowed = grammar.algebra.not_allowed
        self.strict = strict
        """Whether only the verdict is wanted, so that reading ends at the first fault."""
        self.masked = source.masked
        self.text = source.text
        self.placeholders = placeholders and source.is_template
        """Whether placeholders stand for values in it."""
        self.namespaces = Namespaces(root)

    def has_plain_attributes(self, node: Node) -> bool:
        """Whether the attributes of a short tag are as written, so that no name or placeholder has to be resolved."""
        return (
            node.open_end - node.start <= _LONGEST_TAG
            and not self.placeholders
            and not (self.namespaces.are_declared and any(map(_may_be_bound, node.values)))
        )

    def value_of(self, attribute: Attribute) -> str | None:
        """Return the value of an attribute, or None if it holds a placeholder."""
        return None if self.placeholders and opaque(self.root, attribute.value) else attribute.value

    def tag_is_open(self, node: Node) -> bool:
        """Whether a placeholder may stand for attributes of a tag, so that none is certain to be missing."""
        if not self.placeholders:
            return False
        return node.has_unknown_attributes

    def text_span(self, node: Node) -> Span:
        """The first text of an element that is more than white space, else the element's name."""
        for span in self.pieces(Span(node.open_end, node.close_start)) if not node.children else ():
            return span
        for gap in node.gaps():
            for span in self.pieces(gap):
                return span
        return node.name_span

    def pieces(self, gap: Span) -> list[Span]:
        """The texts between two tags, without the white space around them and without those that are nothing else."""
        # Nearly every gap is white space.
        return [*self._pieces(gap)] if self.masked[gap.start : gap.end].strip(BLANKS) else []

    def _pieces(self, gap: Span) -> Iterator[Span]:
        for token in scan(self.masked[gap.start : gap.end]):
            if token.kind in (TokenKind.TEXT, TokenKind.CDATA):
                start, end = gap.start + token.start, gap.start + token.end
                written = self.masked[start:end]
                if token.kind is TokenKind.CDATA:
                    if written[9:-3].strip(BLANKS):
                        yield Span(start, end)
                elif (stripped := written.strip(BLANKS)) and decode_references(stripped).strip(BLANKS):
                    start += written.index(stripped[0])
                    yield Span(start, start + len(stripped))

    def is_placeholder(self, span: Span) -> bool:
        """Whether a span holds a placeholder."""
        return self.placeholders and FILLER in self.masked[span.start : span.end]

    def content_is_open(self, node: Node) -> bool:
        """Whether a placeholder may stand for children, so that none is certain to be missing or a duplicate."""
        if not self.placeholders:
            return False
        return node.has_unknown_content

    def shown(self, node: Node, names: Iterable[str]) -> tuple[str, ...]:
        """Return names as they are written at a node, with the prefix that is declared there."""
        return tuple(self.namespaces.written(node, name) for name in names)

    def nearest(self, node: Node, name: str, names: Iterable[str]) -> tuple[str, ...]:
        """Return names as they are written at a node, those most similar to `name` first."""
        return self.shown(node, nearest(name, (each for each in names if each not in (WILD, VALUE))))


def _may_be_bound(name: str) -> bool:
    return ":" in name or name == "xmlns"


def opaque(root: Node, text: str) -> bool:
    """Whether a text holds a placeholder; `$NAME` is libvirt's own in a network filter."""
    if not is_opaque(text):
        return False
    if root.name != "filter":
        return True
    return is_opaque(text.replace("$", ""))
