"""The indentation of a document: what is between tags, never what is in them.

Each element, comment and instruction of an element that holds elements gets a line of its own, one level deeper. What
shares a line with a comment keeps sharing it, because a comment is about its line. Blank lines stay. Not changed are
the content of an element with text or CDATA, comments, tags, and the statements of a template.

    <dhcp><range start='10.0.0.2' end='10.0.0.9'/>       <dhcp>
        </dhcp>                                      ->    <range start='10.0.0.2' end='10.0.0.9'/>
                                                         </dhcp>
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.node import Document, Node
from vnetlint.xml.order import CONTAINERS
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.template import FILLER

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINES = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_LAST_LINE = re.compile(r"(?:\r\n|\r|\n)([ \t]*)\Z")
_SPACE = " \t\r\n"
_NOTES = (TokenKind.COMMENT, TokenKind.INSTRUCTION, TokenKind.DOCTYPE)

Blanks = dict[Span, str]
"""Spans of blanks, each with what should be there: what is already there, or something else."""


class _Item(NamedTuple):
    """Something that has a line of its own: an element, its end tag, or a comment or instruction."""

    span: Span
    level: int
    node: Node | None = None
    is_note: bool = False


def layout_of(document: Document, unit: str, line_end: str) -> Blanks:
    """Return the layout of a well-formed document, with one `unit` for each level of indentation.

    It has no place whose white space is part of a value. Something in it differs from the text only if the text is not
    formatted.
    """
    return _Formatter(document, unit, line_end).layout()


class _Formatter:
    """Collects the layout of one document."""

    def __init__(self, document: Document, unit: str, line_end: str) -> None:
        self._document = document
        self._text = document.source.text
        self._masked = document.source.masked
        template = document.source.template
        self._is_template = template is not None
        self._pieces = [piece.span for piece in template.pieces] if template else []
        self._unit = unit
        self._line_end = line_end
        self._found: Blanks = {}

    def layout(self) -> Blanks:
        """Return the layout of the whole document."""
        document = self._document
        start, end = document.span
        items = [_Item(document.root.span, 0, document.root)]
        items += [_Item(each.span, 0, is_note=True) for each in document.comments if each.parent is None]
        items += [_Item(each, 0, is_note=True) for each in document.instructions if not _holds(document.root, each)]
        items += [_Item(document.doctype, 0, is_note=True)] if document.doctype else []
        before = _Item(Span(start, start), 0, is_note=start == 0)
        for item in sorted(items, key=_start):
            self._between(before, item)
            before = item
        if end == len(self._text):
            self._at_end(before.span.end)
        waiting = [(document.root, 0)]
        while waiting:
            node, level = waiting.pop()
            waiting += self._inside(node, level)
        return self._found

    def _inside(self, node: Node, level: int) -> "Iterator[tuple[Node, int]]":
        """Lay out what is directly in an element, and yield the elements that are, with their levels."""
        notes = self._notes_in(node)
        if notes is None:
            return
        children = [_Item(child.span, level + 1, child) for child in node.children]
        items = sorted([*children, *(_Item(each, level + 1, is_note=True) for each in notes)], key=_start)
        if not items and not _LINE_END.search(self._text, node.open_end, node.close_start):
            return
        before = _Item(node.open_span, level)
        for item in (*items, _Item(Span(node.close_start, node.end), level)):
            self._between(before, item)
            before = item
        yield from ((each.node, level + 1) for each in children if each.node is not None)

    def _notes_in(self, node: Node) -> list[Span] | None:
        """Return the comments and instructions directly in an element; None if its white space must stay."""
        is_container = bool(node.children) or node.name in CONTAINERS
        if not is_container or node.open_end == node.close_start or node.get("xml:space") == "preserve":
            return None
        blanks = _SPACE + FILLER if node.name in CONTAINERS else _SPACE
        found: list[Span] = []
        for gap in node.gaps():
            for token in scan(self._masked[gap.start : gap.end]) if gap.start < gap.end else ():
                span = Span(gap.start + token.start, gap.start + token.end)
                if token.kind in _NOTES:
                    found.append(span)
                elif token.kind is not TokenKind.TEXT or self._masked[span.start : span.end].strip(blanks):
                    return None
        return found

    def _between(self, before: _Item, item: _Item) -> None:
        """Lay out the white space between two neighbours."""
        start, end = before.span.end, item.span.start
        gap, indent = self._text[start:end], self._unit * item.level
        if gap.strip(_SPACE):
            # A statement or a placeholder is between them. Only the indentation behind its line is free.
            if last := _LAST_LINE.search(gap):
                self._set(start + last.start(1), end, indent, item)
        elif not _LINE_END.search(gap):
            if start == 0:
                self._set(start, end, "", item)
            elif not (before.is_note or item.is_note or self._is_template):
                self._set(start, end, self._line_end + indent, item)
        else:
            lines = list(_LINES.finditer(gap))
            lines = lines[: next(at for at, each in enumerate(lines) if not each[2]) + 1]
            for line in lines[:-1]:
                self._set(start + line.start(1), start + line.end(1), "")
            self._set(start + lines[-1].start(1), end, indent, item)

    def _at_end(self, start: int) -> None:
        """Lay out the end of the file: one line end."""
        rest = self._text[start:]
        if not rest.strip(_SPACE):
            first = _LINE_END.search(rest)
            self._set(start, len(self._text), first.group() if first else self._line_end)

    def _set(self, start: int, end: int, text: str, item: _Item | None = None) -> None:
        if not self._may_change(start, end):
            return
        self._found[Span(start, end)] = text
        old = self._text[start:end]
        if item is not None and item.node is not None and old != text and not self._is_template:
            self._shift_tag(item.node, old, text)

    def _may_change(self, start: int, end: int) -> bool:
        """Whether no statement or placeholder is in a span or around it."""
        at = bisect_left(self._pieces, end, key=lambda span: span.start)
        return at == 0 or self._pieces[at - 1].end <= start

    def _shift_tag(self, node: Node, old: str, new: str) -> None:
        """Move the later lines of a start tag as far as its first, so that attributes stay below each other."""
        if "\n" not in (tag := self._text[node.start : node.open_end]) and "\r" not in tag:
            return
        old, new = _LINE_END.split(old)[-1], _LINE_END.split(new)[-1]
        attributes = list(node.all_attributes())
        ends = [node.name_span.end, *(each.span.end for each in attributes)]
        starts = [*(each.start for each in attributes), node.open_end]
        for start, end in zip(ends, starts, strict=True):
            for line in re.finditer(r"(?:\r\n|\r|\n)([ \t]*)(?![ \t\r\n])", self._text[start:end]):
                at = start + line.start(1)
                if line[1].startswith(old):
                    self._found[Span(at, at + len(line[1]))] = new + line[1].removeprefix(old)


def _start(item: _Item) -> int:
    return item.span.start


def _holds(node: Node, span: Span) -> bool:
    return node.start <= span.start < node.end
