"""The language of selectors: `interface where type = "network" and not network.mode in ["nat", "route"]`.

    selector  = kind ["where" condition]
    condition = all {"or" all}
    all       = one {"and" one}
    one       = "not" one | "(" condition ")" | "has" reference | reference test
    test      = ("=" | "!=" | "<" | "<=" | ">" | ">=" | "matches" | "within") value
              | "in" "[" value {"," value} "]"
    reference = [name {"." name} "."] (name | element)
    element   = ["/"] name {"/" name} ["/" "@" name] | "@" name          with at least one "/" or "@"

A name is one of the model, such as `network.mode`. An element is one of the XML, such as `source/@dev`; `/title` is a
child element. Every text is either parsed or an error with its place in it, and both are bounded.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

MAX_LENGTH = 2000
"""Characters of a selector."""
MAX_DEPTH = 32
"""How deeply parentheses and `not` may be nested."""
MAX_TESTS = 64
"""Comparisons in a selector."""
MAX_STEPS = 8
"""Names and elements in a reference."""

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "matches", "within", "in"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<text>"[^"\r\n]*"|'[^'\r\n]*')
    |(?P<number>\d+(?![\w-]))
    |(?P<word>[A-Za-z_/@][\w/@.-]*)
    |(?P<sign><=|>=|!=|[=<>()\[\],])""",
    re.VERBOSE | re.ASCII,
)
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_KEYWORDS = frozenset(("and", "has", "in", "matches", "not", "or", "where", "within"))
_SHOWN = 40


class LanguageError(ValueError):
    """A text is not of the language; `at` is the offset of what is wrong."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Reference:
    """What a selector asks of an element: names of the model, then elements and an attribute of the XML."""

    text: str
    names: tuple[str, ...]
    elements: tuple[str, ...] = ()
    attribute: str | None = None
    at: int = 0

    @property
    def is_xml(self) -> bool:
        """Whether it ends in the XML and not in a name of the model."""
        return bool(self.elements) or self.attribute is not None


@dataclass(frozen=True, slots=True)
class Existence:
    """`has reference`."""

    reference: Reference


@dataclass(frozen=True, slots=True)
class ValueTest:
    """`reference = value`; only `in` has several values."""

    reference: Reference
    operator: Operator
    values: tuple[str, ...]
    at: int
    """The offset of the first value."""


@dataclass(frozen=True, slots=True)
class Negation:
    """`not condition`."""

    condition: "SelectorCondition"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions of which all have to hold, or any."""

    word: Literal["and", "or"]
    conditions: "tuple[SelectorCondition, ...]"


SelectorCondition = Existence | ValueTest | Negation | Junction


@dataclass(frozen=True, slots=True)
class SelectorParts:
    """A kind of element, and the condition for those that are meant."""

    kind: str
    condition: SelectorCondition | None
    at: int = 0
    """The offset of the kind."""


def selector(text: str) -> SelectorParts:
    """Return a selector. Raises LanguageError if the text is not one."""
    parser = _Parser(text)
    kind, at = parser.name("a kind of element such as 'interface'")
    condition = parser.condition(0) if parser.takes("where") else None
    parser.end("'where'" if condition is None else "'and', 'or'")
    return SelectorParts(kind, condition, at)


def condition(text: str) -> SelectorCondition:
    """Return a condition, such as `has filter or isolated = "yes"`. Raises LanguageError if the text is not one."""
    parser = _Parser(text)
    found = parser.condition(0)
    parser.end("'and', 'or'")
    return found


