"""Slips in a start tag: a bracket, a quote, an `=` or a space that is missing or too many."""

import re
from collections.abc import Callable, Iterator

from vnetlint.finding import Span
from vnetlint.xml.node import Document, Node
from vnetlint.xml.places import path_to
from vnetlint.xml.scan import NAME
from vnetlint.xml.slips.made import REGION, insertion, slip
from vnetlint.xml.wellformed import SyntaxFault

_NEXT_LINE = re.compile(r"[\r\n]\s*+(?=<)")
_END_TAG = re.compile(rf"</({NAME})")
_TAIL = " \t\r\n,;/\\"
"""What is written before a tag's `>`, rightly or not."""
_COMMAS = re.compile(r"""(?<=["'])[,;]++(?=\s)""")
_UNCLOSED = re.compile(rf"""({NAME})\s*+=\s*+(["'])[^"'<>\r\n]*?(?=\s++{NAME}\s*+=|\s*+[/?]?>|\s*+[<\r\n]|\s*\Z)""")
_UNOPENED = re.compile(rf"""({NAME})\s*+=\s*+(?=[^\s"'<>=][^"'<>=\r\n]*+(["'])(?=[\s/?>]))""")
_UNLIKE = re.compile(rf"""({NAME})\s*+=\s*+(["'])[^"'<>\r\n]*+((?!\2)["'])(?=[\s/?>])""")
_BEHIND = re.compile(rf"""({NAME})\s*+=\s*+(["'])[^"'<>\r\n]*?(/?>)\2""")
_DOUBLED = re.compile(rf"""({NAME})\s*+=\s*+(?:(["'])(?=["'])|(["'])[^"'<>\r\n]++\3(["']))""")
_NO_EQUALS = re.compile(rf"""\s({NAME})(\s*+)(?=["'])""")
_EQUALS_EARLY = re.compile(rf"""\s({NAME})=([\w.-])(?=(["']))""")
_EQUALS_TWICE = re.compile(rf"""\s({NAME})\s*+=(\s*+=++)\s*+["']""")


