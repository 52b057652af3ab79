"""What an element can hold: its attributes and children, how often, and their definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.pattern import (
    EMPTY,
    Attribute,
    Choice,
    Element,
    Many,
    Pattern,
    Ref,
    Repeat,
    Value,
    Wild,
    choice,
    many,
)


@dataclass
class AttributeUse:
    """An attribute of an element: whether it is required, and all its definitions."""

    required: bool
    found: list[Attribute]

    def content(self) -> Pattern:
        """What its value may be."""
        return choice(dict.fromkeys(each.content for each in self.found))


@dataclass
class ElementUse:
    """A child: how often, at least and at most (None: no limit), and all its definitions."""

    least: int
    most: int | None
    found: list[Element]

    def body(self) -> Pattern:
        """What it may hold."""
        return choice(dict.fromkeys(each.body for each in self.found))


@dataclass
class Uses:
    """The attributes and children that a pattern mentions, whatever depends on what."""

    attributes: dict[str | Wild, AttributeUse] = field(default_factory=dict)
    elements: dict[str | Wild, ElementUse] = field(default_factory=dict)

    def beside(self, other: Uses) -> None:
        """Add what is beside this."""
        for name, use in other.attributes.items():
            mine = self.attributes.setdefault(name, AttributeUse(False, []))
            mine.required = mine.required or use.required
            mine.found += [each for each in use.found if each not in mine.found]
        for name, child in other.elements.items():
            ours = self.elements.setdefault(name, ElementUse(0, 0, []))
            ours.least += child.least
            ours.most = None if ours.most is None or child.most is None else ours.most + child.most
            ours.found += [each for each in child.found if each not in ours.found]

    @staticmethod
    def either(several: list[Uses]) -> Uses:
        """What there can be if one of several holds."""
        result = Uses()
        for name in dict.fromkeys(name for each in several for name in each.attributes):
            uses = [each.attributes.get(name) for each in several]
            found = dict.fromkeys(it for use in uses if use for it in use.found)
            result.attributes[name] = AttributeUse(all(use and use.required for use in uses), list(found))
        for name in dict.fromkeys(name for each in several for name in each.elements):
            children = [each.elements.get(name) for each in several]
            most: int | None = 0
            for child in children:
                if child is not None:
                    most = None if most is None or child.most is None else max(most, child.most)
            result.elements[name] = ElementUse(
                min(child.least if child else 0 for child in children),
                most,
                list(dict.fromkeys(it for child in children if child for it in child.found)),
            )
        return result


def uses_of(pattern: Pattern, grammar: Grammar) -> Uses:
    """What a pattern mentions."""
    match pattern:
        case Attribute(name):
            return Uses(attributes={name: AttributeUse(not isinstance(name, Wild), [pattern])})
        case Element(name):
            return Uses(elements={name: ElementUse(1, 1, [pattern])})
        case Many(parts):
            result = Uses()
            for part in parts:
                result.beside(uses_of(part, grammar))
            return result
        case Choice(parts):
            return Uses.either([uses_of(part, grammar) for part in parts])
        case Repeat(inner):
            result = uses_of(inner, grammar)
            for child in result.elements.values():
                child.most = None
            return result
        case Ref(name) if grammar.attributes_only(name):
            return uses_of(grammar.expand(pattern, deep=True), grammar)
    return Uses()


def content_of(pattern: Pattern, grammar: Grammar) -> Pattern:
    """What of a pattern is text and values."""
    match pattern:
        case Many(parts):
            return many(content_of(part, grammar) for part in parts)
        case Choice(parts):
            return choice(content_of(part, grammar) for part in parts)
        case Ref(name):
            return pattern if grammar.data_only(name) else EMPTY
        case Attribute() | Element() | Repeat():
            return EMPTY
    return pattern


def listed_values(pattern: Pattern, grammar: Grammar) -> dict[str, Value] | None:
    """The values of an attribute's content; None if others are possible."""
    match pattern:
        case Value(type_, value):
            return {value.strip() if type_ == "token" else value: pattern}
        case Choice(parts):
            found: dict[str, Value] = {}
            for part in parts:
                inner = listed_values(part, grammar)
                if inner is None:
                    return None
                found |= inner
            return found
        case Ref(name):
            return listed_values(grammar.define(name), grammar)
    return None
