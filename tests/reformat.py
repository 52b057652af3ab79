"""A file as another program would lay it out: indentation, quotes, the order of attributes and line ends.

Only what cannot change the meaning is changed. A line of a template or of a broken file keeps all but its indentation
and its end, because quotes in it may belong to a statement.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vnetlint.xml import wellformed
from vnetlint.xml.scan import NAME, Token, TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

_ATTRIBUTE = re.compile(rf"""\s++({NAME})\s*+=\s*+("[^"]*+"|'[^']*+')""")
_TAG = re.compile(rf"""<({NAME})((?:\s++{NAME}\s*+=\s*+(?:"[^"]*+"|'[^']*+'))*+)\s*+(/?)>""")
_BREAK = re.compile(r"\r\n?|\n")
_INDENT = re.compile(r"(?m)^[ \t]+(?=<[\w/])")
_ESCAPES = {'"': "&quot;", "'": "&apos;"}


@dataclass(frozen=True)
class Layout:
    """How a file is laid out."""

    indent: str | None = "  "
    """The indentation of a level; None puts everything on one line."""
    quote: str = "'"
    line_end: str = "\n"
    seed: int = 0
    """Decides the order of attributes; 0 is the file's own."""
    breaks: bool = False
    """Whether each attribute is on a line of its own."""


def reformatted(source: Source, layout: Layout) -> Source:
    """Return a file in another layout."""
    if source.is_template or _is_broken(source):
        lines = _BREAK.sub("\n", source.text)
        text = lines if layout.indent is None else _INDENT.sub(layout.indent, lines)
    else:
        text = _BREAK.sub("\n", "".join(_pieces(source.text, layout)))
    return source.with_text(text.replace("\n", layout.line_end))


def _is_broken(source: Source) -> bool:
    documents = parse(source)
    return not documents or any(wellformed.check(each) is not None for each in documents)


def _pieces(text: str, layout: Layout) -> Iterator[str]:
    tokens, random, depth = list(scan(text)), Random(layout.seed), 0
    for number, token in enumerate(tokens):
        piece = text[token.start : token.end]
        depth += token.kind is TokenKind.OPEN
        depth -= token.kind is TokenKind.CLOSE
        around = [each.kind for each in (*tokens[max(number - 1, 0) : number], *tokens[number + 1 : number + 2])]
        if token.kind in (TokenKind.OPEN, TokenKind.EMPTY):
            yield _tag(piece, layout, random)
        elif _is_layout(token, piece, around):
            following = TokenKind.TEXT if number + 1 == len(tokens) else tokens[number + 1].kind
            yield _blank(layout, depth - (following is TokenKind.CLOSE), TokenKind.COMMENT in around)
        else:
            yield piece


def _is_layout(token: Token, piece: str, around: list[TokenKind]) -> bool:
    """Whether a piece is a line break between elements, and no value of an element."""
    is_value = around == [TokenKind.OPEN, TokenKind.CLOSE] or TokenKind.CDATA in around
    return token.kind is TokenKind.TEXT and not piece.strip() and _BREAK.search(piece) is not None and not is_value


def _blank(layout: Layout, depth: int, by_comment: bool) -> str:
    if layout.indent is not None:
        return "\n" + layout.indent * depth
    # Which element a suppression covers depends on the line that it is in.
    return "\n" if by_comment else ""


def _tag(piece: str, layout: Layout, random: Random) -> str:
    found = _TAG.fullmatch(piece)
    if found is None:
        return piece
    name, attributes, end = found.groups()
    pairs = _ATTRIBUTE.findall(attributes)
    if layout.seed:
        random.shuffle(pairs)
    before = "\n\t\t" if layout.breaks else " "
    values = (f"{before}{key}={_quoted(value, layout.quote)}" for key, value in pairs)
    return f"<{name}{''.join(values)}{end}>"


def _quoted(value: str, quote: str) -> str:
    return f"{quote}{value[1:-1].replace(quote, _ESCAPES[quote])}{quote}"
