"""The same document written as other people write it: what a rule finds and fixes must not depend on that."""

import re
from collections.abc import Callable

from vnetlint.xml.scan import TokenKind, scan

Variant = Callable[[bytes], bytes]

_ATTRIBUTE = re.compile(r"""\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_COMMENT = "<!-- noted -->"


def crlf(data: bytes) -> bytes:
    """Return a file with CRLF as line ends."""
    return data.replace(b"\n", b"\r\n")


def carriage_returns(data: bytes) -> bytes:
    """Return a file with CR as line ends."""
    return data.replace(b"\n", b"\r")


def tabs(data: bytes) -> bytes:
    """Return a file that is indented with tabs."""
    return re.sub(rb"(?m)^(?:  )+", lambda match: b"\t" * (len(match.group()) // 2), data)


def other_quotes(data: bytes) -> bytes:
    """Return a file with the other quotes."""
    return data.replace(b"'", b"\0").replace(b'"', b"'").replace(b"\0", b'"')


def one_line(data: bytes) -> bytes:
    """Return a file on one line."""
    return re.sub(rb"\s*\n\s*", b"", data)


def attributes_one_per_line(data: bytes) -> bytes:
    """Return a file with each attribute on a line of its own."""
    return _each_tag(data, lambda tag: _ATTRIBUTE.sub(r"\n        \1=\2", tag))


def comments_between(data: bytes) -> bytes:
    """Return a file with a comment before each element."""
    return re.sub(rb"(?m)^([ ]+)(?=<)(?!</)", rb"\1" + _COMMENT.encode() + rb"\n\1", data)


def comments_behind(data: bytes) -> bytes:
    """Return a file with a comment behind each empty element."""
    return re.sub(rb"(?m)/>$", b"/> " + _COMMENT.encode(), data)


def not_ascii(data: bytes) -> bytes:
    """Return a file that begins with a comment of more UTF-16 units and bytes than characters."""
    return "<!-- Gäste-Netz 🖧 -->".encode() + data


def byte_order_mark(data: bytes) -> bytes:
    """Return a file with a byte order mark."""
    return b"\xef\xbb\xbf" + data


def utf16(data: bytes) -> bytes:
    """Return a file in UTF-16."""
    return data.decode().encode("utf-16")


def spaced_tags(data: bytes) -> bytes:
    """Return a file with a blank at the end of each empty element."""
    return _each_tag(data, lambda tag: tag.replace("/>", " />") if not tag.endswith(" />") else tag)


VARIANTS: dict[str, Variant] = {
    each.__name__: each
    for each in (
        crlf, carriage_returns, tabs, other_quotes, one_line, attributes_one_per_line, comments_between,
        comments_behind,
        not_ascii, byte_order_mark, utf16, spaced_tags,
    )
}  # fmt: skip


def _each_tag(data: bytes, change: Callable[[str], str]) -> bytes:
    text = data.decode()
    pieces = []
    for token in scan(text):
        piece = text[token.start : token.end]
        pieces.append(change(piece) if token.kind in (TokenKind.OPEN, TokenKind.EMPTY) else piece)
    return "".join(pieces).encode()
