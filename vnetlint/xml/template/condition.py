"""Conditions of a template's branches, as far as needed to know which branches can be printed together.

`mode == 'nat'` and `mode == 'route'` exclude each other, `x is defined` follows from `x == 'a'`, and the same words
mean the same. A condition that is not understood may be true or false. An operand is its text: nothing is evaluated.

    mode is defined and mode != 'bridge'  ->  And(Test('mode', DEFINED), Not(Equals('mode', 'bridge')))
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from vnetlint.dataclass import dataclass

UNDEFINED = "\0undefined"
FALSE = "\0false"
OTHER = "\0other"
"""The values of an operand besides the literals that it is compared with: absent, false or empty, anything else."""

_FALSE = frozenset((UNDEFINED, FALSE, "", "0", "false", "False", "nil", "none", "None"))

Values = Mapping[str, str]
"""The value of each operand: a literal as written, or one of the above."""


@dataclass(frozen=True, slots=True)
class Equals:
    """An operand is one of some literals."""

    operand: str
    literals: tuple[str, ...]

    def holds(self, values: Values) -> bool:
        """Return whether it is met."""
        return values.get(self.operand, OTHER) in self.literals


@dataclass(frozen=True, slots=True)
class Defined:
    """An operand has a value, even if empty."""

    operand: str

    def holds(self, values: Values) -> bool:
        """Return whether it is met."""
        return values.get(self.operand, OTHER) != UNDEFINED


@dataclass(frozen=True, slots=True)
class Truth:
    """An operand counts as true."""

    operand: str

    def holds(self, values: Values) -> bool:
        """Return whether it is met."""
        return values.get(self.operand, OTHER) not in (
            UNDEFINED,
            FALSE,
            "",
            "0",
            "false",
            "False",
            "nil",
            "none",
            "None",
        )


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that is not met."""

    inner: "Condition"

    def holds(self, values: Values) -> bool:
        """Return whether it is met."""
        return not self.inner.holds(values)


@dataclass(frozen=True, slots=True)
class All:
    """Several conditions that are all met."""

    parts: "tuple[Condition, ...]"

    def holds(self, values: Values) -> bool:
        """Return whether it is met."""
        return all(each.holds(values) for each in self.parts)


@dataclass(frozen=True, slots=True)
class Some:
    """Several conditions of which at least one is met."""

    parts: "tuple[Condition, ...]"

    def holds(self, values: Values) -> bool:
        """Return whether it is met."""
        return any(each.holds(values) for each in self.parts)


Condition = Equals | Defined | Truth | Not | All | Some

_TOKEN = re.compile(
    r"""\s*+(?:(?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)|"""
    r"""(?P<op>===?|!==?|&&|\|\||!(?!=))|(?P<word>[A-Za-z_$.@][\w$.@?]*+)|(?P<number>-?\d[\d.]*+)|(?P<other>\S))"""
)
_WORDS = {"and": "and", "&&": "and", "or": "or", "||": "or", "not": "not", "!": "not"}
_NAME = re.compile(r"[\w$]+")
_MOST_TOKENS = 200


def parse_condition(text: str) -> Condition:
    """Return the condition in a text. One that is not understood is an operand of that text, true or false."""
    tokens = [(found.lastgroup or "", found.group().strip()) for found in _TOKEN.finditer(text[:4000])]
    if not tokens or len(tokens) > _MOST_TOKENS:
        return Truth(_normal(text))
    try:
        if tokens[0][1] in ("eq", "ne") or (tokens[0][1] in ("and", "or", "not") and _is_go(tokens)):
            return _Go(tokens).whole()
        return _Infix(tokens).whole()
    except _UnclearError:
        return Truth(_normal(text))


def domains_of(conditions: Iterable[Condition]) -> dict[str, tuple[str, ...]]:
    """Return the possible values of each operand of some conditions, first the one that makes most of them true."""
    literals: dict[str, dict[str, None]] = {}
    asked: dict[str, set[type]] = {}
    for condition in conditions:
        for leaf in _leaves(condition):
            asked.setdefault(leaf.operand, set()).add(type(leaf))
            known = literals.setdefault(leaf.operand, {})
            if isinstance(leaf, Equals):
                known.update(dict.fromkeys(leaf.literals))
    found = {}
    for operand, kinds in asked.items():
        both = (FALSE,) if {Defined, Truth} <= kinds else ()
        found[operand] = (*literals[operand], OTHER, *both, UNDEFINED)
    return found


def scoped(condition: Condition, names: frozenset[str], mark: str) -> Condition:
    """Return a condition with `mark` added to the operands that are items of a loop: `names`, or a dot as in Go."""
    match condition:
        case Not():
            return Not(scoped(condition.inner, names, mark))
        case All() | Some():
            return type(condition)(tuple(scoped(each, names, mark) for each in condition.parts))
    first = _NAME.match(condition.operand)
    if condition.operand.startswith(".") or (first and first.group() in names):
        return replace(condition, operand=condition.operand + mark)
    return condition


