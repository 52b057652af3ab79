"""The syntax of XML Schema's regular expressions: a pattern as a tree, with sets of characters as its leaves."""

import re
import unicodedata
from functools import lru_cache

from vnetlint.dataclass import dataclass

Ranges = tuple[tuple[int, int], ...]
"""Code points as sorted, disjoint, closed ranges."""

LAST_CODE = 0x10FFFF
ANY: Ranges = ((0, LAST_CODE),)
_SPACE: Ranges = ((9, 10), (13, 13), (32, 32))
_NAME_START: Ranges = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D),
    (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_NAME_MORE: Ranges = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
_BLOCKS = {
    "BasicLatin": (0x0, 0x7F), "Latin-1Supplement": (0x80, 0xFF), "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F), "IPAExtensions": (0x250, 0x2AF), "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF), "Hebrew": (0x590, 0x5FF), "Arabic": (0x600, 0x6FF), "Thai": (0xE00, 0xE7F),
    "GeneralPunctuation": (0x2000, 0x206F), "Hiragana": (0x3040, 0x309F), "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF), "HangulSyllables": (0xAC00, 0xD7A3), "PrivateUse": (0xE000, 0xF8FF),
}  # fmt: skip
_ESCAPED = {"n": 10, "r": 13, "t": 9}


class RegexError(ValueError):
    """The pattern is not a regular expression of XML Schema."""


# -- sets of characters --------------------------------------------------------------------------------------------


def _union(*sets: Ranges) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(each for ranges in sets for each in ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def without(ranges: Ranges, removed: Ranges) -> Ranges:
    """Return the code points of one set that are not in another."""
    kept: list[tuple[int, int]] = []
    for low, high in ranges:
        for start, end in removed:
            if end < low or start > high:
                continue
            if start > low:
                kept.append((low, start - 1))
            low = end + 1
            if low > high:
                break
        if low <= high:
            kept.append((low, high))
    return tuple(kept)


def contains(ranges: Ranges, code: int) -> bool:
    """Whether a code point is in a set."""
    return any(low <= code <= high for low, high in ranges)


@lru_cache(maxsize=64)
def _category(name: str) -> Ranges:
    found: list[tuple[int, int]] = []
    for code in range(LAST_CODE + 1):
        if unicodedata.category(chr(code)).startswith(name):
            if found and found[-1][1] == code - 1:
                found[-1] = (found[-1][0], code)
            else:
                found.append((code, code))
    if not found:
        raise RegexError(f"\\p{{{name}}} is not a category of characters")
    return tuple(found)


def _class_escape(letter: str) -> Ranges | None:
    """The set of a multi-character escape, or None if there is no such escape."""
    match letter.lower():
        case "s":
            ranges = _SPACE
        case "i":
            ranges = _NAME_START
        case "c":
            ranges = _union(_NAME_START, _NAME_MORE)
        case "d":
            ranges = _category("Nd")
        case "w":
            ranges = without(ANY, _union(_category("P"), _category("Z"), _category("C")))
        case _:
            return None
    return without(ANY, ranges) if letter.isupper() else ranges


# -- the tree ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Set:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True)
class Sequence:
    """One part after another; without parts, the empty text."""

    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Branches:
    """Either of several."""

    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Repeat:
    """A part again and again; `most` is None if there is no limit."""

    part: "Part"
    least: int
    most: int | None


Part = Set | Sequence | Branches | Repeat


def parse(pattern: str) -> Part:
    """Return the tree of a pattern. Raises RegexError, or RecursionError if it is nested too deeply."""
    return _Parser(pattern).parse()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def parse(self) -> Part:
        part = self._branches()
        if self.at < len(self.pattern):
            raise self._error(f"'{self.pattern[self.at]}' closes nothing")
        return part

    def _error(self, why: str) -> RegexError:
        return RegexError(f"{why} (character {self.at + 1} of the pattern)")

    def _peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise self._error("the pattern ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def _branches(self) -> Part:
        branches = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Branches(tuple(branches))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while (char := self._peek()) and char not in "|)":
            parts.append(self._quantified(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, part: Part) -> Part:
        char = self._peek()
        if char and char in "?*+":
            self.at += 1
            return Repeat(part, int(char == "+"), 1 if char == "?" else None)
        if char != "{":
            return part
        found = re.compile(r"\{([0-9]{1,6})(?:(,)([0-9]{1,6})?)?\}").match(self.pattern, self.at)
        if found is None:
            raise self._error("a quantifier is {3}, {3,} or {3,5}")
        self.at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if most is not None and most < least:
            raise self._error(f"a part cannot occur at least {least} and at most {most} times")
        return Repeat(part, least, most)

    def _atom(self) -> Part:
        char = self._next()
        match char:
            case "(":
                part = self._branches()
                if self._peek() != ")":
                    raise self._error("a ( is never closed")
                self.at += 1
                return part
            case "[":
                return Set(self._class())
            case ".":
                return Set(without(ANY, ((10, 10), (13, 13))))
            case "\\":
                return Set(self._escape())
            case "?" | "*" | "+" | "{" | "}" | "]":
                self.at -= 1
                raise self._error(f"'{char}' needs a \\ in front of it here")
        return Set(((ord(char), ord(char)),))

    def _escape(self) -> Ranges:
        char = self._next()
        if (ranges := _class_escape(char)) is not None:
            return ranges
        if char in "pP":
            if self._next() != "{":
                raise self._error("\\p needs {…}")
            end = self.pattern.find("}", self.at)
            if end < 0:
                raise self._error("a \\p{ is never closed")
            name, self.at = self.pattern[self.at : end], end + 1
            if name.startswith("Is"):
                if name[2:] not in _BLOCKS:
                    raise self._error(f"the block '{name[2:]}' is not known")
                ranges = (_BLOCKS[name[2:]],)
            else:
                ranges = _category(name)
            return without(ANY, ranges) if char == "P" else ranges
        code = _ESCAPED.get(char, ord(char))
        if char.isalnum() and char not in _ESCAPED:
            raise self._error(f"\\{char} has no meaning")
        return ((code, code),)

    def _class(self) -> Ranges:
        negated = self._peek() == "^"
        self.at += negated
        ranges: Ranges = ()
        first = True
        while (char := self._next()) != "]" or first:
            first = False
            if char == "-" and self._peek() == "[":
                self.at += 1
                removed = self._class()
                if self._next() != "]":
                    raise self._error("a subtraction has to be last in its class")
                return without(without(ANY, ranges) if negated else ranges, removed)
            if char == "[":
                raise self._error("'[' needs a \\ in front of it here")
            low = self._escape() if char == "\\" else ((ord(char), ord(char)),)
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", "["):
                self.at += 1
                char = self._next()
                high = self._escape() if char == "\\" else ((ord(char), ord(char)),)
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or low[0][0] > high[0][0]:
                    raise self._error("the ends of a range are two characters, the lower one first")
                low = ((low[0][0], high[0][0]),)
            ranges = _union(ranges, low)
        return without(ANY, ranges) if negated else ranges
