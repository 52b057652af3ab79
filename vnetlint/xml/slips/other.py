"""Slips outside tags: in the XML declaration, around comments, in an entity, and one character too many."""

import codecs
import re
from collections.abc import Iterator

from vnetlint.finding import Span
from vnetlint.xml.edit import style, whole_lines
from vnetlint.xml.node import Document
from vnetlint.xml.scan import NAME
from vnetlint.xml.slips.made import REGION, insertion, slip
from vnetlint.xml.wellformed import SyntaxFault

POSITIONS = 6
"""Places where a comment may end that are tried."""

_DECLARATION = re.compile(r"\s*+(<[?!]?\s*+[?]?(?:[xX][mM][lL]|ml|xl|xm)\b[^<>\r\n]*+>?)")
_WHOLE_DECLARATION = re.compile(r"<\?xml\s[^<>?]*+\?>")
_ENCODING = re.compile(r"""encoding\s*+=\s*+["']?([A-Za-z][\w.-]*+)""")
_COMMENT_END = re.compile(r"(?<!-)->|--?[ \t]++-?>|--(?![->])|[–—]>")
_COMMENT_START = re.compile(r"<(?:!-(?!-)|--|!?[ \t]*+[–—]|![ \t]++--|!--(?=[^-]))")
_ROOT = re.compile(rf"(?:\s|<!--.*?-->|<\?[^<>]*+>)*+({NAME})[^<>]*+>", re.DOTALL)
_SPLIT = re.compile(rf"(?<=[<\s/])(?=({NAME})(\s++)({NAME})(?:\s*+[=/>]|\s++{NAME}\s*+=))")
_TOO_MANY = "<>\"'=/&?!;"


def of_declaration(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield that the XML declaration is broken, or that blanks are before it."""
    text, start = document.source.masked, document.span.start
    late = _WHOLE_DECLARATION.match(text, max(text.rfind("<?xml", start, at + len("<?xml")), start))
    if late is not None and late.start() > start:
        has_another = text.startswith("<?xml", start)
        moved = () if has_another else (insertion(start, late.group() + style(text).line_end),)
        message = "the XML declaration must be at the very start of the file"
        title = "Remove the second one" if has_another else "Move it there"
        yield slip(message, Span(*late.span()), title, *moved, (whole_lines(text, Span(*late.span())), ""))
    found = _DECLARATION.match(text, start)
    if found is None or at > found.end() + 1:
        return
    encoding = _ENCODING.search(found[1])
    wanted = f"<?xml version='1.0' encoding='{encoding[1] if encoding and _is_known(encoding[1]) else 'UTF-8'}'?>"
    place = Span(*found.span(1))
    yield slip(
        f"invalid XML declaration: expected {wanted}", place, f"Write {wanted}", (Span(start, place.end), wanted)
    )


def of_root(document: Document, _at: int) -> Iterator[SyntaxFault]:
    """Yield that the first start tag lacks its `<`."""
    found = _ROOT.match(document.source.masked, document.span.start, document.root.start)
    if found is not None:
        yield slip(f"missing '<' of <{found[1]}>", Span(*found.span(1)), "Insert '<'", insertion(found.start(1), "<"))


def _is_known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def of_comment(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield that the start or the end of a comment is not whole."""
    text, end = document.source.masked, document.span.end
    opener = text.rfind("<", document.span.start, at + 1)
    if (broken := _COMMENT_START.match(text, opener)) and not text.startswith("<!--", opener):
        span = Span(*broken.span())
        yield slip(f"'{broken.group()}' does not begin a comment: expected <!--", span, "Write <!--", (span, "<!--"))
    start = text.rfind("<!--", document.span.start, at + len("<!--"))
    if start < 0:
        return
    for number, found in enumerate(_COMMENT_END.finditer(text, start + len("<!--"), end)):
        if number == POSITIONS:
            return
        span = Span(*found.span())
        yield slip(f"'{found.group()}' does not end the comment: expected -->", span, "Write -->", (span, "-->"))


def of_character(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield that a character is too many: where the parser stopped, before that, or the `<` that began what it read."""
    text = document.source.masked
    for place in dict.fromkeys((at, at - 1, text.rfind("<", document.span.start, at))):
        character = text[place : place + 1]
        if place >= document.span.start and character and character in _TOO_MANY:
            span = Span(place, place + 1)
            yield slip(f"unexpected {character}", span, f"Remove {character}", (span, ""))


def of_name(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield that a space divides a name."""
    text = document.source.masked
    start = text.rfind("<", document.span.start, at)
    for number, found in enumerate(_SPLIT.finditer(text, max(start, 0), min(at + REGION, document.span.end))):
        if number == POSITIONS:
            return
        name = found[1] + found[3]
        place = Span(found.start(1), found.end(3))
        message = f"'{text[place.start : place.end]}': expected {name}"
        yield slip(message, place, f"Write {name}", (Span(*found.span(2)), ""))
