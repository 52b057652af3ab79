"""The smallest element that a grammar allows, to be inserted where one is missing."""

from typing import NamedTuple

from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import (
    AttributePattern,
    Choice,
    ElementPattern,
    Empty,
    Group,
    Interleave,
    OneOrMore,
    Pattern,
    Text,
    Value,
    names_of,
)
from vnetlint.xml import edit
from vnetlint.xml.node import Node

UNKNOWN = "…"
"""Written where a person has to fill in a value."""

_DEPTH = 6


class Least(NamedTuple):
    """What has to be written. It is `whole` if a person has to fill in nothing."""

    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[edit.Element, ...] = ()
    text: str = ""
    whole: bool = True


def minimal_element(grammar: Grammar, parent: Node, name: str) -> tuple[edit.Element | None, bool]:
    """Return the smallest element of a name that is allowed in `parent`, and whether it is complete."""
    fitting = [each for each in grammar.by_name.get(name, ()) if parent.name in grammar.parents_of([each])]
    if not fitting:
        return None, False
    least = [_of(grammar, grammar.content(each), _DEPTH) for each in fitting]
    best = min(least, key=lambda each: (not each.whole, len(each.children), len(each.attributes)))
    whole = best.whole and all(each.whole for each in least)
    return edit.Element(name, best.attributes, best.children, best.text), whole


def _of(grammar: Grammar, pattern: Pattern, depth: int) -> Least:
    """Return the least that satisfies a pattern. Of alternatives it is the shortest, which is never `whole`."""
    if pattern.nullable or isinstance(pattern, Empty | Text):
        return Least()
    match pattern:
        case Value():
            return Least(text=pattern.value)
        case AttributePattern():
            value = _of(grammar, pattern.content, depth)
            return Least(((_name(pattern), value.text or UNKNOWN),), whole=value.whole and bool(value.text))
        case ElementPattern() if depth:
            inner = _of(grammar, grammar.content(pattern), depth - 1)
            return Least(children=(edit.Element(_name(pattern), *inner[:3]),), whole=inner.whole)
        case Group() | Interleave():
            left, right = _of(grammar, pattern.left, depth), _of(grammar, pattern.right, depth)
            return Least(
                left.attributes + right.attributes,
                left.children + right.children,
                left.text or right.text,
                left.whole and right.whole,
            )
        case OneOrMore():
            return _of(grammar, pattern.inner, depth)
        case Choice():
            ways = [_of(grammar, each, depth) for each in pattern.members]
            ways.sort(key=lambda each: (not each.whole, len(each.children), len(each.attributes)))
            return ways[0]._replace(whole=len(ways) == 1 and ways[0].whole)
        case _:
            return Least(text=UNKNOWN, whole=False)


def _name(pattern: AttributePattern | ElementPattern) -> str:
    return min(names_of(pattern.names)).rpartition("}")[2]
