"""The place of a cursor in a text that is being typed, and the text without what is typed there.

The half-typed piece is cut out before the rest is parsed, because `<inter` or `type='br` would hide what follows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from vnetlint.finding import Span
from vnetlint.xml.scan import NAME, Token, TokenKind, scan
from vnetlint.xml.source import Source

TypedKind = Literal["content", "element", "rename", "close", "attribute", "value", "comment"]

_REST = re.compile(r"[\w.:-]*+")
_ATTRIBUTE = re.compile(rf"""({NAME})(?:\s*+=\s*+("[^"<]*+"|'[^'<]*+'))?+""")
"""A name, and the value if there is one: a name without one is passed over at once."""
_OPEN_VALUE = re.compile(rf"""({NAME})\s*+=\s*+(?:(["'])([^"'<]*+)|([^\s"'<>/=]*+))$""")
_NAMES = re.compile(rf"(?:[ \t\r\n]++{NAME})*+[ \t\r\n]*+")
"""Names of attributes without a value, each after white space."""
_VALUE_REST = re.compile(r"""[^"'<>\r\n=]*+(?=["'])""")
_BARE_REST = re.compile(r"""[^\s"'<>/=]*+""")
_FOLLOWS = re.compile(r"\s*+=")
_BLANK_END = re.compile(r"[ \t]*+/?>")
_START = re.compile(rf"<(/?)({NAME})?")
_LONGEST = 1000
"""The most characters of a value, or of a word, that are looked at before the cursor."""
_FAR = 4000
"""The most tokens that are read to find an end tag."""


@dataclass(frozen=True)
class TypedPlace:
    """What is typed at a cursor, and the text around it."""

    kind: TypedKind
    typed: Span
    """What an insertion replaces: the piece before the cursor, and the rest of it behind."""
    prefix: str
    """The part of `typed` before the cursor."""
    text: str
    """The text without the typed piece, with the tag around it closed."""
    at: int
    """The offset of the cursor in `text`; in a tag, that of its `<`."""
    attribute: str = ""
    quote: str = ""
    """The quote before a value; empty if it has to be inserted."""
    is_closed: bool = True
    """Whether the closing quote of a value is there."""
    has_value: bool = False
    """Whether the value of the attribute that is typed follows."""
    tag_end: Span | None = None
    """The `>` or `/>` of the tag around the cursor, if it is there."""


class _Tag(NamedTuple):
    token: Token
    name: str
    raw: str
    """The tag's text with its placeholders masked."""


def place_of(source: Source, offset: int) -> TypedPlace | None:
    """Return the place of an offset, or None if nothing can be completed there, as within a placeholder."""
    masked, text = source.masked, source.text
    before, after = max(offset - 1, 0), min(offset + 1, len(text))
    if masked is not text and masked[before:after] != text[before:after]:
        return None
    token = _token_at(masked, offset)
    place = _outside(masked, text, offset) if token is None else _within(masked, text, token, offset)
    if place is None or (masked is not text and masked[place.typed.start : place.typed.end] !=
                         text[place.typed.start : place.typed.end]):  # fmt: skip
        return None
    return place


def _token_at(masked: str, offset: int) -> Token | None:
    """The markup that a cursor is in, or None if it is between two pieces of it."""
    start = masked.rfind("<", 0, offset)
    for opener, closer in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
        begin = masked.rfind(opener, 0, offset)
        end = masked.find(closer, begin + len(opener)) if begin >= 0 else -1
        if end >= 0 and end + len(closer) > offset:
            start = min(start, begin)
    if start < 0:
        return None
    token = next(_tokens(masked, start))
    if token.kind is TokenKind.TEXT or token.end < offset:
        return None
    is_behind = token.end == offset and masked[token.start : token.end].endswith(">")
    return None if is_behind else token


def _within(masked: str, text: str, token: Token, offset: int) -> TypedPlace | None:
    start = token.start
    if token.kind is TokenKind.COMMENT or masked.startswith("<!--", start):
        is_inside = offset >= start + 4 and (token.kind is not TokenKind.COMMENT or offset <= token.end - 3)
        return _in_comment(text, start, offset) if is_inside else None
    opening = _START.match(masked, start)
    if opening is None or masked.startswith(("<!", "<?"), start):
        return None
    if offset <= opening.end():
        return _in_name(masked, text, token, offset)
    if token.kind is TokenKind.STRAY:
        return _outside(masked, text, offset)
    if opening[1]:
        return None
    return _in_tag(masked, text, _Tag(token, opening[2], masked[start : token.end]), offset)


def _outside(masked: str, text: str, offset: int) -> TypedPlace:
    start = _word_start(masked, offset)
    rest = _REST.match(masked, offset)
    end = rest.end() if rest else offset
    return TypedPlace("content", Span(start, end), text[start:offset], text[:start] + text[end:], start)


def _word_start(text: str, offset: int) -> int:
    """Where the word before a cursor starts."""
    least = max(offset - _LONGEST, 0)
    start = offset
    while start > least and (text[start - 1].isalnum() or text[start - 1] in "_.:-"):
        start -= 1
    return start


def _in_comment(text: str, start: int, offset: int) -> TypedPlace:
    begin = max(start + 4, _word_start(text, offset))
    rest = _REST.match(text, offset)
    end = rest.end() if rest else offset
    if text[offset:end].endswith("--"):
        # The end of the comment is not part of a rule's name.
        end = offset + len(text[offset:end].rstrip("-"))
    return TypedPlace("comment", Span(begin, end), text[start:offset], text, start)


