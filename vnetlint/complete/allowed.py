"""What may be inserted at a place so that a valid document stays valid: elements, attributes and values.

A candidate is tried on the patterns of the grammar: what follows the place must still be accepted behind it. If the
document is not valid there already, a candidate must not add a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from vnetlint.schema.attributes import missing_attributes, read_attributes, take_attributes
from vnetlint.schema.expect import PlaceReader
from vnetlint.schema.fault import Fault
from vnetlint.schema.pattern import (
    NO_NOTES,
    WILD,
    AttributePattern,
    ElementPattern,
    Notes,
    Pattern,
    Value,
    names_of,
)
from vnetlint.schema.query import attribute_names, elements_named, first_names, most, needs_of, walk
from vnetlint.schema.state import unchained
from vnetlint.xml.node import Node

Contents = tuple[Pattern, ...]
RequiredContent = tuple[tuple[tuple[str, Contents], ...], tuple[ElementPattern, ...]]
"""Attributes with what their values may be, and elements."""


@dataclass(frozen=True, slots=True)
class AllowedElement:
    """An element that may be inserted, by its definition."""

    name: str
    definition: ElementPattern
    is_required: bool


@dataclass(frozen=True, slots=True)
class AllowedAttribute:
    """An attribute that may be inserted, and the further attributes that it requires."""

    name: str
    contents: tuple[tuple[Pattern, tuple[ElementPattern, ...]], ...]
    """What its value may be, each with the elements that the element then requires."""
    notes: Notes
    is_required: bool
    requires: tuple[tuple[str, tuple[Pattern, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class AllowedValue:
    """A value that may be inserted."""

    value: str
    notes: Notes = NO_NOTES
    requires: RequiredContent = ((), ())
    """The further attributes and elements that the element then requires."""


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """The listed values of an attribute or element, and the patterns that a further value may follow."""

    values: tuple[AllowedValue, ...]
    contents: tuple[Pattern, ...]


class _Fit(NamedTuple):
    """What would come of a value: conflicts with the rest of the element, and what is missing then."""

    conflicts: int
    names: frozenset[str]
    """The further attributes that are required."""
    children: tuple[ElementPattern, ...]


class _Reading(NamedTuple):
    """One way to read an attribute, and what would come of it."""

    attribute: AttributePattern
    after: Pattern
    """What is left after it."""
    conflicts: int
    names: frozenset[str]
    children: tuple[ElementPattern, ...]


_NO_FIT = _Fit(1000, frozenset(), ())


class Chooser:
    """Answers for one document."""

    def __init__(self, reader: PlaceReader) -> None:
        self.reader = reader
        self.matcher = reader.matcher
        self.algebra = reader.grammar.algebra
        self.grammar = reader.grammar
        self._read_by: dict[Node, list[ElementPattern]] = {}

    def definitions(self, node: Node) -> list[ElementPattern]:
        """The definitions by which an element is read. The siblings before it are not read for that."""
        # From the root down, because a deep document must not recurse.
        for each in reversed([one for one in (node, *node.ancestors()) if one not in self._read_by]):
            self._read_by[each] = self.matcher.best(each, self._candidates(each))
        return self._read_by[node]

    def _candidates(self, node: Node) -> Sequence[ElementPattern]:
        name = self.reader.reader.namespaces.element(node)
        if node.parent is None or node is self.reader.root:
            found: Sequence[ElementPattern] = self.algebra.starts(self.grammar.start, name)
        else:
            parent = node.parent
            states = (
                state
                for each in self.definitions(parent)
                for state in take_attributes(self.reader.reader, parent, self.grammar.content(each))[0]
            )
            found = list(dict.fromkeys(each for state in states for each in elements_named(state.pattern, name)))
        return found or self.grammar.by_name.get(name, ())

    def _possible(self, node: Node) -> Sequence[ElementPattern]:
        """The definitions by which an element may be read once its tag is complete, given its siblings."""
        candidates = self._candidates(node)
        if len(candidates) < 2 or node.parent is None or node is self.reader.root:
            return candidates
        parent, name = node.parent, self.reader.reader.namespaces.element(node)
        number = parent.children.index(node)
        later = parent.children[number + 1 :]
        found: dict[ElementPattern, tuple[int, bool]] = {}
        known: dict[Pattern, tuple[int, bool]] = {}
        for definition in self.definitions(parent):
            for state in self.matcher.states_before(parent, definition, number)[:1]:
                for each in self.algebra.starts(state.pattern, name):
                    after = self.algebra.after_element(state.pattern, name, frozenset((each,)))
                    if after not in known:
                        known[after] = self._progress(after, later)
                    found[each] = max(known[after], found.get(each, (0, False)))
        most_read = max(found.values(), default=None)
        return [each for each in found if found[each] == most_read] or candidates

    # -- elements -------------------------------------------------------------------------------------------------

    def elements(self, parent: Node, at: int) -> list[AllowedElement]:
        """Return the elements that may be inserted between the children of an element, in the order of the format."""
        number = sum(child.start < at for child in parent.children)
        later = parent.children[number:]
        found: dict[str, AllowedElement] = {}
        order: list[str] = []
        required: list[set[str]] = []
        for definition in self.definitions(parent):
            content = self.grammar.content(definition)
            order += _in_order(content)
            states = self.matcher.states_before(parent, definition, number)
            least = min((state.cost for state in states), default=0)
            for pattern in dict.fromkeys(state.pattern for state in states if state.cost == least):
                required.append(_needed(pattern))
                for name, element in self._fitting(parent, content, pattern, later):
                    found.setdefault(name, AllowedElement(name, element, False))
        needed = _always(required)
        rank = {name: place for place, name in reversed(list(enumerate(order)))}
        ordered = sorted(found, key=lambda name: (name not in needed, rank.get(name, len(rank))))
        written = self.reader.reader.namespaces.written
        shown = ((written(parent, name), name) for name in ordered)
        # An element of a namespace that is not declared here would be another element.
        return [
            AllowedElement(each, found[name].definition, name in needed)
            for each, name in shown if ":" in each or not name.startswith("{")
        ]  # fmt: skip

    def _fitting(
        self, parent: Node, content: Pattern, pattern: Pattern, later: Sequence[Node]
    ) -> Iterator[tuple[str, ElementPattern]]:
        """The elements that may come next, such that what follows is as acceptable as without them."""
        without = self._progress(pattern, later)
        following = {self.reader.reader.namespaces.element(child) for child in later}
        for name in first_names(pattern):
            if without[0] < len(later) and name in following and most(content, name) == 1:
                continue
            for element in self.algebra.starts(pattern, name):
                after = self.algebra.after_element(pattern, name, frozenset((element,)))
                if after is pattern or self._progress(after, later) >= without:
                    yield name, element
                    break

    def _progress(self, pattern: Pattern, later: Sequence[Node]) -> tuple[int, bool]:
        """How many of the following children are accepted, and whether the content is complete after them."""
        algebra, name_of = self.algebra, self.reader.reader.namespaces.element
        for number, child in enumerate(later):
            name = name_of(child)
            candidates = algebra.starts(pattern, name)
            good = [each for each in candidates if not self.matcher.solve(child, each).cost]
            if not good:
                return number, False
            pattern = algebra.after_element(pattern, name, frozenset(good))
        return len(later), pattern.nullable

    def text(self, parent: Node) -> AllowedValues | None:
        """Return the values that an element may hold, or None if it holds none."""
        contents = [
            state.pattern
            for definition in self.definitions(parent)
            for state in self.matcher.states_before(parent, definition, 0)
        ]
        if parent.children or not any(each.takes_data or each.takes_text for each in contents):
            return None
        return AllowedValues(tuple(_values(contents)), tuple(contents))

    # -- attributes -----------------------------------------------------------------------------------------------

    def attributes(self, node: Node) -> list[AllowedAttribute]:
        """Return the attributes that a start tag may get, the required ones first, then in the order of the format."""
        found: dict[str, AllowedAttribute] = {}
        lefts = self._left(node)
        least = min((self._least(node, left).conflicts for left in lefts), default=0)
        missing = [_always(map(set, missing_attributes(self.algebra, left))) for left in lefts]
        required = _always(missing)
        for left, without in zip(lefts, missing, strict=True):
            for name in attribute_names(left):
                if name not in found and (each := self._attribute(node, left, name, least, without)):
                    found[name] = replace(each, is_required=name in required)
        return sorted(found.values(), key=lambda each: not each.is_required)

    def _attribute(
        self, node: Node, left: Pattern, name: str, least: int, missing: set[str]
    ) -> AllowedAttribute | None:
        """Return an attribute if it adds no conflict, with the further attributes and elements that it requires."""
        fits = [each for each in self._fits(node, left, name) if each.conflicts <= least]
        if not fits:
            return None
        best = min(each.conflicts for each in fits)
        fits = [each for each in fits if each.conflicts == best]
        names = fits[0].names - missing - {name}
        if names:
            # The value may decide which further attributes are required.
            fits = [each for each in fits if each.names == fits[0].names]
        after = self.algebra.after_attribute(left, name, frozenset(each.attribute for each in fits))
        requires = tuple(
            (self.reader.reader.namespaces.written(node, other),
             tuple(each.content for each in self.algebra.attributes(after, other)))
            for other in sorted(names)
        )  # fmt: skip
        notes = next((each.attribute.notes for each in fits if each.attribute.notes is not NO_NOTES), NO_NOTES)
        written = self.reader.reader.namespaces.written(node, name)
        contents = tuple((each.attribute.content, each.children) for each in fits)
        return AllowedAttribute(written, contents, notes, False, requires)

    def _fits(self, node: Node, left: Pattern, name: str) -> list[_Reading]:
        """What would come of each way to read an attribute."""
        found: list[_Reading] = []
        for each in self.algebra.attributes(left, name):
            after = self.algebra.after_attribute(left, name, frozenset((each,)))
            found.append(_Reading(each, after, *self._least(node, after)))
        return found

    def _least(self, node: Node, left: Pattern) -> _Fit:
        """The way to add the missing attributes that has the fewest conflicts with the content."""
        ways = missing_attributes(self.algebra, left)
        fits = [
            _Fit(self._conflicts(node, pattern), frozenset(names), self._missing_children(node, pattern))
            for names, pattern in ways.items()
        ]
        return min(fits, key=lambda fit: (fit.conflicts, len(fit.names), sorted(fit.names)), default=_NO_FIT)

    def _conflicts(self, node: Node, pattern: Pattern) -> int:
        """How many faults the content of an element has that are more than something missing."""
        outcome = self.matcher.content_outcome(node, pattern)
        return sum(not _is_missing(fault, node) for fault in unchained(outcome.faults)) if outcome.cost else 0

    def _missing_children(self, node: Node, pattern: Pattern) -> tuple[ElementPattern, ...]:
        """The elements that an element still requires, if its children are accepted."""
        if pattern.nullable and not node.children:
            return ()
        for child in node.children:
            name = self.reader.reader.namespaces.element(child)
            good = [each for each in self.algebra.starts(pattern, name) if not self.matcher.solve(child, each).cost]
            if not good:
                return ()
            pattern = self.algebra.after_element(pattern, name, frozenset(good))
        found = ((name, elements_named(pattern, name)) for name in _needed(pattern))
        return tuple(elements[0] for _, elements in found if elements)

    def values(self, node: Node, written: str) -> AllowedValues:
        """Return the values of an attribute that a start tag has, or is getting."""
        shown = self.reader.reader.namespaces.written
        found: list[_Reading] = []
        for left in self._left(node):
            name = next((each for each in attribute_names(left) if shown(node, each) == written), written)
            found += self._fits(node, left, name)
        best = min((each.conflicts for each in found), default=0)
        contents: dict[Pattern, RequiredContent] = {}
        for each in sorted((one for one in found if one.conflicts == best), key=lambda one: len(one.names)):
            contents.setdefault(each.attribute.content, (self._contents(node, each), each.children))
        values: dict[str, AllowedValue] = {}
        for content, requires in contents.items():
            for value in _values((content,)):
                values.setdefault(value.value, replace(value, requires=requires))
        order = [value.value for value in _values(each.attribute.content for each in found)]
        return AllowedValues(tuple(values[each] for each in order if each in values), tuple(contents))

    def _contents(self, node: Node, reading: _Reading) -> tuple[tuple[str, Contents], ...]:
        """The further attributes that a reading requires, with what their values may be."""
        written = self.reader.reader.namespaces.written
        return tuple(
            (written(node, name), tuple(each.content for each in self.algebra.attributes(reading.after, name)))
            for name in sorted(reading.names)
        )

    def _left(self, node: Node) -> list[Pattern]:
        """What is left of each definition of an element after its attributes."""
        attributes = self.reader.reader.namespaces.attributes(node)
        found = [
            read_attributes(self.reader.reader, self.grammar.content(each), attributes) for each in self._possible(node)
        ]
        least = min((len(each.faults) + len(each.unknown) for each in found), default=0)
        return list(dict.fromkeys(each.pattern for each in found if len(each.faults) + len(each.unknown) == least))


def _in_order(content: Pattern) -> list[str]:
    """The names of the elements of a content, in the order of the schema."""
    found: dict[str, None] = {}
    for each in walk(content):
        if isinstance(each, ElementPattern):
            found.update(dict.fromkeys(names_of(each.names) - {WILD}))
    return list(found)


def _always(ways: Iterable[set[str]]) -> set[str]:
    """The names that are in every one of some sets."""
    found = list(ways)
    return set.intersection(*found) if found else set()


def _needed(pattern: Pattern) -> set[str]:
    return {name for names in needs_of(pattern) or () if len(names) == 1 for name in names}


def _is_missing(fault: Fault, node: Node) -> bool:
    """Whether a fault is that something is not there yet in an element itself."""
    if fault.node is not node:
        return False
    is_blank = fault.kind == "bad-value" and fault.span == node.name_span
    return is_blank or fault.kind in ("missing-element", "missing-attribute")


def _values(contents: Iterable[Pattern]) -> Iterator[AllowedValue]:
    seen: set[str] = set()
    for content in contents:
        for each in walk(content):
            if isinstance(each, Value) and each.value not in seen:
                seen.add(each.value)
                yield AllowedValue(each.value, each.notes)
