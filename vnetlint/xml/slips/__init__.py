"""Slips that may have broken a document where its parser stopped: a lost bracket, quote or end tag, and one too many.

Each is a fault with a fix, the likeliest first, and none has been tried: `<dhpc>…</dhcp>` is well formed with either
name written twice. What the document would be without each of them tells which slip it was.
"""

from collections.abc import Iterator

from vnetlint.xml.node import Document
from vnetlint.xml.slips.endtag import of_end_tag, of_opening, of_pairs
from vnetlint.xml.slips.other import of_character, of_comment, of_declaration, of_name, of_root
from vnetlint.xml.slips.starttag import of_start_tag
from vnetlint.xml.wellformed import SyntaxFault

__all__ = ["slips", "strays"]

_LIKELY = (of_declaration, of_root, of_start_tag, of_opening, of_end_tag, of_pairs, of_comment)
_STRAYS = (of_character, of_name)


def slips(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield the slips that may explain why the parser stopped at a place of the file."""
    for kind in _LIKELY:
        yield from kind(document, at)


def strays(document: Document, at: int) -> Iterator[SyntaxFault]:
    """Yield what is too many if it explains more than the fault: the document has to follow its schema without it."""
    for kind in _STRAYS:
        yield from kind(document, at)