def _in_name(masked: str, text: str, token: Token, offset: int) -> TypedPlace:
    """A place in the name of an element, or of an end tag."""
    start = token.start
    opening = _START.match(masked, start)
    assert opening is not None
    ends_tag = opening[1] and not opening[2] and offset == start + 1
    name_end = start + 1 if ends_tag else opening.end()
    after = masked[name_end : token.end] if token.kind is not TokenKind.STRAY else masked[name_end : name_end + 2]
    end = name_end
    if blank := _BLANK_END.match(after):
        end = name_end + blank.end()
    if opening[1] and not ends_tag:
        cut = text[:start] + text[end:]
        return TypedPlace("close", Span(start, end), text[start:offset], cut, start)
    has_parts = bool(after.strip().rstrip("/>").strip()) and token.kind is not TokenKind.STRAY
    ended = token.kind is not TokenKind.STRAY and after.endswith(">")
    close = _end_tag(masked, token.end, opening[2] or "") if ended and not after.endswith("/>") else None
    if has_parts or close is not None:
        cut_end = token.end if close is None else close
        cut = text[:start] + text[cut_end:]
        return TypedPlace("rename", Span(start + 1, name_end), text[start + 1 : offset], cut, start)
    return TypedPlace("element", Span(start, end), text[start:offset], text[:start] + text[end:], start)


def _in_tag(masked: str, text: str, tag: _Tag, offset: int) -> TypedPlace | None:
    """A place behind the name in a start tag: in an attribute's name or value, or between attributes."""
    start, name_end = tag.token.start, tag.token.start + 1 + len(tag.name)
    behind = name_end
    for each in _attributes(masked, name_end, offset):
        behind = each.end
    left = masked[behind:offset]
    value = _OPEN_VALUE.search(left[-_LONGEST:])
    if value is not None:
        return _in_value(masked, text, tag, offset, behind, value)
    begin = _word_start(masked, offset)
    before = masked[behind:begin] if begin >= behind else ""
    if not before or not before[-1].isspace() or _NAMES.fullmatch(before) is None:
        return None
    rest = _REST.match(masked, offset, tag.token.end)
    end = rest.end() if rest else offset
    has_value = end > begin and _FOLLOWS.match(masked, end, tag.token.end) is not None
    attributes = _attributes(masked, name_end, behind)
    skip = end
    if has_value and (own := _ATTRIBUTE.match(masked, begin, tag.token.end)) and own[2]:
        skip = own.end()
    attributes += _attributes(masked, skip, tag.token.end)
    return TypedPlace(
        "attribute", Span(begin, end), text[begin:offset], _with_tag(masked, text, tag, attributes), start,
        attribute=text[begin:end], has_value=has_value, tag_end=_tag_end(tag),
    )  # fmt: skip


def _in_value(masked: str, text: str, tag: _Tag, offset: int, behind: int, value: re.Match[str]) -> TypedPlace:
    name, quote = value[1], value[2] or ""
    prefix = value[3] if quote else value[4]
    begin = offset - len(prefix)
    closed = _VALUE_REST.match(masked, offset, tag.token.end) if quote else None
    if closed is not None and masked[closed.end()] == quote:
        end, is_closed = closed.end(), True
    else:
        rest = _BARE_REST.match(masked, offset, tag.token.end)
        end, is_closed = rest.end() if rest else offset, False
    name_end = tag.token.start + 1 + len(tag.name)
    attributes = _attributes(masked, name_end, behind)
    attributes += _attributes(masked, end + is_closed, tag.token.end)
    return TypedPlace(
        "value", Span(begin, end), text[begin:offset], _with_tag(masked, text, tag, attributes), tag.token.start,
        attribute=name, quote=quote, is_closed=is_closed, tag_end=_tag_end(tag),
    )  # fmt: skip


def _attributes(masked: str, start: int, end: int) -> list[Span]:
    """The attributes with a value."""
    return [Span(*each.span()) for each in _ATTRIBUTE.finditer(masked, start, end) if each[2]]


def _tag_end(tag: _Tag) -> Span | None:
    size = 2 if tag.raw.endswith("/>") else int(tag.raw.endswith(">"))
    return Span(tag.token.end - size, tag.token.end) if size else None


def _with_tag(masked: str, text: str, tag: _Tag, attributes: list[Span]) -> str:
    """Return the text with a tag that has these attributes only, and an end."""
    token = tag.token
    if tag.raw.endswith("/>"):
        end = "/>"
    elif tag.raw.endswith(">"):
        end = ">"
    else:
        end = "/>" if _end_tag(masked, token.end, tag.name) is None else ">"
    inside = "".join(f" {text[each.start : each.end]}" for each in attributes)
    return f"{text[: token.start]}<{tag.name}{inside}{end}{text[token.end :]}"


def _end_tag(masked: str, start: int, name: str) -> int | None:
    """Return the end of the end tag that closes an element whose start tag ends at `start`, or None."""
    depth = 0
    for count, token in enumerate(_tokens(masked, start)):
        if count > _FAR:
            return None
        if token.kind is TokenKind.OPEN:
            depth += 1
        elif token.kind is TokenKind.CLOSE:
            if depth == 0:
                return token.end if masked[token.start + 2 : token.name_end] == name else None
            depth -= 1
    return None


def _tokens(masked: str, start: int) -> Iterator[Token]:
    for token in scan(masked[start:]):
        named = token.name_end + start if token.name_end else 0
        yield Token(token.kind, token.start + start, token.end + start, named)
