"""What is allowed at a place of a document: the base of completion and hover.

The document need not be valid, or even complete. What is before the place is matched as `derive` does it, with recovery
after faults, and the answer is what may follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.schema.attributes import missing_attributes, read_attributes
from vnetlint.schema.derive import Matcher
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import NO_NOTES, AttributePattern, ElementPattern, Notes, Pattern, Value
from vnetlint.schema.query import attribute_names, first_names, most, needs_of, values_of, walk
from vnetlint.schema.reading import DocumentReader
from vnetlint.xml.node import Node

PlaceKind = Literal["element", "attribute", "value", "text"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is allowed at a place, as it is written."""

    name: str
    notes: Notes = NO_NOTES
    required: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What is allowed at a place.

    `place` is "element" for the name of an element or between elements, "attribute" inside a start tag, "value" in an
    attribute's quotes and "text" where an element holds a value. `wanted` describes the other allowed values in words.
    """

    place: PlaceKind
    node: Node | None
    """The element around the place; a start tag counts as inside."""
    items: tuple[Item, ...] = ()
    wanted: str = ""


def expected(root: Node, grammar: Grammar, offset: int) -> Expected:
    """Return what is allowed at an offset of a document."""
    grammar.forget()
    reader = PlaceReader(root, grammar)
    node = _innermost(root, offset)
    if node is None or offset <= node.name_span.end:
        return reader.elements(node.parent if node is not None and node is not root else None, offset)
    if offset < node.open_end or (offset == node.open_end and not _is_closed_tag(node)):
        for attribute in node.all_attributes():
            if attribute.value_span.start <= offset <= attribute.value_span.end and attribute.quote:
                return reader.values(node, attribute.name)
        return reader.attributes(node, offset)
    return reader.elements(node, offset)


def definitions(root: Node, grammar: Grammar) -> Callable[[Node], Sequence[ElementPattern]]:
    """Return a function that returns the definitions by which an element of a document is read."""
    return PlaceReader(root, grammar).definitions


def _innermost(root: Node, offset: int) -> Node | None:
    """The innermost element around an offset, or None. One that begins there is not around it."""
    if not root.start < offset:
        return None
    node = root
    while True:
        inner = next((child for child in node.children if child.start < offset and _reaches(child, offset)), None)
        if inner is None:
            return node if _reaches(node, offset) else None
        node = inner


def _reaches(node: Node, offset: int) -> bool:
    return offset < node.end or (offset == node.end and not _is_closed_tag(node))


def _is_closed_tag(node: Node) -> bool:
    return node.document.source.text[node.open_end - 1 : node.open_end] == ">"


class PlaceReader:
    """Reads a document up to a place, with recovery after faults."""

    def __init__(self, root: Node, grammar: Grammar) -> None:
        self.root = root
        self.grammar = grammar
        self.reader = DocumentReader(root, grammar, strict=False, placeholders=True)
        self.matcher = Matcher(self.reader)

    def definitions(self, node: Node) -> list[ElementPattern]:
        """The definitions by which a node is read, from the root down."""
        path = [node]
        while path[-1] is not self.root and path[-1].parent is not None:
            path.append(path[-1].parent)
        algebra, namespaces = self.grammar.algebra, self.reader.namespaces
        found: list[ElementPattern] = []
        for depth, step in enumerate(reversed(path)):
            name = namespaces.element(step)
            if depth == 0:
                candidates = algebra.starts(self.grammar.start, name)
            else:
                assert step.parent is not None
                number = step.parent.children.index(step)
                before = [left for each in found for left in self.matcher.before_child(step.parent, each, number)]
                candidates = tuple(dict.fromkeys(each for left in before for each in algebra.starts(left, name)))
            candidates = candidates or self.grammar.by_name.get(name, ())
            found = self.matcher.best(step, candidates)
        return found

    def elements(self, parent: Node | None, offset: int) -> Expected:
        """The elements that are allowed at a place between others, or the values if no element is."""
        shown = self.reader.namespaces.written
        if parent is None:
            return Expected("element", None, self._items(self.root, [self.grammar.start], ()))
        number = sum(
            child.start < offset and not child.start < offset <= child.name_span.end for child in parent.children
        )
        before: list[Pattern] = []
        once: set[str] = set()
        later = {self.reader.namespaces.element(child) for child in parent.children[number:] if child.start >= offset}
        for element in self.definitions(parent):
            before += self.matcher.before_child(parent, element, number)
            content = self.grammar.content(element)
            once |= {name for name in later if most(content, name) == 1}
        items = self._items(parent, before, _needed(before))
        gone = {shown(parent, name) for name in once}
        items = tuple(item for item in items if item.name not in gone)
        if not items and any(left.takes_data or left.takes_text for left in before):
            values = _value_items(before)
            return Expected("text", parent, values, values_of(before)[1])
        return Expected("element", parent, items)

    def _items(self, node: Node, patterns: list[Pattern], needed: Iterable[str]) -> tuple[Item, ...]:
        found: dict[str, Item] = {}
        for pattern in patterns:
            for name in first_names(pattern):
                for element in self.grammar.algebra.starts(pattern, name):
                    known = found.get(name)
                    if known is None or known.notes is NO_NOTES:
                        shown = self.reader.namespaces.written(node, name)
                        found[name] = Item(shown, element.notes, name in needed)
        return tuple(sorted(found.values(), key=lambda item: (not item.required, item.name)))

    def attributes(self, node: Node, offset: int) -> Expected:
        """The attributes that a start tag does not have yet."""
        here = {each.name for each in node.all_attributes() if each.name_span.start < offset <= each.name_span.end}
        items: dict[str, Item] = {}
        for left in self._without(node, here):
            ways = list(missing_attributes(self.grammar.algebra, left))
            for name in attribute_names(left):
                needed = bool(ways) and all(name in way for way in ways)
                for attribute in self.grammar.algebra.attributes(left, name):
                    known = items.get(name)
                    if known is None or known.notes is NO_NOTES:
                        items[name] = Item(self.reader.namespaces.written(node, name), attribute.notes, needed)
        return Expected(
            "attribute", node, tuple(sorted(items.values(), key=lambda item: (not item.required, item.name)))
        )

    def values(self, node: Node, name: str) -> Expected:
        """The values of an attribute that are allowed with the other attributes as they are."""
        contents: list[Pattern] = []
        for left in self._without(node, {name}):
            resolved = next((known for known, each in self._attributes(node) if each == name), name)
            contents += [each.content for each in self.grammar.algebra.attributes(left, resolved)]
        return Expected("value", node, _value_items(contents), values_of(contents)[1])

    def _attributes(self, node: Node) -> list[tuple[str, str]]:
        return [(name, attribute.name) for name, attribute in self.reader.namespaces.attributes(node)]

    def _without(self, node: Node, left_out: set[str]) -> list[Pattern]:
        """What is left of each definition of an element after its attributes, except those in `left_out`."""
        attributes = [
            (name, attribute)
            for name, attribute in self.reader.namespaces.attributes(node)
            if attribute.name not in left_out
        ]
        return [
            read_attributes(self.reader, self.grammar.content(element), attributes).pattern
            for element in self.definitions(node)
        ]


def _needed(patterns: list[Pattern]) -> set[str]:
    """The names of the elements that are required, whichever way the document is read."""
    ways = [{name for names in needs_of(each) or () if len(names) == 1 for name in names} for each in patterns]
    return set.intersection(*ways) if ways else set()


def _value_items(contents: Iterable[Pattern]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for content in contents:
        for each in walk(content):
            if isinstance(each, Value) and not isinstance(each, AttributePattern):
                found.setdefault(each.value, Item(each.value, each.notes))
    return tuple(found.values())
