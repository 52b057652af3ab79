"""A lossless scanner: the tokens of any text, however broken, follow each other without gap and cover all of it.

Well-formed markup takes one regular expression per token, each possessive and therefore linear. A half-typed tag is a
token too: if it is never closed, it ends before the next `<` or behind the first `>`, so that `<source network='def`
costs its own element and no other.

    <ip address='10.0.0.1'/><!-- lan --></network>
    EMPTY                   COMMENT     CLOSE
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import NamedTuple

from vnetlint.lazy import pattern


class TokenKind(IntEnum):
    """What a token is."""

    TEXT = 0
    OPEN = 1
    EMPTY = 2
    CLOSE = 3
    COMMENT = 4
    INSTRUCTION = 5
    CDATA = 6
    DOCTYPE = 7
    STRAY = 8
    """Markup that is nothing else, such as a lone `<`."""


class Token(NamedTuple):
    """A piece of the text. `name_end` is the end of a tag's name, which starts behind `<` or `</`; else it is 0."""

    kind: TokenKind
    start: int
    end: int
    name_end: int


NAME = r"[^\x00-9;-@\[-^`{-\x7f][^\x00-,/;-@\[-^`{-\x7f]*+"
"""Letters, `_`, `:` and all beyond ASCII, then digits, `.` and `-` too. The negated sets compile faster."""

_TAG = pattern(rf"""<(/?)({NAME})((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
WHOLE = re.compile(
    rf"""<(?:({NAME})(?:\s++{NAME}\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+\s*+/?>|/({NAME})\s*+>|"""
    r"""(!--)(?:[^-]++|-(?!->))*+-->|(\?)(?:[^?]++|\?(?!>))*+\?>|(!\[CDATA\[)(?:[^\]]++|\](?!\]>))*+\]\]>|())"""
)
"""A start tag (its name is group 1), an end tag (2), a comment (3), an instruction (4), CDATA (5) or other markup (6).

Where a text has no group 6, these are the tokens that `scan` finds between the pieces of text, and each attribute is
whole.
"""
_BROKEN_TAG = pattern(rf"<(/?)({NAME})[^<>]*+>?")
_DOCTYPE = pattern(
    r"""<!DOCTYPE(?:[^"'<>\[]++|"[^"]*+"|'[^']*+')*+"""
    r"""(?:\[(?:[^"'\]<]++|"[^"]*+"|'[^']*+'|<!--(?:[^-]++|-(?!->))*+-->|<\?(?:[^?]++|\?(?!>))*+\?>|<(?!!--|\?))*+"""
    r"""\]\s*+)?>"""
)
_DELIMITED = (
    ("<!--", "-->", TokenKind.COMMENT),
    ("<![CDATA[", "]]>", TokenKind.CDATA),
    ("<?", "?>", TokenKind.INSTRUCTION),
)


def scan(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, which cover it without gap or overlap."""
    size, position = len(text), 0
    unclosed: set[str] = set()
    while position < size:
        start = text.find("<", position)
        if start != position:
            start = size if start < 0 else start
            yield Token(TokenKind.TEXT, position, start, 0)
            position = start
            continue
        made = token_at(text, position, unclosed)
        yield made
        position = made.end


def token_at(text: str, start: int, unclosed: set[str]) -> Token:
    """Return the token that begins with the `<` at a place. `unclosed` keeps which closers the rest does not have."""
    tag = _TAG.match(text, start)
    if tag is None:
        return _special(text, start, unclosed)
    if tag.group(1):
        return Token(TokenKind.CLOSE, start, tag.end(), tag.end(2))
    kind = TokenKind.EMPTY if text[tag.end() - 2] == "/" else TokenKind.OPEN
    return Token(kind, start, tag.end(), tag.end(2))


def _special(text: str, start: int, unclosed: set[str]) -> Token:
    """Return a token that is not a whole tag: comment, instruction, CDATA, document type, or something half typed."""
    for opener, closer, kind in _DELIMITED:
        if text.startswith(opener, start):
            # A closer is searched for once: a file full of openers must not be searched to its end for each.
            end = -1 if closer in unclosed else text.find(closer, start + len(opener))
            if end >= 0:
                return Token(kind, start, end + len(closer), 0)
            unclosed.add(closer)
            return _stray(text, start, unclosed)
    if text.startswith("<!DOCTYPE", start) and "DOCTYPE" not in unclosed:
        if doctype := _DOCTYPE.match(text, start):
            return Token(TokenKind.DOCTYPE, start, doctype.end(), 0)
        unclosed.add("DOCTYPE")
        return _stray(text, start, unclosed)
    if broken := _BROKEN_TAG.match(text, start):
        kind = (
            TokenKind.CLOSE if broken.group(1) else TokenKind.EMPTY if broken.group().endswith("/>") else TokenKind.OPEN
        )
        return Token(kind, start, broken.end(), broken.end(2))
    return _stray(text, start, unclosed)


def _stray(text: str, start: int, unclosed: set[str]) -> Token:
    """Return all up to the next possible markup as one token: ten million lone `<` must not be ten million tokens."""
    following = _markup(frozenset(unclosed)).search(text, start + 1)
    return Token(TokenKind.STRAY, start, following.start() if following else len(text), 0)


@cache
def _markup(unclosed: frozenset[str]) -> re.Pattern[str]:
    """Return the expression for the start of the next token, given the closers that the rest of the text lacks."""
    openers = [re.escape(opener) for opener, closer, _ in _DELIMITED if closer not in unclosed]
    if "DOCTYPE" not in unclosed:
        openers.append("!DOCTYPE")
    return re.compile("<(?:" + "|".join((rf"/?{NAME}", *(opener.removeprefix("<") for opener in openers))) + ")")
