"""Text from untrusted files, made safe for a terminal: it cannot move the cursor or change a colour."""

import unicodedata
from typing import Literal

Colour = Literal["red", "yellow", "blue", "green", "cyan", "bold", "dim"]

_CODES: dict[Colour, str] = {
    "red": "1;31", "yellow": "1;33", "blue": "1;34", "green": "32", "cyan": "36", "bold": "1", "dim": "2",
}  # fmt: skip
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""The characters that change the reading direction."""
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_PICTURES |= dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029, *_TURNING), "\ufffd")
_LAID_OUT = {code: picture for code, picture in _PICTURES.items() if chr(code) not in "\t\r\n"}


def clean(text: str) -> str:
    """Return a text in which visible characters replace control characters and those that change the direction."""
    return text if text.isprintable() else text.translate(_PICTURES)


def clean_lines(text: str) -> str:
    """Return the same as `clean`, but keep tabs and line ends."""
    return text if text.isprintable() else text.translate(_LAID_OUT)


def paint(text: str, colour: Colour, enabled: bool) -> str:
    """Return a text with the codes of a colour, if colours are enabled."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if enabled and text else text


def width(text: str) -> int:
    """Return the number of columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)
