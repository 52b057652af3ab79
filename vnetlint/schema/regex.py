r"""The regular expressions of XML Schema: anchored, with character classes of their own, and matched in linear time.

A pattern is parsed to a small tree, and that is compiled

- to a Python expression, where backtracking cannot run away: at most one quantifier is open-ended, for one;
- else to an automaton whose states are made as they are met. It has no backtracking at all.

XML Schema differs from Python: `$` and `^` are plain characters, `.` does not match a carriage return,
`[a-z-[aeiou]]` subtracts, `\w` has no underscore, and `\i` and `\c` are the characters of XML names.
"""

import math
import re
from collections.abc import Callable
from functools import lru_cache

from vnetlint.lazy import cached_property
from vnetlint.schema.regextree import (
    ANY,
    LAST_CODE,
    Branches,
    Part,
    Ranges,
    RegexError,
    Repeat,
    Sequence,
    Set,
    contains,
    parse,
    without,
)

_MANY = 64
_LENGTH = 1e5
"""The length of text, in characters, that the cost of backtracking is computed for."""
_TOO_MANY = 1e8
_MANY_IN_SEARCH = 1e6
"""Ways to try at each place of a text that is searched for a pattern: one quantifier may be open-ended."""
_MAX_STATES = 5_000
"""States of an automaton. Each character of a text takes a step through all of them."""
_FEW_STATES = 1_000
"""States of the automaton of a pattern that is not trusted."""
_MAX_STEPS = 20_000


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
    if ranges[-1][1] == LAST_CODE:
        # Python compiles a negated set faster if the set is almost everything.
        others = without(ANY, ranges)
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
            # The power of a large number would be too large for a float, or take forever as a whole number.
            is_endless = ways > 1 and (most > _MANY or (ways > _LENGTH and most > 1) or math.log2(ways) * most > _MANY)
            return math.inf if is_endless else ways**most * (most - least + 1)


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

    def __init__(self, pattern: str, most_ways: float = _TOO_MANY, most_states: int = _MAX_STATES) -> None:
        self.pattern = pattern
        try:
            self.tree = parse(pattern)
            self._plain = _ways(self.tree) <= most_ways
            size = 0 if self._plain else _states(self.tree)
        except RecursionError:
            raise RegexError("it is nested too deeply") from None
        if size > most_states:
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
        tree = parse(pattern)
        if _ways(tree) > _MANY_IN_SEARCH:
            raise RegexError("searching for it would take too long: use at most one + or *")
        found = re.compile(_to_python(tree))
    except RecursionError:
        raise RegexError("it is nested too deeply") from None
    if found.match(""):
        raise RegexError("it is found in an empty text")
    return found


@lru_cache(maxsize=256)
def bounded(pattern: str) -> Regex:
    """Return a pattern of somebody who is not trusted. Raises RegexError if it is not one, or would take long."""
    return Regex(pattern, most_ways=_LENGTH, most_states=_FEW_STATES)


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
