"""The position of a key or array item in a JSON document, which Python's parser does not report.

The parser has read the document before, so it is known to be valid. This module is loaded only to report a place.
"""

import re
from json import JSONDecoder

from vnetlint.files.tomlplaces import KeyPosition, Keys

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder(strict=False)


def position(text: str, path: Keys) -> KeyPosition | None:
    """Return the position of a key or array item, or that of the nearest value around it that is in the document."""
    at = _skip(text, 0)
    if at >= len(text):
        return None
    found = inside = at
    for step in path:
        below = _member(text, inside, step) if isinstance(step, str) else _item(text, inside, step)
        if below is None:
            break
        found, inside = below
    line = text.count("\n", 0, found) + 1
    return KeyPosition(line, found - text.rfind("\n", 0, found))


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _member(text: str, at: int, key: str) -> tuple[int, int] | None:
    """Return the offsets of a key and its value in the object at an offset. Of equal keys the last one counts."""
    found = None
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        value = _skip(text, _skip(text, end) + 1)
        if name == key:
            found = at, value
        at = _after(text, value)
    return found


def _item(text: str, at: int, index: int) -> tuple[int, int] | None:
    """Return the offset of an item in the array at an offset, twice: as its place and as that of its value."""
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(index):
        if text[at] == "]":
            return None
        at = _after(text, at)
    return None if text[at] == "]" else (at, at)


def _after(text: str, at: int) -> int:
    """Return the offset after the value at an offset and the comma that follows it."""
    at = _skip(text, _DECODER.raw_decode(text, at)[1])
    return _skip(text, at + 1) if text[at] == "," else at
