"""A piece of a file without its layout: pieces that differ only in blanks, quotes or attribute order are equal."""

import re
from collections.abc import Iterator

from vnetlint.xml.node import decode_references
from vnetlint.xml.scan import NAME, TokenKind, scan

_ATTRIBUTE = re.compile(rf"""({NAME})\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_LAYOUT = frozenset({TokenKind.COMMENT, TokenKind.INSTRUCTION, TokenKind.DOCTYPE})


def normal(text: str) -> str:
    """Return a piece of a file without its layout: a tag, a part of one, an element or a value.

    Comments are left out, unless the piece has nothing else.
    """
    return " ".join(filter(None, _parts(text))) or _words(text)


def _parts(text: str) -> Iterator[str]:
    for token in scan(text):
        if token.kind in _LAYOUT:
            continue
        piece = text[token.start : token.end]
        if token.kind is TokenKind.CLOSE:
            yield f"</{piece[2 : token.name_end - token.start]}>"
        elif token.kind in (TokenKind.OPEN, TokenKind.EMPTY):
            name = piece[1 : token.name_end - token.start]
            yield f"<{name} {_attributes(piece[len(name) + 1 :].removesuffix('>').removesuffix('/'))}>"
            if token.kind is TokenKind.EMPTY:
                yield f"</{name}>"
        else:
            # A piece may begin within a tag, such as `address='10.0.0.1' prefix='24'`.
            yield _attributes(piece)


def _attributes(text: str) -> str:
    """Return attributes in the order of their names, and what is between them, such as a template's statements."""
    found = [f'{name}="{_words(double or single)}"' for name, double, single in _ATTRIBUTE.findall(text)]
    return " ".join(filter(None, (_words(_ATTRIBUTE.sub(" ", text)), *sorted(found))))


def _words(text: str) -> str:
    return " ".join(decode_references(text).split())
