"""XPath expressions of policies: a part of XPath 1.0 that reaches nothing outside and whose cost is known.

    selection  = path {"|" path}                     each from the root: /network/ip, //interface[filterref]
    path       = ["/" | "//"] step {("/" | "//") step}
    step       = ("." | ".." | "@" name | [axis "::"] name) {"[" condition "]"}
    condition  = comparison {("and" | "or") comparison}
    comparison = value [("=" | "!=" | "<" | "<=" | ">" | ">=") value]
    value      = text | number | function "(" ... ")" | "(" condition ")" | path

libxml2 evaluates an expression for as long as it takes, and lxml exposes no limit. So the parser here accepts only what
it can tell the cost of. Names are written as in the document: a prefix is part of a name, and `xmlns` is no attribute.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vnetlint.policy.language import LanguageError
from vnetlint.validation import suggestion

MAX_LENGTH = 1000
"""Characters of an expression."""
MAX_STEPS = 48
"""Steps of all paths of an expression."""
MAX_NESTED = 8
"""How deeply parentheses and predicates may be nested."""
MAX_SOUGHT = 64
"""Characters of a text that `contains` looks for; the time grows with them."""
MAX_WIDE = 1
"""How often an expression may look at the whole document for each of its elements."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_][\w.-]*(?::(?!:)(?:[A-Za-z_][\w.-]*|\*))?|\*)
    |(?P<sign>::|//|\.\.|!=|<=|>=|[/.@\[\](),|=<>])""",
    re.VERBOSE | re.ASCII,
)
_DOWN = ("child", "attribute", "self", "descendant", "descendant-or-self")
_UP = ("parent", "ancestor", "ancestor-or-self")
_SIDEWAYS = ("preceding-sibling", "following-sibling")
_AXES = (*_DOWN, *_UP, *_SIDEWAYS)
_TESTS = ("text", "node")
_FUNCTIONS = {
    "boolean": (1, 1), "contains": (2, 2), "count": (1, 1), "false": (0, 0), "last": (0, 0), "local-name": (0, 1),
    "name": (0, 1), "normalize-space": (0, 1), "not": (1, 1), "number": (0, 1), "position": (0, 0),
    "starts-with": (2, 2), "string": (0, 1), "string-length": (0, 1), "true": (0, 0),
}  # fmt: skip
"""The functions that may be called, with their least and most arguments."""
_OF_TEXT = frozenset(("contains", "normalize-space", "number", "starts-with", "string", "string-length"))
_COUNTING = frozenset(("count", "last", "position"))

_Kind = Literal["nodes", "values", "other"]
"""What an expression is: elements, attributes and texts (which are small), or no set of nodes."""


class _Cost(NamedTuple):
    """How often the whole document is visited for each element, and how often all that is in it."""

    wide: int = 0
    deep: int = 0

    def with_most(self, other: "_Cost") -> "_Cost":
        return _Cost(max(self.wide, other.wide), max(self.deep, other.deep))

    def plus(self, wide: int = 0, deep: int = 0) -> "_Cost":
        return _Cost(self.wide + wide, self.deep + deep)


class _Part(NamedTuple):
    kind: _Kind
    cost: _Cost
    is_number: bool = False
    is_inside: bool = True
    """Whether it is about what is in an element, and not about what is around it."""


