"""The text of an insertion, with its holes, as plain text or as a snippet of the protocol of editors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from vnetlint.complete.draft import ElementDraft, Hole

InsertPiece = str | Hole
"""A piece of text, or a hole."""

END = Hole(("",), True)
"""Where the cursor is at the end."""

_ESCAPED = re.compile(r"[\\$}]")
_ESCAPED_CHOICE = re.compile(r"[\\,|]")
_KEY = re.compile(r"\[\[([a-z-]+)\]\]")
_MARKUP = {"&": "&amp;", "<": "&lt;"}


def element_pieces(draft: ElementDraft, quote: str, unit: str) -> tuple[InsertPiece, ...]:
    """Return the pieces of an element without its first `<`; its lines but the first are indented from there."""
    return tuple(_merged(_element(draft, quote, unit, "")))


def _element(draft: ElementDraft, quote: str, unit: str, indent: str) -> Iterator[InsertPiece]:
    yield draft.name
    for name, hole in draft.attributes:
        yield from attribute_pieces(name, hole, quote)
    if draft.text is not None:
        yield ">"
        yield from _hole(draft.text, "")
        yield f"</{draft.name}>"
    elif draft.children or draft.is_open:
        inner = indent + unit
        yield ">"
        for child in draft.children:
            yield f"\n{inner}<"
            yield from _element(child, quote, unit, inner)
        if not draft.children:
            yield f"\n{inner}"
            yield END
        yield f"\n{indent}</{draft.name}>"
    else:
        yield "/>"


def attribute_pieces(name: str, hole: Hole, quote: str) -> Iterator[InsertPiece]:
    """Yield the pieces of an attribute with a space before it."""
    yield f" {name}={quote}"
    yield from _hole(hole, quote)
    yield quote


def _hole(hole: Hole, quote: str) -> Iterator[InsertPiece]:
    escaped = tuple(escape(each, quote) for each in hole.values)
    yield escaped[0] if hole.is_fixed else Hole(escaped)


def escape(value: str, quote: str) -> str:
    """Return a value as it is written in XML."""
    value = re.sub("[&<]", lambda match: _MARKUP[match.group()], value)
    return value.replace(quote, "&quot;" if quote == '"' else "&apos;") if quote else value


def from_template(text: str, holes: Mapping[str, str]) -> tuple[InsertPiece, ...]:
    """Return the pieces of a text in which `[[key]]` is a hole with the value of a key."""
    parts = _KEY.split(text)
    pieces: list[InsertPiece] = []
    for number, part in enumerate(parts):
        pieces.append(Hole((holes[part],)) if number % 2 else part)
    return tuple(_merged(pieces))


def _merged(pieces: Iterable[InsertPiece]) -> Iterator[InsertPiece]:
    """Yield pieces with neighbouring texts as one."""
    text = ""
    for each in pieces:
        if isinstance(each, str):
            text += each
            continue
        if text:
            yield text
        text = ""
        yield each
    if text:
        yield text


def indented(pieces: Iterable[InsertPiece], indent: str) -> Iterator[InsertPiece]:
    """Yield pieces with their line ends replaced by a line end and an indentation."""
    return (each.replace("\n", indent) if isinstance(each, str) else each for each in pieces)


def plain(pieces: Iterable[InsertPiece]) -> str:
    """Return the text with the default of each hole."""
    return "".join(each if isinstance(each, str) else each.values[0] for each in pieces)


def has_holes(pieces: Iterable[InsertPiece]) -> bool:
    """Whether there is something for a person to fill in."""
    return any(isinstance(each, Hole) for each in pieces)


def snippet(pieces: Iterable[InsertPiece]) -> str:
    """Return the text as a snippet: `${1:default}`, `${1|one,other|}` and `$0`."""
    written: list[str] = []
    number = 0
    for each in pieces:
        if isinstance(each, str):
            written.append(_ESCAPED.sub(r"\\\g<0>", each))
        elif each is END:
            written.append("$0")
        else:
            number += 1
            written.append(_placeholder(number, each.values))
    return "".join(written)


def _placeholder(number: int, values: tuple[str, ...]) -> str:
    if len(values) > 1:
        choices = ",".join(_ESCAPED_CHOICE.sub(r"\\\g<0>", each) for each in values)
        return f"${{{number}|{choices}|}}"
    default = _ESCAPED.sub(r"\\\g<0>", values[0])
    return f"${{{number}:{default}}}" if default else f"${number}"