def of_start_tag(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield the slips in the last start tag before a place, whole or broken, and in one that begins there."""
    tags = {path[-1].start: path[-1] for path in (path_to(document, at), path_to(document, at + 1)) if path}
    for tag in tags.values():
        for find in _FINDERS:
            yield from find(document, tag)


def _region(document: Document, tag: Node) -> tuple[int, str]:
    """The start of a tag's attributes, and the text from there to the next line that begins with a tag."""
    text, start = document.source.masked, tag.name_span.end
    return start, _NEXT_LINE.split(text[start : min(start + REGION, document.span.end)], 1)[0]


def _unfinished(document: Document, tag: Node) -> Iterator[SyntaxFault]:
    """A tag without its `>`, and one that ends in something like `/>`."""
    written = document.source.masked[tag.start : tag.open_end]
    start, name = tag.start, tag.name
    if not written.endswith(">"):
        body = written.rstrip()
        end = start + len(body)
        for closer in (">",) if body.endswith("/") else (">", "/>"):
            missing = f"missing '{closer}' of <{name}>"
            yield slip(missing, tag.name_span, f"Insert '{closer}'", insertion(end, closer))
        closing = _END_TAG.match(document.source.masked, tag.open_end)
        if closing and name.startswith(closing[1]) and name != closing[1]:
            at = tag.name_span.start + len(closing[1])
            yield slip(f"missing '>' of <{closing[1]}>", tag.name_span, "Insert '>'", insertion(at, ">"))
    else:
        tail = written[len(written[:-1].rstrip(_TAIL)) :].strip()
        if tail not in (">", "/>"):
            closer = "/>" if "/" in tail or "\\" in tail else ">"
            span = Span(tag.open_end - len(tail), tag.open_end)
            yield slip(f"'{tail}' does not end a tag: expected {closer}", span, f"Write {closer}", (span, closer))


def _separated(document: Document, tag: Node) -> Iterator[SyntaxFault]:
    """Commas or semicolons between attributes."""
    start, region = _region(document, tag)
    found = [(Span(start + each.start(), start + each.end()), "") for each in _COMMAS.finditer(region)]
    if found:
        mark = document.source.excerpt(found[0][0])
        yield slip(f"unexpected {mark} between the attributes of <{tag.name}>", found[0][0], f"Remove {mark}", *found)


def _quotes(document: Document, tag: Node) -> Iterator[SyntaxFault]:
    """A quote that is missing, of the wrong kind, or too many."""
    start, region = _region(document, tag)
    for each in _UNLIKE.finditer(region):
        span = Span(start + each.start(3), start + each.end(3))
        message = f"the value of '{each[1]}' begins with {each[2]} and ends with {each[3]}"
        yield slip(message, Span(start + each.start(1), span.end), f"Write {each[2]}", (span, each[2]))
    for each in _UNCLOSED.finditer(region):
        if region[each.end() : each.end() + 1] != each[2]:
            yield _missing_quote("closing", each, start, start + each.end())
    for each in _UNOPENED.finditer(region):
        yield _missing_quote("opening", each, start, start + each.end())
    for each in _BEHIND.finditer(region):
        span = Span(start + each.start(3), start + each.end())
        message = f"the closing {each[2]} of '{each[1]}' is behind the {each[3]}"
        yield slip(message, span, f"Write {each[2]}{each[3]}", (span, each[2] + each[3]))
    for each in _DOUBLED.finditer(region):
        span, quote = Span(start + each.end() - 1, start + each.end()), each[2] or each[4]
        yield slip(f"the value of '{each[1]}' has a {quote} too many", span, f"Remove the {quote}", (span, ""))


def _missing_quote(which: str, found: re.Match[str], start: int, at: int) -> SyntaxFault:
    name = Span(start + found.start(1), start + found.end(1))
    return slip(f"missing {which} {found[2]} of '{found[1]}'", name, f"Insert {found[2]}", insertion(at, found[2]))


def _equals(document: Document, tag: Node) -> Iterator[SyntaxFault]:
    """An attribute without its `=`, with a colon in its place, or with two."""
    start, region = _region(document, tag)
    for each in _NO_EQUALS.finditer(region):
        name = each[1].rstrip(":")
        span = Span(start + each.start(1), start + each.start(1) + len(name))
        message = f"missing = after '{name}'"
        yield slip(message, span, "Write =", (Span(span.end, start + each.end()), "="))
    for each in _EQUALS_EARLY.finditer(region):
        span = Span(start + each.end(1), start + each.end())
        message = f"missing = after '{each[1]}{each[2]}'"
        yield slip(message, Span(start + each.start(1), span.end), "Move the =", (span, f"{each[2]}="))
        span = Span(start + each.start(2), start + each.end(3))
        yield slip(f"'{each[2]}' before {each[3]}", span, f"Write {each[3]}{each[2]}", (span, each[3] + each[2]))
    for each in _EQUALS_TWICE.finditer(region):
        span = Span(start + each.start(2), start + each.end(2))
        yield slip(f"'{each[1]}' has an = too many", span, "Remove one =", (span, ""))


def _joined(document: Document, tag: Node) -> Iterator[SyntaxFault]:
    """An element's name without a space before its first attribute."""
    end = tag.name_span.end
    if document.source.masked[end : end + 1] != "=":
        return
    for length in range(len(tag.name) - 1, 0, -1):
        at = tag.name_span.start + length
        message = f"missing space between '{tag.name[:length]}' and '{tag.name[length:]}'"
        yield slip(message, tag.name_span, "Insert a space", insertion(at, " "))


_FINDERS: tuple[Callable[[Document, Node], Iterator[SyntaxFault]], ...] = (
    _unfinished,
    _separated,
    _quotes,
    _equals,
    _joined,
)