def reference(text: str) -> Reference:
    """Return a reference, such as `network.mode` or `source/@dev`. Raises LanguageError if the text is not one."""
    parser = _Parser(text)
    found = parser.reference()
    parser.end("nothing more")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise LanguageError(f"longer than {MAX_LENGTH} characters", 0)
        self._tokens = _tokens(text)
        self._next = 0
        self._tests = 0

    @property
    def _token(self) -> tuple[str, str, int]:
        return self._tokens[self._next]

    def takes(self, *words: str) -> str:
        """Take the next token if it is one of these words or signs, and return it, else an empty text."""
        kind, text, _ = self._token
        if kind in ("word", "sign") and text in words:
            self._next += 1
            return text
        return ""

    def end(self, wanted: str) -> None:
        if self._token[0] != "end":
            raise self._unexpected(wanted)

    def name(self, wanted: str) -> tuple[str, int]:
        kind, text, at = self._token
        if kind != "word" or text in _KEYWORDS or not _NAME.fullmatch(text):
            raise self._unexpected(wanted)
        self._next += 1
        return text, at

    def condition(self, depth: int) -> SelectorCondition:
        return self._junction("or", lambda: self._junction("and", lambda: self._one(depth)))

    def _junction(self, word: Literal["and", "or"], part: Callable[[], SelectorCondition]) -> SelectorCondition:
        parts = [part()]
        while self.takes(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Junction(word, tuple(parts))

    def _one(self, depth: int) -> SelectorCondition:
        if depth > MAX_DEPTH:
            raise LanguageError(f"nested more than {MAX_DEPTH} deep", self._token[2])
        if self.takes("not"):
            return Negation(self._one(depth + 1))
        if self.takes("("):
            inner = self.condition(depth + 1)
            if not self.takes(")"):
                raise self._unexpected("')'")
            return inner
        self._tests += 1
        if self._tests > MAX_TESTS:
            raise LanguageError(f"more than {MAX_TESTS} comparisons", self._token[2])
        if self.takes("has"):
            return Existence(self.reference())
        return self._test(self.reference())

    def _test(self, of: Reference) -> SelectorCondition:
        found = self.takes(*get_args(Operator))
        for operator in get_args(Operator):
            if operator == found:
                at = self._token[2]
                values = self._values() if operator == "in" else (self._value(),)
                return ValueTest(of, operator, values, at)
        raise self._unexpected("a comparison such as '=', 'in', 'matches' or 'within'")

    def _values(self) -> tuple[str, ...]:
        if not self.takes("["):
            raise self._unexpected('a list such as ["nat", "route"]')
        found = [self._value()]
        while self.takes(","):
            found.append(self._value())
        if not self.takes("]"):
            raise self._unexpected("',' or ']'")
        return tuple(found)

    def _value(self) -> str:
        kind, text, _ = self._token
        if kind == "text":
            self._next += 1
            return text[1:-1]
        if kind == "number":
            self._next += 1
            return text
        raise self._unexpected("a value in quotes, or a number")

    def reference(self) -> Reference:
        kind, text, at = self._token
        if kind != "word" or text in _KEYWORDS:
            raise self._unexpected("a name such as 'type', or an attribute such as 'source/@dev'")
        self._next += 1
        # A dot separates names of the model; in what follows a slash or `@` it belongs to a name of the XML.
        cut = min((text.index(sign) for sign in "/@" if sign in text), default=len(text))
        *names, last = text[:cut].split(".")
        rest = last + text[cut:]
        steps = rest.removeprefix("/").split("/") if cut < len(text) else []
        attribute = steps.pop().removeprefix("@") if steps and steps[-1].startswith("@") else None
        names = names if cut < len(text) else [*names, last]
        parts = [*names, *steps, *([] if attribute is None else [attribute])]
        if len(parts) > MAX_STEPS:
            raise LanguageError(f"more than {MAX_STEPS} names in '{_short(text)}'", at)
        if not all(_NAME.fullmatch(each) for each in names) or not all(_XML_NAME.fullmatch(each) for each in parts):
            raise LanguageError(f"'{_short(text)}' is not a name such as 'network.mode' or 'source/@dev'", at)
        return Reference(text, tuple(names), tuple(steps), attribute, at)

    def _unexpected(self, wanted: str) -> LanguageError:
        kind, text, at = self._token
        found = "the end" if kind == "end" else f"'{_short(text)}'" if kind != "text" else _short(text)
        return LanguageError(f"unexpected {found}: expected {wanted}", at)


_XML_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def _tokens(text: str) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            quote = text[at] in "\"'"
            raise LanguageError("a quote is not closed" if quote else f"unexpected character {text[at]!r}", at)
        if token.lastgroup != "space":
            found.append((str(token.lastgroup), token.group(), at))
        at = token.end()
    return [*found, ("end", "", len(text))]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
