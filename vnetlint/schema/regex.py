r"""The regular expressions of XML Schema: anchored, with character classes of their own, and matched in linear time.

A pattern is parsed to a small tree, and that is compiled

- to a Python expression, where backtracking cannot run away: at most one quantifier is open-ended, for one;
- else to an automaton whose states are made as they are met. It has no backtracking at all.

XML Schema differs from Python: `$` and `^` are plain characters, `.` does not match a carriage return,
`[a-z-[aeiou]]` subtracts, `\w` has no underscore, and `\i` and `\c` are the characters of XML names.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

Ranges = tuple[tuple[int, int], ...]
"""Code points as sorted, disjoint, closed ranges."""

_LAST = 0x10FFFF
_ANY: Ranges = ((0, _LAST),)
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
_MANY = 64
_LENGTH = 1e5
"""The length of text, in characters, that the cost of backtracking is computed for."""
_TOO_MANY = 1e8
_MAX_STATES = 5_000
_MANY_IN_SEARCH = 1e6
"""Ways to try at each place of a text in which a pattern is searched for: one quantifier is open-ended, for one."""
"""States of an automaton; a text takes a step through them for each character."""
_MAX_STEPS = 20_000


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


def _without(ranges: Ranges, removed: Ranges) -> Ranges:
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
    for code in range(_LAST + 1):
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
            ranges = _without(_ANY, _union(_category("P"), _category("Z"), _category("C")))
        case _:
            return None
    return _without(_ANY, ranges) if letter.isupper() else ranges


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
                return Set(_without(_ANY, ((10, 10), (13, 13))))
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
            return _without(_ANY, ranges) if char == "P" else ranges
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
                return _without(_without(_ANY, ranges) if negated else ranges, removed)
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
        return _without(_ANY, ranges) if negated else ranges


# -- to Python -----------------------------------------------------------------------------------------------------


def _to_python(part: Part) -> str:
    match part:
        case Set(ranges):
            return _python_class(ranges)
        case Sequence(parts):
            return "".join(_to_python(each) for each in parts)
        case Branches(parts):
            return f"(?:{'|'.join(_to_python(each) for each in parts)})"
        case Repeat(inner, least, most):
            body = _to_python(inner)
            return f"(?:{body}){{{least},{'' if most is None else most}}}"


def _python_class(ranges: Ranges) -> str:
    if not ranges:
        return "(?!)"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return re.escape(chr(ranges[0][0]))
    if ranges[-1][1] == _LAST:
        # Python compiles a negated set faster if the set is almost everything.
        others = _without(_ANY, ranges)
        return f"[^{_python_ranges(others)}]" if others else "(?s:.)"
    return f"[{_python_ranges(ranges)}]"


def _python_ranges(ranges: Ranges) -> str:
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


def _ways(part: Part) -> float:
    """The most ways in which Python may try a part on a text before it gives up.

    An open-ended quantifier of one character tries as many ways as the text has characters; one of anything that varies
    in length multiplies them without end.
    """
    match part:
        case Set():
            return 1
        case Sequence(parts):
            return math.prod(_ways(each) for each in parts)
        case Branches(parts):
            return sum(_ways(each) for each in parts)
        case Repeat(inner, least, most):
            ways = _ways(inner)
            if most is None:
                return _LENGTH if ways == 1 else math.inf
            return math.inf if ways > 1 and most > _MANY else ways**most * (most - least + 1)


def _states(part: Part) -> int:
    """The number of states of the automaton of a part."""
    match part:
        case Set():
            return 2
        case Sequence(parts) | Branches(parts):
            return 2 + sum(_states(each) for each in parts)
        case Repeat(inner, least, most):
            return 2 + _states(inner) * (least + 1 if most is None else most)


# -- to an automaton -----------------------------------------------------------------------------------------------


class _Automaton:
    """A machine with sets of states, made as they are met; one step a character, whatever the pattern."""

    def __init__(self, part: Part) -> None:
        self._moves: list[list[tuple[Ranges, int]]] = []
        self._free: list[list[int]] = []
        first, self._last = self._build(part)
        self._start = self._closure((first,))
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        states = self._start
        for char in text:
            key = (states, char)
            following = self._steps.get(key)
            if following is None:
                if len(self._steps) > _MAX_STEPS:
                    self._steps.clear()
                following = self._steps[key] = self._step(states, ord(char))
            if not following:
                return False
            states = following
        return self._last in states

    def _state(self) -> int:
        self._moves.append([])
        self._free.append([])
        return len(self._free) - 1

    def _build(self, part: Part) -> tuple[int, int]:
        start, end = self._state(), self._state()
        match part:
            case Set(ranges):
                self._moves[start].append((ranges, end))
            case Sequence(parts):
                at = start
                for each in parts:
                    first, last = self._build(each)
                    self._free[at].append(first)
                    at = last
                self._free[at].append(end)
            case Branches(parts):
                for each in parts:
                    first, last = self._build(each)
                    self._free[start].append(first)
                    self._free[last].append(end)
            case Repeat(inner, least, most):
                self._repeat(inner, least, most, start, end)
        return start, end

    def _repeat(self, inner: Part, least: int, most: int | None, start: int, end: int) -> None:
        at = start
        for _ in range(least):
            first, last = self._build(inner)
            self._free[at].append(first)
            at = last
        if most is None:
            first, last = self._build(inner)
            self._free[at] += (first, end)
            self._free[last] += (first, end)
            return
        for _ in range(most - least):
            first, last = self._build(inner)
            self._free[at] += (first, end)
            at = last
        self._free[at].append(end)

    def _closure(self, states: tuple[int, ...]) -> frozenset[int]:
        seen = set(states)
        stack = list(states)
        while stack:
            for state in self._free[stack.pop()]:
                if state not in seen:
                    seen.add(state)
                    stack.append(state)
        return frozenset(seen)

    def _step(self, states: frozenset[int], code: int) -> frozenset[int]:
        return self._closure(
            tuple(target for state in states for ranges, target in self._moves[state] if contains(ranges, code))
        )


# -- the two of them -----------------------------------------------------------------------------------------------


class Regex:
    """A pattern that can be asked whether a whole text follows it."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self.tree = _Parser(pattern).parse()
            self._plain = _ways(self.tree) <= _TOO_MANY
            size = 0 if self._plain else _states(self.tree)
        except RecursionError:
            raise RegexError("it is nested too deeply") from None
        if size > _MAX_STATES:
            raise RegexError("matching it would take too long: repetitions with bounds are nested")

    def matches(self, text: str) -> bool:
        """Whether all of `text` follows the pattern."""
        return self._match(text)

    @cached_property
    def example(self) -> str:
        """A short text that follows the pattern; it serves messages."""
        return _example(self.tree)

    @cached_property
    def _match(self) -> Callable[[str], bool]:
        if not self._plain:
            return _Automaton(self.tree).matches
        fullmatch = re.compile(_to_python(self.tree)).fullmatch
        return lambda text: fullmatch(text) is not None


