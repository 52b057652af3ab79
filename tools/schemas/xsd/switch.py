"""An attribute whose value decides what its element can hold, and the type for each value."""

from __future__ import annotations

from dataclasses import dataclass

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.pattern import (
    EMPTY,
    NOT_ALLOWED,
    Attribute,
    Choice,
    Many,
    Pattern,
    Ref,
    Wild,
    alternatives,
    choice,
    is_foreign,
    make,
    many,
)
from tools.schemas.xsd.uses import AttributeUse, Uses, listed_values, uses_of

MOST_VALUES = 40
"""An attribute with more values than these does not decide about a type."""


class Restriction:
    """What patterns become once it is known whether an attribute is there and which values it has."""

    def __init__(self, grammar: Grammar, name: str, values: frozenset[str] | None, *, keep: bool = True) -> None:
        """`values` is None if the attribute is absent. Without `keep` it is left out of the result."""
        self.grammar = grammar
        self.name = name
        self.values = values
        self.keep = keep

    def holds(self, pattern: Pattern) -> bool:
        """Whether a pattern mentions the attribute."""
        match pattern:
            case Attribute(name):
                return name == self.name
            case Many(parts) | Choice(parts):
                return any(self.holds(part) for part in parts)
            case Ref(name):
                return self.grammar.attributes_only(name) and self.holds(self.grammar.expand(pattern, deep=True))
        return False

    def __call__(self, pattern: Pattern) -> Pattern:
        """The rest of a pattern."""
        if not self.holds(pattern):
            return pattern
        match pattern:
            case Attribute():
                return self._attribute(pattern)
            case Many(parts):
                return many(self(part) for part in parts)
            case Choice(parts):
                if self.values is None:
                    return choice(self(part) for part in parts)
                # The attribute is there, so what does not mention it was not chosen.
                return choice(self(part) for part in parts if self.holds(part))
            case Ref():
                return self(self.grammar.expand(pattern, deep=True))
        return pattern

    def _attribute(self, attribute: Attribute) -> Pattern:
        if self.values is None:
            return NOT_ALLOWED
        listed = listed_values(attribute.content, self.grammar) or {}
        kept = [listed[value] for value in listed if value in self.values]
        if not kept:
            return NOT_ALLOWED
        return make(Attribute, attribute.name, choice(kept), attribute.note) if self.keep else EMPTY


@dataclass
class Case:
    """A type that an element has for some values of an attribute, or without it (None)."""

    values: list[str] | None
    body: Pattern


@dataclass
class Switch:
    """An attribute that decides about an element's type."""

    attribute: str
    cases: list[Case]
    everything: Attribute


def switch_of(body: Pattern, grammar: Grammar) -> Switch | None:
    """The attribute that best tells apart what an element may hold, if there is one."""
    deep = grammar.expand(body, deep=True)
    uses = uses_of(deep, grammar)
    if any(isinstance(name, Wild) for name in uses.attributes):
        return None
    best: Switch | None = None
    for name, use in uses.attributes.items():
        if not isinstance(name, str) or is_foreign(name) or not _is_switch(name, uses, deep, grammar):
            continue
        switch = _cases(name, use, body, grammar)
        if switch is not None and (best is None or len(switch.cases) > len(best.cases)):
            best = switch
    return best


def _is_switch(name: str, uses: Uses, deep: Pattern, grammar: Grammar) -> bool:
    use = uses.attributes[name]
    contents = {each.content for each in use.found}
    values = listed_values(use.content(), grammar)
    if values is None or len(values) > MOST_VALUES:
        return False
    if len(contents) > 1:
        return True
    # It has but one meaning, but what is beside it may depend on whether it is there.
    unclear = any(len({each.body for each in child.found}) > 1 for child in uses.elements.values())
    return unclear and not use.required and _is_chosen(name, deep)


def _is_chosen(name: str, pattern: Pattern) -> bool:
    match pattern:
        case Many(parts):
            return any(_is_chosen(name, part) for part in parts)
        case Choice():
            return any(
                isinstance(member, Attribute) and member.name == name
                for part in alternatives(pattern) if isinstance(part, Many) for member in part.parts
            )  # fmt: skip
    return False


def _cases(name: str, use: AttributeUse, body: Pattern, grammar: Grammar) -> Switch | None:
    values = listed_values(use.content(), grammar) or {}
    by_rest: dict[Pattern, list[str]] = {}
    for value in values:
        rest = Restriction(grammar, name, frozenset((value,)), keep=False)(body)
        if rest is not NOT_ALLOWED:
            by_rest.setdefault(rest, []).append(value)
    cases = [Case(group, Restriction(grammar, name, frozenset(group))(body)) for group in by_rest.values()]
    absent = Restriction(grammar, name, None)(body)
    if absent is not NOT_ALLOWED:
        cases.append(Case(None, absent))
    if len({*by_rest, absent} - {NOT_ALLOWED}) < 2:
        return None
    everything = make(Attribute, name, use.content(), use.found[0].note)
    return Switch(name, cases, everything)
