"""Where a TOML or JSON text is at fault, if Python's parser refuses it without a position.

This module is loaded only to report a place. The text may be hostile, so each search goes through it once.
"""

import re

from vnetlint.files.tomlplaces import KeyPosition

_STRINGS = r'"(?:[^"\\\n]|\\.)*+"|\'[^\'\n]*+\''
_NESTING = re.compile(rf"{_STRINGS}|[\[{{}}\]]")
_NUMBER = re.compile(rf"{_STRINGS}|(\d[\d_]{{4300,}}|\b(?:NaN|Infinity)\b)")
_DEEP = 100


def place_of(text: str, offset: int) -> KeyPosition:
    """Return the line and column of an offset."""
    return KeyPosition(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def nested(text: str) -> KeyPosition:
    """Return the position where brackets are nested more deeply than anybody would write them, or the beginning."""
    depth = 0
    for found in _NESTING.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
        if depth > _DEEP:
            return place_of(text, found.start())
    return KeyPosition(1, 1)


def odd_number(text: str) -> KeyPosition:
    """Return the position of the first number that is too long to be converted or is none, or the beginning."""
    found = next((each for each in _NUMBER.finditer(text) if each[1]), None)
    return place_of(text, found.start()) if found else KeyPosition(1, 1)