def searcher(pattern: str) -> re.Pattern[str]:
    """Return a pattern for searching short texts. Raises RegexError if it is not one, or would take long."""
    try:
        tree = _Parser(pattern).parse()
        if _ways(tree) > _MANY_IN_SEARCH:
            raise RegexError("searching for it would take too long: use at most one + or *")
        found = re.compile(_to_python(tree))
    except RecursionError:
        raise RegexError("it is nested too deeply") from None
    if found.match(""):
        raise RegexError("it is found in an empty text")
    return found


@lru_cache(maxsize=1024)
def regex(pattern: str) -> Regex:
    """Return a compiled pattern, cached. Raises RegexError if it is not a regular expression of XML Schema."""
    return Regex(pattern)


def _example(part: Part) -> str:
    match part:
        case Set(ranges):
            return _typical(ranges)
        case Sequence(parts):
            return "".join(_example(each) for each in parts)
        case Branches(parts):
            return min((_example(each) for each in parts), key=len)
        case Repeat(inner, least, most):
            return _example(inner) * min(max(least, int(most != 0)) if least or most is None else 0, 64)


def _typical(ranges: Ranges) -> str:
    """A character of a set that looks like one of it."""
    for wished in "a1A0b2x/_-. ":
        if contains(ranges, ord(wished)):
            return wished
    return chr(ranges[0][0]) if ranges else ""
