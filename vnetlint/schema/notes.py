"""What the schema says about a part of a document: its documentation, and the version that introduced it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vnetlint.dataclass import dataclass
from vnetlint.schema.expect import definitions
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import NO_NOTES, AttributePattern, ElementPattern, Notes, Pattern, Value
from vnetlint.schema.query import walk
from vnetlint.xml.node import Node


@dataclass(frozen=True, slots=True)
class PartNotes:
    """The notes of an element, or of an attribute and its value."""

    part: Notes = NO_NOTES
    value: Notes = NO_NOTES


def of_element(root: Node, grammar: Grammar, node: Node) -> PartNotes:
    """Return the notes of an element, by the definition that it is read by, and of its text if that is from a list."""
    found = definitions(root, grammar)(node)
    text = "" if node.children else node.text.strip()
    return PartNotes(_first(each.notes for each in found), _value((grammar.content(each) for each in found), text))


def of_attribute(root: Node, grammar: Grammar, node: Node, name: str) -> PartNotes:
    """Return the notes of an attribute of an element, and of its value if that is from a list."""
    found = [
        attribute
        for element in definitions(root, grammar)(node)
        for attribute in grammar.algebra.attributes(grammar.content(element), name)
    ]
    return PartNotes(
        _first(each.notes for each in found), _value((each.content for each in found), node.get(name) or "")
    )


def _first(notes: Iterable[Notes]) -> Notes:
    return next((each for each in notes if each.documentation or each.attributes), NO_NOTES)


def _value(contents: Iterable[Pattern], text: str) -> Notes:
    return _first(_notes_of(contents, text)) if text else NO_NOTES


def _notes_of(contents: Iterable[Pattern], text: str) -> Iterator[Notes]:
    for content in contents:
        for each in walk(content, _is_about_text):
            if isinstance(each, Value) and each.value == text:
                yield each.notes


def _is_about_text(pattern: Pattern) -> bool:
    return not isinstance(pattern, AttributePattern | ElementPattern)
