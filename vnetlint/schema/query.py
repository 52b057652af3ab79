"""Queries on patterns for messages and completion: which names may come next, what is missing, which values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from vnetlint.schema.datatypes import Datatype
from vnetlint.schema.pattern import (
    WILD,
    AttributePattern,
    Choice,
    Data,
    ElementPattern,
    Group,
    Interleave,
    ListOf,
    NotAllowed,
    OneOrMore,
    Pattern,
    Text,
    Value,
    names_of,
)
from vnetlint.schema.shapes import describe_all, listed

VALUE = "#value"
"""Stands for a value among the names of what is missing."""


def walk(pattern: Pattern, enter: Callable[[Pattern], bool] = lambda _: True) -> Iterator[Pattern]:
    """The patterns in a pattern, each once."""
    seen: set[Pattern] = set()
    stack = [pattern]
    while stack:
        each = stack.pop()
        if each in seen or not enter(each):
            continue
        seen.add(each)
        yield each
        stack.extend(reversed(each.parts()))


@lru_cache(maxsize=4096)
def first_names(pattern: Pattern) -> tuple[str, ...]:
    """The names of the elements that may come next."""
    found: dict[str, None] = {}
    seen: set[Pattern] = set()
    stack = [pattern]
    while stack:
        each = stack.pop()
        if each in seen:
            continue
        seen.add(each)
        if isinstance(each, ElementPattern):
            found.update(dict.fromkeys(names_of(each.names)))
        elif isinstance(each, Group):
            stack.append(each.left)
            if each.left.nullable:
                stack.append(each.right)
        else:
            stack.extend(each.parts())
    found.pop(WILD, None)
    return tuple(found)


@lru_cache(maxsize=4096)
def attribute_names(pattern: Pattern) -> tuple[str, ...]:
    """The names of the attributes in a pattern."""
    found: dict[str, None] = {}
    for each in walk(pattern, lambda each: bool(each.attributes)):
        if isinstance(each, AttributePattern):
            found.update(dict.fromkeys(names_of(each.names)))
    found.pop(WILD, None)
    return tuple(found)


def elements_named(pattern: Pattern, name: str) -> tuple[ElementPattern, ...]:
    """The definitions of a name anywhere in a content."""
    return tuple(
        each
        for each in walk(pattern, lambda each: name in each.elements or WILD in each.elements)
        if isinstance(each, ElementPattern) and name in each.names
    )


def most(pattern: Pattern, name: str) -> int:
    """How often a content allows an element at most; 2 stands for more than once."""
    if name not in pattern.elements and WILD not in pattern.elements:
        return 0
    match pattern:
        case ElementPattern():
            return int(name in pattern.names)
        case Choice():
            return max((most(member, name) for member in pattern.with_element(name)), default=0)
        case OneOrMore():
            return 2 * min(most(pattern.inner, name), 1)
    return min(sum(most(part, name) for part in pattern.parts()), 2)


@lru_cache(maxsize=4096)
def is_optional(pattern: Pattern, name: str, is_attribute: bool) -> bool:
    """Whether what a content allows stays allowed without an element, or an attribute, of a name.

    That is certain if each place for it is a choice between it and nothing. False means that it is not certain.
    """
    names = pattern.attributes if is_attribute else pattern.elements
    if name not in names:
        return WILD not in names or (not is_attribute and not elements_named(pattern, name))
    if isinstance(pattern, ElementPattern | AttributePattern):
        return False
    if not isinstance(pattern, Choice):
        return all(is_optional(each, name, is_attribute) for each in pattern.parts())
    return all(pattern.nullable if _is_one(each) else is_optional(each, name, is_attribute) for each in pattern.members)


def _is_one(pattern: Pattern) -> bool:
    """Whether a pattern is an element or attribute, once or more."""
    return isinstance(pattern.inner if isinstance(pattern, OneOrMore) else pattern, ElementPattern | AttributePattern)


def needs_of(pattern: Pattern) -> tuple[frozenset[str], ...] | None:
    """What is missing for a content to be complete: one name of each set. None if nothing can complete it."""
    if pattern.nullable:
        return ()
    match pattern:
        case ElementPattern():
            return (names_of(pattern.names),)
        case NotAllowed():
            return None
        case Choice():
            found = [needs for member in pattern.members if (needs := needs_of(member)) is not None]
            if not found:
                return None
            least = min(len(needs) for needs in found)
            if least == 1:
                return (frozenset().union(*(needs[0] for needs in found if len(needs) == 1)),)
            return next(needs for needs in found if len(needs) == least)
        case Group() | Interleave():
            left, right = needs_of(pattern.left), needs_of(pattern.right)
            return None if left is None or right is None else left + right
        case OneOrMore():
            return needs_of(pattern.inner)
    return (frozenset((VALUE,)),)


def enumerated(content: Pattern) -> bool:
    """Whether a value is one of a list and nothing else."""
    return isinstance(content, Value) or (
        isinstance(content, Choice) and all(isinstance(member, Value) for member in content.members)
    )


def values_of(contents: Iterable[Pattern]) -> tuple[list[str], str]:
    """The values that are listed, and in words what else a value may be."""
    values: dict[str, None] = {}
    words: dict[str, None] = {}
    for content in contents:
        types: list[Datatype] = []
        for each in walk(content):
            match each:
                case Value():
                    values[each.value] = None
                case Data():
                    types.append(each.type)
                case ListOf():
                    inner, wanted = values_of([each.inner])
                    members = wanted or listed(f"'{value}'" for value in inner[:6])
                    words[f"a list of {members}"] = None
                case Text():
                    words["text"] = None
        words.update(dict.fromkeys(describe_all(types)))
    return list(values), listed(words)
