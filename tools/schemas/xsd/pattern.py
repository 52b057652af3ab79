"""The patterns of a grammar as XSD needs them: each exists once, so equal patterns are the same object.

The matcher's own patterns (`vnetlint.schema.pattern`) do not serve here: they replace each reference by its
definition, and the names of definitions become the names of types here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True)
class Note:
    """What the grammar tells people about something."""

    text: str = ""
    since: str = ""


@dataclass(frozen=True, eq=False)
class Pattern:
    """One pattern. Only `make` makes them."""


@dataclass(frozen=True, eq=False)
class Empty(Pattern):
    """Nothing."""


@dataclass(frozen=True, eq=False)
class NotAllowed(Pattern):
    """What nothing satisfies."""


@dataclass(frozen=True, eq=False)
class Text(Pattern):
    """Any text."""


@dataclass(frozen=True, eq=False)
class Data(Pattern):
    """A value of a type with facets, except some values."""

    type: str
    facets: tuple[tuple[str, str], ...]
    but: Pattern | None


@dataclass(frozen=True, eq=False)
class Value(Pattern):
    """One value."""

    type: str
    value: str
    note: Note


@dataclass(frozen=True, eq=False)
class ListOf(Pattern):
    """Values separated by white space."""

    inner: Pattern


@dataclass(frozen=True)
class Wild:
    """A class of names: all of them or those of one namespace, except some names and some namespaces."""

    namespace: str | None
    but: tuple[str, ...] = ()
    but_namespaces: tuple[str, ...] = ()

    def covers(self, namespace: str) -> bool:
        """Whether names of a namespace are among these."""
        if self.namespace is not None:
            return self.namespace == namespace
        return namespace not in self.but_namespaces


@dataclass(frozen=True, eq=False)
class Attribute(Pattern):
    """An attribute."""

    name: str | Wild
    content: Pattern
    note: Note


@dataclass(frozen=True, eq=False)
class Element(Pattern):
    """An element. `path` is unique and names its type: its definition, or `definition.name` within one."""

    name: str | Wild
    body: Pattern
    note: Note
    path: str


@dataclass(frozen=True, eq=False)
class Many(Pattern):
    """All of these, in any order."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, eq=False)
class Choice(Pattern):
    """One of these."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, eq=False)
class Repeat(Pattern):
    """One or more of this."""

    inner: Pattern


@dataclass(frozen=True, eq=False)
class Ref(Pattern):
    """A definition, by its name."""

    name: str


P = TypeVar("P", bound=Pattern)
_made: dict[tuple[object, ...], Pattern] = {}


def make(kind: Callable[..., P], *arguments: object) -> P:
    """The only pattern of a kind with these arguments."""
    return _made.setdefault((kind, *arguments), kind(*arguments))  # type: ignore[return-value]


EMPTY = make(Empty)
NOT_ALLOWED = make(NotAllowed)
TEXT = make(Text)


def many(parts: Iterable[Pattern]) -> Pattern:
    """All of these."""
    flat: list[Pattern] = []
    for part in parts:
        flat += part.parts if isinstance(part, Many) else (part,)
    if NOT_ALLOWED in flat:
        return NOT_ALLOWED
    flat = [part for part in flat if part is not EMPTY]
    if not flat:
        return EMPTY
    return flat[0] if len(flat) == 1 else make(Many, tuple(flat))


def choice(parts: Iterable[Pattern]) -> Pattern:
    """One of these. What all of them have in common moves out: (a & x) | (b & x) is x & (a | b)."""
    flat: dict[Pattern, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, Choice) else (part,))
    flat.pop(NOT_ALLOWED, None)
    if not flat:
        return NOT_ALLOWED
    if len(flat) == 1:
        return next(iter(flat))
    if EMPTY in flat:
        rest = choice(part for part in flat if part is not EMPTY)
        return make(Choice, (*(rest.parts if isinstance(rest, Choice) else (rest,)), EMPTY))
    alternatives = [members(part) for part in flat]
    common = [part for part in alternatives[0] if all(part in other for other in alternatives[1:])]
    if common:
        own = choice(many(part for part in parts if part not in common) for parts in alternatives)
        return many([*common, own])
    return make(Choice, tuple(flat))


def optional(pattern: Pattern) -> Pattern:
    """Something or nothing."""
    return choice([pattern, EMPTY])


def members(pattern: Pattern) -> tuple[Pattern, ...]:
    """What is side by side in a pattern."""
    return pattern.parts if isinstance(pattern, Many) else (pattern,)


def alternatives(pattern: Pattern) -> tuple[Pattern, ...]:
    """What a pattern offers to choose from, except nothing at all."""
    parts = pattern.parts if isinstance(pattern, Choice) else (pattern,)
    return tuple(part for part in parts if part is not EMPTY)


def namespace_of(name: str) -> str:
    """The namespace of a qualified name; empty if it has none."""
    return name[1 : name.index("}")] if name.startswith("{") else ""


def is_foreign(name: str | Wild) -> bool:
    """Whether a name is of a namespace."""
    return isinstance(name, str) and name.startswith("{")
