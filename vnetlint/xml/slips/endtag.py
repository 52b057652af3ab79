"""Slips around end tags: one that is broken, lost, misspelt or too many, and an element that is closed too early."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice

from vnetlint.finding import Span
from vnetlint.xml.edit import line_indent, style, whole_lines
from vnetlint.xml.node import Document, Node
from vnetlint.xml.places import path_to
from vnetlint.xml.scan import NAME
from vnetlint.xml.slips.made import insertion, slip
from vnetlint.xml.syntaxfix import SyntaxFix
from vnetlint.xml.wellformed import SyntaxFault

POSITIONS = 12
"""Places where a lost bracket or end tag is tried."""

WINDOW = 100_000
"""Characters before an end tag in which its start tag is looked for, without its `<`."""

_ALIKE = 0.6
"""How similar two names are of which one may be the other misspelt, from 0 to 1; as in difflib's own advice."""

_COMMENT = re.compile(r"<!--(?:[^-]++|-(?!->))*+-->")
_APART = re.compile(rf"<(/?)([<>\\]|[ \t]++)(/?)({NAME})")
_END_TAG = re.compile(rf"</({NAME})([^<>]*+)(>?)")


def of_opening(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield that a space, another bracket or a backslash separates a `<` or `</` from its name."""
    text = document.source.masked
    start = text.rfind("<", document.span.start, at + 1)
    if start < 0:
        return
    if text[start - 1 : start] == "<":
        start -= 1
    found = _APART.match(text, start)
    if found is None:
        return
    wanted = "</" if found[1] or found[3] or found[2] == "\\" else "<"
    span = Span(start, found.start(4))
    name = found[4]
    message = f"'{text[span.start : span.end]}' before '{name}': expected {wanted}{name}"
    yield slip(message, Span(start, found.end()), f"Write {wanted}{name}", (span, wanted))


def of_end_tag(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield that an end tag has no `>`, or has something after its name."""
    text = document.source.masked
    for start in (text.rfind("</", document.span.start, at), at):
        if start >= 0 and (found := _END_TAG.match(text, start)):
            yield from _broken_end_tag(found)


def _broken_end_tag(found: re.Match[str]) -> Iterator[SyntaxFault]:
    start = found.start()
    rest = Span(found.end(1), found.end(2))
    tag = Span(start, found.end(1))
    if not found[3]:
        yield slip(f"missing '>' of </{found[1]}>", tag, "Insert '>'", insertion(rest.start, ">"))
    elif found[2].strip():
        message = f"</{found[1]}> has only a name"
        yield slip(message, rest, f"Remove '{found[2].strip()}'", (rest, ""))


def of_pairs(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield how an end tag that closes nothing and an element without an end tag may fit."""
    text = document.source.masked
    # expat stops at the name if the tag does not match, and behind the `<` if it is outside the root.
    found = next(filter(None, (_END_TAG.match(text, at - back) for back in (2, 1, 0))), None)
    if found is None:
        if at >= len(text.rstrip()) or at >= document.span.end - 1:
            yield from _cut_off(document)
        return
    tag, name = Span(*found.span()), Span(*found.span(1))
    unclosed = _unclosed_before(document, tag.start)
    if unclosed is None:
        yield from _stray(document, tag, name)
        return
    yield from _half_tags(document, unclosed, tag.start)
    if _are_alike(unclosed.name, found[1]):
        yield from _other_names(document, unclosed, name)
    yield from _lost_end_tag(document, unclosed, tag.start)


def _unclosed_before(document: Document, at: int) -> Node | None:
    """The innermost element that an end tag at a place should close and does not."""
    return next(
        (
            each
            for each in reversed(path_to(document, at))
            if not (each.closed or each.is_empty_tag) and each.close_start >= at
        ),
        None,
    )


def _are_alike(one: str, other: str) -> bool:
    one, other = one.lower(), other.lower()
    return sorted(one) == sorted(other) or SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _other_names(document: Document, node: Node, end: Span) -> Iterator[SyntaxFault]:
    """The start tag or the end tag is misspelt."""
    name, closing = node.name, document.source.excerpt(end)
    yield SyntaxFault(
        f"mismatched </{closing}>: expected </{name}>",
        end,
        ("opened here", node.name_span),
        SyntaxFix(f"Write </{name}>", ((end, name),)),
    )
    yield SyntaxFault(
        f"mismatched <{name}>: its end tag is </{closing}>",
        node.name_span,
        ("closed here", end),
        SyntaxFix(f"Write <{closing}>", ((node.name_span, closing),)),
    )


def _half_tags(document: Document, node: Node, before: int) -> Iterator[SyntaxFault]:
    """An end tag that lacks its `/` or its `<`: `<name>lan<name>`, `<name>lan/name>`."""
    text, name = document.source.masked, node.name
    parent = node.parent
    if parent is not None and parent.name == name and text[node.name_span.end : node.open_end].strip() == ">":
        message = f"<{name}> in <{name}>: expected </{name}>"
        yield slip(message, node.open_span, f"Write </{name}>", insertion(node.name_span.start, "/"))
    lost = re.compile(rf"/{re.escape(name)}\s*+>")
    for found in islice(lost.finditer(text, node.open_end, before), POSITIONS):
        if text[found.start() - 1] != "<":
            message = f"missing '<' of </{name}>"
            yield slip(message, Span(*found.span()), "Insert '<'", insertion(found.start(), "<"))


def _lost_end_tag(document: Document, node: Node, before: int) -> Iterator[SyntaxFault]:
    """An element without an end tag, by how much of what follows belongs to it: what is indented, nothing, or more."""
    text, name, end = document.source.masked, node.name, node.open_end
    message, closer = f"unclosed element <{name}>", f"</{name}>"
    children = [each for each in node.children if each.end <= before]
    if children and text[node.start : end] == text[children[0].start : children[0].open_end]:
        again = children[0].open_span
        yield slip(f"the start tag of <{name}> is here twice", again, "Remove one", (whole_lines(text, again), ""))
    own_indent = line_indent(text, node.start)
    deeper = [each for each in children if _is_deeper(line_indent(text, each.start), own_indent)]

    def behind(last: Node) -> SyntaxFault:
        is_on_own_line = own_indent is not None and line_indent(text, last.start) is not None
        written = f"{style(text).line_end}{own_indent}{closer}" if is_on_own_line else closer
        return slip(message, node.name_span, f"Insert {closer}", insertion(last.end, written))

    own = text[end : children[0].start if children else before].rstrip()
    if has_text := bool(_COMMENT.sub("", own).strip()):
        yield slip(message, node.name_span, f"Insert {closer}", insertion(end + len(own), closer))
        bracket = Span(end - 1, end)
        yield slip(f"unexpected > before '{own.split()[0]}'", bracket, "Remove >", (bracket, ""))
    yield from map(behind, deeper[-1:])
    if not has_text and text[end - 1 : end] == ">":
        yield slip(message, node.name_span, f"Write <{name} …/>", insertion(end - 1, "/"))
    is_indented = own_indent is not None and all(line_indent(text, each.start) is not None for each in children)
    if not has_text:
        yield from (behind(each) for each in children[-1:] if each not in deeper[-1:])
        yield from map(behind, children[: 0 if is_indented else POSITIONS])


def _is_deeper(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and len(one) > len(other)


def _stray(document: Document, tag: Span, name: Span) -> Iterator[SyntaxFault]:
    """An end tag of an element that is closed already, whose start tag is broken, or that does not exist."""
    text, written = document.source.masked, document.source.excerpt(name)
    message = f"unexpected </{written}>: there is nothing to close"
    inside = _open_at(document, tag.start)
    children = inside.children if inside is not None else []
    closed = next((each for each in reversed(children) if each.name == written and each.end <= tag.start), None)
    if closed is not None and closed.is_empty_tag:
        slash = text.rindex("/", closed.start, closed.open_end)
        yield SyntaxFault(
            f"unexpected </{written}>: <{written}> is closed already",
            name,
            ("closed here", Span(slash, closed.open_end)),
            SyntaxFix(f"Open <{written}>, with > in place of />", ((Span(slash, closed.open_end), ">"),)),
        )
    lost = re.compile(rf"(?<![\w<:.-]){re.escape(written)}(?=[\s>])[^<>]{{0,200}}+>")
    start = max(inside.open_end if inside is not None else document.span.start, tag.start - WINDOW)
    for found in islice(lost.finditer(text, start, tag.start), POSITIONS):
        place = Span(*found.span())
        yield slip(f"missing '<' of <{written}>", place, "Insert '<'", insertion(place.start, "<"))
    yield slip(message, name, f"Remove </{written}>", (whole_lines(text, tag), ""))


def _open_at(document: Document, at: int) -> Node | None:
    """The innermost element around a place."""
    around = (each for each in reversed(path_to(document, at)) if not each.is_empty_tag)
    return next((each for each in around if each.open_end <= at <= each.close_start), None)


def _cut_off(document: Document) -> Iterator[SyntaxFault]:
    """The document ends before its last end tag, or that is half a tag."""
    text = document.source.masked
    unclosed = [node for node in document.root.descendants() if not node.closed and not node.is_empty_tag]
    if not unclosed:
        return
    node = unclosed[-1]
    yield from _half_tags(document, node, document.span.end)
    if len(unclosed) == 1:
        written = text[: document.span.end].rstrip()
        newline = style(text).line_end if len(written.splitlines()) > 1 else ""
        closer, message = f"</{node.name}>", f"unclosed element <{node.name}>"
        yield slip(message, node.name_span, f"Insert {closer}", insertion(len(written), f"{newline}{closer}"))