@dataclass
class XPathExpression:
    """An expression, and what it takes to evaluate it."""

    text: str
    steps: int = 0
    cost: _Cost = _Cost()
    elements: set[str] = field(default_factory=set)
    """The names of elements in conditions; `*` is any."""
    attributes: set[str] = field(default_factory=set)
    """The names of attributes in conditions; `*` is any."""
    prefixes: set[str] = field(default_factory=set)
    is_local: bool = True
    """Whether only what is in an element decides if it is selected."""
    has_conditions: bool = False
    reads_text: bool = False

    def visits(self, elements: int, characters: int, depth: int) -> int:
        """Return at most how many nodes are visited in a document."""
        size = elements + (characters // 20 if self.reads_text else 0)
        return self.steps * int(size ** (1 + self.cost.wide) * depth**self.cost.deep)


def xpath(text: str) -> XPathExpression:
    """Return an expression that selects elements. Raises LanguageError, with the offset, if it is not one."""
    if len(text) > MAX_LENGTH:
        raise LanguageError(f"longer than {MAX_LENGTH} characters", 0)
    parser = _XPathParser(text)
    parser.selection()
    return parser.found


class _XPathParser:
    def __init__(self, text: str) -> None:
        self.found = XPathExpression(text)
        self._tokens = list(_tokens(text))
        self._next = 0
        self._nested = 0

    @property
    def _token(self) -> tuple[str, str, int]:
        return self._tokens[self._next]

    def _takes(self, *signs: str) -> str:
        kind, text, _ = self._token
        if kind in ("sign", "name") and text in signs:
            self._next += 1
            return text
        return ""

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise self._unexpected(f"'{sign}'")

    def _unexpected(self, wanted: str) -> LanguageError:
        kind, text, at = self._token
        found = "the end" if kind == "end" else text if kind == "text" else f"'{text[:40]}'"
        return LanguageError(f"unexpected {found}: expected {wanted}", at)

    def selection(self) -> None:
        cost = _Cost()
        while True:
            at = self._token[2]
            if self._token[1] not in ("/", "//"):
                raise self._unexpected("a path from the root, such as '//interface'")
            part = self._path(outermost=True)
            if part.kind != "nodes":
                raise LanguageError("selects values: expected elements; name the attribute in 'value' instead", at)
            cost = cost.with_most(part.cost)
            if not self._takes("|"):
                break
            cost = cost.with_most(_Cost(wide=1))
        if self._token[0] != "end":
            raise self._unexpected("'/', '[' or '|'")
        self.found.cost = cost
        if cost.wide > MAX_WIDE:
            text = "compares each element with all others more than once, which takes too long in a large file"
            raise LanguageError(text, 0)

    def _path(self, *, outermost: bool = False) -> _Part:
        """Parse a path: how wide it is, and what it ends in."""
        begin = self._takes("/", "//")
        wide, turned = bool(begin) and not outermost, bool(begin)
        if wide:
            self.found.is_local = False
        inner, descents, ascents = _Cost(), int(begin == "//"), 0
        while True:
            at = self._token[2]
            axis, kind, conditions, has_any = self._step(outermost)
            if axis in _SIDEWAYS or (turned and not outermost and axis not in (*_UP, "self", "attribute")):
                wide = True
            if axis in _UP or axis in _SIDEWAYS:
                turned = True
                self.found.is_local = False
                wide = wide or outermost
            descents += axis.startswith("descendant")
            ascents += axis.startswith("ancestor")
            inner = inner.with_most(conditions)
            following = self._takes("/", "//")
            if not following:
                break
            if has_any and outermost:
                self.found.is_local = False
            if kind == "values":
                raise LanguageError("nothing is in an attribute or a text", at)
            descents += following == "//"
        # libxml2 looks for each node that a second `//` finds among all that it has.
        wide = wide or descents > 1
        deep = 0 if outermost else int(descents > 0) + ascents
        return _Part(kind, inner.plus(int(wide), deep), is_inside=not turned)

    def _step(self, outermost: bool) -> tuple[str, _Kind, _Cost, bool]:
        """Parse a step: its axis, what it ends in, the cost of its conditions, and whether it has any."""
        self.found.steps += 1
        if self.found.steps > MAX_STEPS:
            raise LanguageError(f"more than {MAX_STEPS} steps", self._token[2])
        axis, kind = self._test(outermost)
        cost, has_any = _Cost(), False
        while self._takes("["):
            has_any = self.found.has_conditions = True
            with self._deeper():
                part = self._condition()
            if part.is_number:
                self.found.is_local = False
            cost = cost.with_most(part.cost)
            self._needs("]")
        return axis, kind, cost, has_any

    def _test(self, outermost: bool) -> tuple[str, _Kind]:
        sign = self._takes(".", "..", "@")
        if sign in (".", ".."):
            return "self" if sign == "." else "parent", "nodes"
        axis = "attribute" if sign else "child"
        _, text, at = self._token
        if not sign and self._tokens[self._next + 1 : self._next + 2] and self._tokens[self._next + 1][1] == "::":
            if text not in _AXES:
                raise LanguageError(f"unsupported axis '{text[:40]}'{suggestion(text, list(_AXES))}", at)
            axis = text
            self._next += 2
        name = self._name(axis)
        if name in _TESTS and self._takes("("):
            self._needs(")")
            self._notes("*", axis, outermost)
            return axis, "values" if name == "text" else "nodes"
        self._notes(name, axis, outermost)
        return axis, "values" if axis == "attribute" else "nodes"

    def _name(self, axis: str) -> str:
        kind, text, _ = self._token
        if kind != "name":
            raise self._unexpected("an attribute such as 'type'" if axis == "attribute" else "an element or '@'")
        self._next += 1
        if ":" in text:
            self.found.prefixes.add(text.partition(":")[0])
        return text

    def _notes(self, name: str, axis: str, outermost: bool) -> None:
        if not outermost:
            (self.found.attributes if axis == "attribute" else self.found.elements).add(
                "*" if name.endswith("*") else name
            )

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._nested += 1
        if self._nested > MAX_NESTED:
            raise LanguageError(f"nested more than {MAX_NESTED} deep", self._token[2])
        yield
        self._nested -= 1

    def _condition(self) -> _Part:
        part = self._comparison()
        while self._takes("and", "or"):
            part = _Part("other", part.cost.with_most(self._comparison().cost))
        return part

    def _comparison(self) -> _Part:
        one = self._value()
        if not self._takes("=", "!=", "<", "<=", ">", ">="):
            return one
        other = self._value()
        cost = _as_text(one).with_most(_as_text(other))
        self.found.reads_text |= "nodes" in (one.kind, other.kind)
        if "other" not in (one.kind, other.kind):
            # Each of one set is compared with each of the other.
            cost = _Cost(max(1, one.cost.wide + other.cost.wide), cost.deep)
        return _Part("other", cost)

    def _value(self) -> _Part:
        kind, text, at = self._token
        if kind in ("text", "number"):
            self._next += 1
            return _Part("other", _Cost(), is_number=kind == "number")
        if self._takes("("):
            with self._deeper():
                part = self._condition()
            self._needs(")")
            return part
        if kind == "name" and text not in _TESTS and self._tokens[self._next + 1][1] == "(":
            return self._call(text, at)
        part = self._path()
        while self._takes("|"):
            other = self._path()
            is_inside = part.is_inside and other.is_inside
            part = _Part("nodes", part.cost.with_most(other.cost).plus(wide=1), is_inside=is_inside)
        return part

    def _call(self, name: str, at: int) -> _Part:
        bounds = _FUNCTIONS.get(name)
        if bounds is None:
            raise LanguageError(f"unsupported function '{name[:40]}'{suggestion(name, list(_FUNCTIONS))}", at)
        self._next += 2
        parts: list[_Part] = []
        with self._deeper():
            while self._token[1] != ")":
                if len(parts) == 1 and name in ("contains", "starts-with"):
                    self._check_sought(name)
                parts.append(self._condition())
                if not self._takes(","):
                    break
        self._needs(")")
        if not bounds[0] <= len(parts) <= bounds[1]:
            wanted = "no argument" if bounds[1] == 0 else f"{bounds[1]} argument{'s' if bounds[1] > 1 else ''}"
            raise LanguageError(f"'{name}' takes {wanted}", at)
        self.found.is_local &= name not in _COUNTING or name == "count"
        if name in ("count", "name", "local-name") and parts and parts[0].kind == "other":
            raise LanguageError(f"'{name}' takes a path", at)
        self.found.reads_text |= name in _OF_TEXT
        if name in _OF_TEXT and not parts:
            self.found.elements.add("*")
        cost = _Cost(deep=int(name in _OF_TEXT and not parts))
        for each in parts:
            cost = cost.with_most(_as_text(each) if name in _OF_TEXT else each.cost)
        return _Part("other", cost, is_number=name in ("count", "last", "number", "position", "string-length"))

    def _check_sought(self, name: str) -> None:
        kind, text, at = self._token
        if kind != "text" or len(text) - 2 > MAX_SOUGHT:
            raise LanguageError(f"'{name}' looks for a text in quotes of at most {MAX_SOUGHT} characters", at)


def _as_text(part: _Part) -> _Cost:
    """Return the cost of a value as text: that of an element is all text in it."""
    return part.cost.plus(int(not part.is_inside and not part.cost.wide), 1) if part.kind == "nodes" else part.cost


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise LanguageError(_unknown(text[at]), at)
        if token.lastgroup != "space":
            yield str(token.lastgroup), token.group(), at
        at = token.end()
    yield "end", "", len(text)


def _unknown(sign: str) -> str:
    if sign in "\"'":
        return "a quote is not closed"
    if sign == "$":
        return "XPath has no variables here; write an option as {options.NAME}"
    return f"'{sign}' is not supported in XPath here" if sign in "+-" else f"unexpected character {sign!r}"
