"""A slip as it is described: what is wrong, where, and the edit that undoes it."""

from vnetlint.finding import Span
from vnetlint.xml.syntaxfix import SyntaxFix
from vnetlint.xml.wellformed import SyntaxFault

REGION = 2_000
"""Characters of a tag that are looked at: it is longer only if something is missing."""


def slip(message: str, span: Span, title: str, *edits: tuple[Span, str]) -> SyntaxFault:
    """Return a fault with its fix."""
    return SyntaxFault(message, span, fix=SyntaxFix(title, edits))


def insertion(at: int, text: str) -> tuple[Span, str]:
    """Return the edit that inserts a text."""
    return Span(at, at), text
