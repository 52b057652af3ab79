"""A grammar and what can be asked about its definitions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tools.schemas.xsd.pattern import (
    EMPTY,
    Attribute,
    Choice,
    Data,
    Empty,
    ListOf,
    Many,
    Pattern,
    Ref,
    Repeat,
    Text,
    Value,
    choice,
    make,
    many,
)
from tools.schemas.xsd.reading import Reader, XsdError


class Grammar:
    """The definitions of a `.rng`, with what is asked about them more than once."""

    def __init__(self, path: Path) -> None:
        source = Reader(path)
        self.start = source.start
        self.prefixes = source.prefixes
        self.names = source.paths | source.defined
        """The names that the grammar gives to types."""
        self._defines = source.defines
        self._attributes_only: dict[str, bool] = {}
        self._data_only: dict[str, bool] = {}
        self._expanded: dict[tuple[Pattern, bool], Pattern] = {}

    def define(self, name: str) -> Pattern:
        """The pattern of a definition."""
        if name not in self._defines:
            raise XsdError(f"{name} is not defined")
        return self._defines[name]

    def attributes_only(self, name: str) -> bool:
        """Whether a definition holds attributes and nothing else."""
        if name not in self._attributes_only:
            self._attributes_only[name] = False
            self._attributes_only[name] = self._only(self.define(name), (Attribute, Empty), self.attributes_only)
        return self._attributes_only[name]

    def data_only(self, name: str) -> bool:
        """Whether a definition is what an attribute may hold."""
        if name not in self._data_only:
            self._data_only[name] = False
            kinds = (Data, Value, Text, ListOf)
            self._data_only[name] = self._only(self.define(name), kinds, self.data_only)
        return self._data_only[name]

    def _only(self, pattern: Pattern, kinds: tuple[type[Pattern], ...], is_ref: Callable[[str], bool]) -> bool:
        if isinstance(pattern, Ref):
            return is_ref(pattern.name)
        if isinstance(pattern, Many | Choice):
            return all(part is EMPTY or self._only(part, kinds, is_ref) for part in pattern.parts)
        return isinstance(pattern, kinds)

    def expand(self, pattern: Pattern, *, deep: bool = False) -> Pattern:
        """A pattern without references, except those to values and, unless `deep`, those to attributes only."""
        key = (pattern, deep)
        if key not in self._expanded:
            self._expanded[key] = self._expand(pattern, deep)
        return self._expanded[key]

    def _expand(self, pattern: Pattern, deep: bool) -> Pattern:
        match pattern:
            case Ref(name) if self.data_only(name) or (not deep and self.attributes_only(name)):
                return pattern
            case Ref(name):
                return self.expand(self.define(name), deep=deep)
            case Many(parts):
                return many(self.expand(part, deep=deep) for part in parts)
            case Choice(parts):
                # What alternatives have in common shows only when all of them are expanded.
                return choice(self.expand(part, deep=deep) for part in parts)
            case Repeat(inner):
                return make(Repeat, self.expand(inner, deep=deep))
        return pattern