def _leaves(condition: Condition) -> Iterable[Equals | Defined | Truth]:
    match condition:
        case Not():
            yield from _leaves(condition.inner)
        case All() | Some():
            for part in condition.parts:
                yield from _leaves(part)
        case _:
            yield condition


def _normal(text: str) -> str:
    return " ".join(text.split())


def _is_go(tokens: list[tuple[str, str]]) -> bool:
    """Whether `and`, `or` or `not` comes before both its operands, as in Go."""
    return len(tokens) > 2 and tokens[0][1] != "not" and tokens[1][0] in ("word", "open")


class _UnclearError(Exception):
    """The condition has a form that is not read here."""


class _Infix:
    """Reads `a == 'x' and not (b or c is defined)`."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def whole(self) -> Condition:
        condition = self._either()
        if self.at != len(self.tokens):
            raise _UnclearError
        return condition

    def _word(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _either(self) -> Condition:
        parts = [self._both()]
        while _WORDS.get(self._word()) == "or":
            self.at += 1
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._one()]
        while _WORDS.get(self._word()) == "and":
            self.at += 1
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        if _WORDS.get(self._word()) == "not":
            self.at += 1
            return Not(self._one())
        if self._word() == "defined?":
            self.at += 1
            return Defined(self._operand())
        if self._word() == "(" and (inner := self._parenthesised()) is not None:
            return inner
        return self._comparison(self._operand())

    def _parenthesised(self) -> Condition | None:
        start = self.at
        self.at += 1
        try:
            inner = self._either()
        except _UnclearError:
            inner = None
        if inner is not None and self._word() == ")":
            self.at += 1
            following = self._word()
            if not following or following in (")", *_WORDS):
                return inner
        self.at = start
        return None

    def _comparison(self, operand: str) -> Condition:
        word = self._word()
        if word in ("==", "===", "!=", "!=="):
            self.at += 1
            equal = Equals(operand, (self._literal(),))
            return equal if word in ("==", "===") else Not(equal)
        if word == "is":
            self.at += 1
            negated = self._word() == "not"
            self.at += negated
            condition = self._test(operand, self._word())
            self.at += 1
            return Not(condition) if negated else condition
        if word == "in" or (word == "not" and self.tokens[self.at + 1 : self.at + 2] == [("word", "in")]):
            self.at += 2 if word == "not" else 1
            listed = self._word() in ("[", "(")
            among = Equals(operand, self._list()) if listed else Truth(f"{operand} in {self._operand()}")
            return Not(among) if word == "not" else among
        if not word or word in (")", *_WORDS):
            return Truth(operand)
        raise _UnclearError

    @staticmethod
    def _test(operand: str, name: str) -> Condition:
        match name:
            case "defined":
                return Defined(operand)
            case "undefined":
                return Not(Defined(operand))
            case "none":
                return Equals(operand, (UNDEFINED,))
        return Truth(f"{operand} is {name}")

    def _literal(self) -> str:
        if self.at >= len(self.tokens):
            raise _UnclearError
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return text[1:-1]
        if kind in ("number", "word"):
            return text
        raise _UnclearError

    def _list(self) -> tuple[str, ...]:
        self.at += 1
        found = []
        while self._word() not in ("]", ")"):
            found.append(self._literal())
            if self._word() == ",":
                self.at += 1
        self.at += 1
        return tuple(found)

    def _operand(self) -> str:
        """Return the text of an operand: words, calls, filters, subscripts, up to a comparison or a conjunction."""
        parts: list[str] = []
        depth = 0
        while self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            if kind == "close" and not depth:
                break
            if not depth and (kind == "op" or text in ("and", "or", "is", "in", "not")):
                break
            depth += (kind == "open") - (kind == "close")
            parts.append(text.replace('"', "'"))
            self.at += 1
        if not parts:
            raise _UnclearError
        return "".join(parts)


class _Go:
    """Reads `and .a (eq .b "x")`."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def whole(self) -> Condition:
        condition = self._call()
        if self.at != len(self.tokens):
            raise _UnclearError
        return condition

    def _call(self) -> Condition:
        kind, word = self._next()
        match word:
            case "eq" | "ne":
                operand = self._next()[1]
                literals = []
                while self.at < len(self.tokens) and self.tokens[self.at][0] in ("string", "number"):
                    kind, text = self._next()
                    literals.append(text[1:-1] if kind == "string" else text)
                if not literals:
                    raise _UnclearError
                equal = Equals(operand, tuple(literals))
                return equal if word == "eq" else Not(equal)
            case "not":
                return Not(self._argument())
            case "and" | "or":
                parts = []
                while self.at < len(self.tokens) and self.tokens[self.at][0] != "close":
                    parts.append(self._argument())
                return All(tuple(parts)) if word == "and" else Some(tuple(parts))
        if kind == "word":
            return Truth(word)
        raise _UnclearError

    def _argument(self) -> Condition:
        kind, word = self._next()
        if kind == "word":
            return Truth(word)
        if kind != "open":
            raise _UnclearError
        inner = self._call()
        if self._next()[0] != "close":
            raise _UnclearError
        return inner

    def _next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise _UnclearError
        self.at += 1
        return self.tokens[self.at - 1]
