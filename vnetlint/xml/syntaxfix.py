"""Edits that make XML well formed if only one thing can be meant: all faults of one kind in a file at once.

A parser stops at the first fault of a file, so fixing only that one would take as many rounds as there are faults.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from html.entities import html5
from typing import NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.limits import MAX_TOKENS
from vnetlint.xml.node import Node
from vnetlint.xml.scan import NAME, Token, TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.template import FILLER
from vnetlint.xml.tree import parse

_BARE = re.compile(r"&(?!(?:#[0-9]++|#x[0-9A-Fa-f]++|[A-Za-z_:][\w:.-]*+);)")
HALF = re.compile(r"&(?:lt|gt|amp|quot|apos|#[0-9]++|#x[0-9A-Fa-f]++)(?![\w:.;-])")
"""A reference without its semicolon."""
_QUOTED = re.compile(r"""=\s*+("[^"<]*+"|'[^'<]*+')""")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*+);")
PREDEFINED = ("lt", "gt", "amp", "quot", "apos")
"""The entities that XML has without a declaration."""
_OPENER = re.compile("<[!?]")
_CDATA_END = re.compile(r"]]>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HYPHEN = re.compile("-(?=-)")
_CURLY = "“”„‟‘’‚«»"
_UNQUOTED = re.compile(r"""[^\s"'<>=&`]++""")
_CURLY_QUOTED = re.compile(rf"""[{_CURLY}][^"'<>{_CURLY}\r\n]*+[{_CURLY}](?=[\s/>])""")
_LESS = re.compile(rf"""(?<=[\s"']){NAME}\s*+=\s*+("[^"<>\r\n]*+<[^">\r\n]*+"|'[^'<>\r\n]*+<[^'>\r\n]*+')(?=[\s/>?])""")


class SyntaxFix(NamedTuple):
    """A fix of syntax faults: spans of text, and what to write in their place."""

    title: str
    edits: tuple[tuple[Span, str], ...]
    is_certain: bool = True
    """Whether nothing else can have been meant."""


def ampersands(source: Source) -> tuple[tuple[Span, str], ...]:
    """Write each `&` that begins no reference as `&amp;`, and `&amp` without its semicolon with one."""
    return tuple(
        (Span(at, at + 1), "&amp;")
        if (half := HALF.match(source.masked, at)) is None
        else (Span(half.end(), half.end()), ";")
        for start, end in _texts(source)
        for at in _found(source, _BARE, start, end)
    )


def entities(source: Source) -> tuple[tuple[Span, str], ...]:
    """Write entities of HTML, such as `&nbsp;`, as character references, and misspelt ones such as `&ampp;` right."""
    found = []
    for start, end in _texts(source):
        for match in _ENTITY.finditer(source.masked, start, end):
            near, character = misspelt_entity(match[1]), html5.get(f"{match[1]};", "")
            if near:
                found.append((Span(*match.span()), f"&{near};"))
            elif character and match[1] not in PREDEFINED:
                found.append((Span(*match.span()), "".join(f"&#{ord(each)};" for each in character)))
    return tuple(found)


def misspelt_entity(name: str) -> str | None:
    """Return the one of XML's own entities that a name is misspelt for; None for those of HTML and for other names."""
    if name in PREDEFINED or f"{name};" in html5:
        return None
    return next(iter(get_close_matches(name, PREDEFINED, 1)), None)


def cdata_ends(source: Source) -> tuple[tuple[Span, str], ...]:
    """Write each `]]>` in text as `]]&gt;`."""
    return tuple(
        (Span(at, at + 3), "]]&gt;")
        for token in _tokens(source)
        if token.kind is TokenKind.TEXT
        for at in _found(source, _CDATA_END, token.start, token.end)
    )


def control_characters(source: Source) -> tuple[tuple[Span, str], ...]:
    """Remove the characters that XML does not allow anywhere."""
    return tuple((Span(*match.span()), "") for match in _CONTROL.finditer(source.text))


def hyphens(source: Source) -> tuple[tuple[Span, str], ...]:
    """Separate hyphens that follow each other in comments."""
    found = []
    for token in _tokens(source):
        if token.kind is TokenKind.COMMENT:
            span = Span(token.start + 4, token.end - 3)
            text = source.excerpt(span)
            apart = _HYPHEN.sub("- ", text) + (" " if text.endswith("-") else "")
            if apart != text:
                found.append((span, apart))
    return tuple(found)


def quotes(source: Source) -> tuple[tuple[Span, str], ...]:
    """Put values of attributes without quotes, or with typographic ones, in quotes."""
    found = []
    for node in _nodes(source):
        for each in node.all_attributes():
            curly = _CURLY_QUOTED.match(source.masked, each.value_start, node.open_end)
            if each.quote or not each.value or FILLER in each.value:
                continue
            if curly is not None:
                found.append((Span(*curly.span()), f"'{curly.group()[1:-1]}'"))
            elif each.value[0] not in _CURLY and _UNQUOTED.fullmatch(source.excerpt(each.value_span)):
                found.append((each.value_span, f"'{each.value}'"))
    return tuple(found)


def less_thans(source: Source) -> tuple[tuple[Span, str], ...]:
    """Write each `<` in a value that is closed on its line as `&lt;`."""
    hidden = [
        token for token in _tokens(source) if token.kind in (TokenKind.COMMENT, TokenKind.CDATA, TokenKind.INSTRUCTION)
    ]
    found = []
    for match in _LESS.finditer(source.masked):
        start, end = match.span(1)
        if not any(each.start <= start < each.end for each in hidden):
            found += [(Span(at, at + 1), "&lt;") for at in range(start, end) if source.masked[at] == "<"]
    return tuple(found)


def spaces(source: Source) -> tuple[tuple[Span, str], ...]:
    """Insert a space before each attribute that touches the one before."""
    text = source.text
    return tuple(
        (Span(each.start, each.start), " ")
        for node in _nodes(source)
        for each in node.all_attributes()
        if each.quote and text[each.start - 1] in "\"'"
    )


def twins(source: Source) -> tuple[tuple[Span, str], ...]:
    """Remove each attribute that the same element has before with the same value."""
    found = []
    for node in _nodes(source):
        for each in node.all_attributes():
            first = node.attributes[each.name]
            if first.start != each.start and first.value == each.value and each.quote:
                start, end = each.span
                while source.text[start - 1] in " \t\r\n":
                    start -= 1
                found.append((Span(start, end), ""))
    return tuple(found)


def _found(source: Source, pattern: re.Pattern[str], start: int, end: int) -> Iterator[int]:
    return (match.start() for match in pattern.finditer(source.masked, start, end))


def _texts(source: Source) -> Iterator[tuple[int, int]]:
    """Yield the ranges where text is allowed: between tags, and in quoted values."""
    for token in _tokens(source):
        if token.kind is TokenKind.TEXT or (
            token.kind is TokenKind.STRAY and not _OPENER.match(source.masked, token.start)
        ):
            yield token.start, token.end
        elif token.kind in (TokenKind.OPEN, TokenKind.EMPTY):
            yield from (match.span(1) for match in _QUOTED.finditer(source.masked, token.start, token.end))


def _nodes(source: Source) -> Iterator[Node]:
    return (node for document in parse(source) for node in document.root.descendants())


def _tokens(source: Source) -> Iterator[Token]:
    for number, token in enumerate(scan(source.masked)):
        if number > MAX_TOKENS:
            return
        yield token
