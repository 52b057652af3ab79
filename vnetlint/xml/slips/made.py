"""A slip as it is described: what is wrong, where, and the edit that undoes it."""

import re

from vnetlint.finding import Span
from vnetlint.xml.syntaxfix import SyntaxFix
from vnetlint.xml.wellformed import SyntaxFault

REGION = 2_000
"""Characters of a tag, or of a line before it, that are looked at: it is longer only if something is missing."""

_REST = re.compile(r"[ \t]*+(?:\r\n|[\r\n]|\Z)")


def slip(message: str, span: Span, title: str, *edits: tuple[Span, str]) -> SyntaxFault:
    """Return a fault with its fix."""
    return SyntaxFault(message, span, fix=SyntaxFix(title, edits))


def insertion(at: int, text: str) -> tuple[Span, str]:
    """Return the edit that inserts a text."""
    return Span(at, at), text


def indent(text: str, at: int) -> str | None:
    """Return the blanks before a place, if nothing else is before it on its line."""
    first = max(at - REGION, 0)
    blanks = text[max(text.rfind("\n", first, at), text.rfind("\r", first, at), first - 1) + 1 : at]
    return None if blanks.strip(" \t") else blanks


def with_line(text: str, span: Span) -> Span:
    """Return a place with its line, if nothing else is on that."""
    blanks = indent(text, span.start)
    end = _REST.match(text, span.end)
    return Span(span.start - len(blanks), end.end()) if blanks is not None and end else span
