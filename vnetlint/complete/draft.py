"""What is inserted for an element or attribute: the least that is complete, with holes for what a person decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from vnetlint.complete.usual import PARTS, usual_value
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import (
    AttributePattern,
    Choice,
    ElementPattern,
    Group,
    Interleave,
    NotAllowed,
    OneOrMore,
    Pattern,
    Value,
    names_of,
)
from vnetlint.schema.query import walk

Suggest = Callable[[str, tuple[Pattern, ...]], str]
"""Returns the value that fits a path such as `interface/source@network`, or an empty text."""

_DEPTH = 5
_HEAVY = 1000


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that a person may change: the suggested values, the first of which is the default."""

    values: tuple[str, ...] = ("",)
    is_fixed: bool = False
    path: str = ""
    """The path of a value for which there may be a suggestion."""
    contents: tuple[Pattern, ...] = ()

    def filled(self, suggest: Suggest) -> Hole:
        """Return the hole with what is suggested as its default."""
        first = suggest(self.path, self.contents) if self.path and not self.is_fixed else ""
        if not first:
            return self
        return Hole((first, *(each for each in self.values if each not in ("", first))))


@dataclass(frozen=True, slots=True)
class ElementDraft:
    """An element to insert."""

    name: str
    attributes: tuple[tuple[str, Hole], ...] = ()
    children: tuple[ElementDraft, ...] = ()
    text: Hole | None = None
    is_open: bool = False
    """Whether something belongs into it, so that it has an end tag."""

    def filled(self, suggest: Suggest) -> ElementDraft:
        """Return the draft with what is suggested as the defaults of its holes."""
        return replace(
            self,
            attributes=tuple((name, hole.filled(suggest)) for name, hole in self.attributes),
            children=tuple(child.filled(suggest) for child in self.children),
            text=self.text.filled(suggest) if self.text is not None else None,
        )


@dataclass(frozen=True, slots=True)
class _Least:
    attributes: tuple[tuple[str, Hole], ...] = ()
    children: tuple[ElementDraft, ...] = ()
    text: Hole | None = None
    cost: int = 0

    def beside(self, other: _Least) -> _Least:
        return _Least(
            self.attributes + other.attributes,
            self.children + other.children,
            self.text or other.text,
            self.cost + other.cost,
        )


class Drafter:
    """Makes drafts of the elements of one grammar."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self._made: dict[tuple[ElementPattern, str, str], ElementDraft] = {}

    def element(self, element: ElementPattern, name: str, parent: str) -> ElementDraft:
        """Return the draft of a definition in an element named `parent`."""
        key = (element, name, parent)
        if key not in self._made:
            self._made[key] = self._element(element, name, parent, _DEPTH)
        return self._made[key]

    def _element(self, element: ElementPattern, name: str, parent: str, depth: int) -> ElementDraft:
        path = f"{parent}/{name}" if parent else name
        content, usual = self._with_usual(self.grammar.content(element), path)
        least = self._least(content, path, depth)
        attributes = (*usual, *least.attributes)
        text = least.text
        if text is None and not content.elements and (content.takes_text or content.takes_data):
            text = self.hole(content, path)
        wants_more = bool(content.elements) and not attributes and not least.children
        return ElementDraft(name, attributes, least.children, text, wants_more and text is None)

    def _with_usual(self, content: Pattern, path: str) -> tuple[Pattern, list[tuple[str, Hole]]]:
        """Return what is left of a content after the attributes that are usual, and these."""
        algebra = self.grammar.algebra
        found: list[tuple[str, Hole]] = []
        for name in PARTS.get(path, ()):
            candidates = algebra.attributes(content, name)
            usual = usual_value(f"{path}@{name}")
            chosen = [each for each in candidates if usual and algebra.allows(each.content, usual)] or candidates
            left = algebra.after_attribute(content, name, frozenset(chosen))
            if chosen and left is not algebra.not_allowed:
                values = Hole((usual,), True) if len(chosen) < len(candidates) else None
                holes = [self.hole(each.content, f"{path}@{name}") for each in chosen]
                found.append((name, values or min(holes, key=lambda hole: not hole.values[0])))
                content = left
        return content, found

    def hole(self, content: Pattern, path: str) -> Hole:
        """Return the hole for a value."""
        return value_hole((content,), path)

    def _least(self, pattern: Pattern, path: str, depth: int) -> _Least:
        if pattern.nullable:
            return _Least()
        match pattern:
            case AttributePattern():
                name = local(pattern)
                return _Least(((name, self.hole(pattern.content, f"{path}@{name}")),), cost=2)
            case ElementPattern():
                if not depth:
                    return _Least(cost=_HEAVY)
                parent = path.rpartition("/")[2]
                inner = self._element(pattern, local(pattern), parent, depth - 1)
                return _Least(children=(inner,), cost=3 + len(inner.attributes) + 3 * len(inner.children))
            case Group() | Interleave():
                return self._least(pattern.left, path, depth).beside(self._least(pattern.right, path, depth))
            case OneOrMore():
                return self._least(pattern.inner, path, depth)
            case Choice() if not pattern.attributes and not pattern.elements:
                return _Least(text=self.hole(pattern, path), cost=1)
            case Choice():
                ways = [self._least(each, path, depth) for each in pattern.members]
                return min(ways, key=lambda way: (not _is_usual(way, path), way.cost))
            case NotAllowed():
                return _Least(cost=_HEAVY)
            case _:
                return _Least(text=self.hole(pattern, path), cost=1)


def value_hole(contents: tuple[Pattern, ...], path: str) -> Hole:
    """Return the hole for a value that follows one of some patterns, with the usual value of its path first."""
    values = dict.fromkeys(each.value for one in contents for each in walk(one) if isinstance(each, Value))
    if not values:
        return Hole(path=path, contents=contents)
    is_only = len(values) == 1 and all(isinstance(each, Value) for each in contents)
    usual = usual_value(path)
    first = (usual,) if usual in values else ()
    return Hole(tuple(dict.fromkeys((*first, *values))), is_only, path, contents)


@cache
def drafter_of(grammar: Grammar) -> Drafter:
    """Return the drafter of a grammar, which keeps what it has made."""
    return Drafter(grammar)


def local(pattern: ElementPattern | AttributePattern) -> str:
    """Return the name of a definition without its namespace."""
    return min(names_of(pattern.names)).rpartition("}")[2]


def _is_usual(way: _Least, path: str) -> bool:
    """Whether a way chooses the usual value of an attribute that decides between alternatives."""
    return any(hole.is_fixed and hole.values[0] == usual_value(f"{path}@{name}") for name, hole in way.attributes)
