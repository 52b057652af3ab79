"""Blanks around a value that libvirt compares as it is written.

A schema ignores the white space around a word or a number. libvirt refuses `mode='nat '` and `prefix='24 '`, or ignores
the attribute; it ignores blanks only before a number. Names, addresses and texts are checked elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence

from vnetlint.schema.annotations import path_of
from vnetlint.schema.datatypes import TEXTS
from vnetlint.schema.expect import definitions
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import AttributePattern, Data, ElementPattern, Value, names_of
from vnetlint.schema.query import walk
from vnetlint.schema.reading import BLANKS, opaque
from vnetlint.xml.node import Attribute, Node

_INTERFACE = "domain/devices/interface"
_TRIMMED = ("network@connections", "filter/rule/*@state", "filter/rule/*@flags")
"""Attributes around whose values libvirt ignores blanks, or that it does not read."""

_MISREAD = (
    "network/bridge@stp", "network/domain@register", "network/forward@managed", "network/portgroup@default",
    "filter/rule@priority", "filter/rule@statematch", "filter/rule/*@match",
    f"{_INTERFACE}@managed", f"{_INTERFACE}/ip@family",
)  # fmt: skip
"""Attributes whose values libvirt accepts with blanks, and then treats as absent."""


def padded(root: Node, grammar: Grammar) -> Iterator[Fault]:
    """Yield the values of networks, filters and interfaces that would be valid without the blanks around them."""
    read_by: Callable[[Node], Sequence[ElementPattern]] | None = None
    for node in root.descendants():
        for attribute in node.attributes.values():
            value = attribute.value.strip(BLANKS)
            if not value or value == attribute.value or opaque(root, value) or not _is_compared(attribute):
                continue
            read_by = read_by or definitions(root, grammar)
            trails = attribute.value[-1] in BLANKS
            if any(_is_word(grammar, each, attribute.name, value, trails) for each in read_by(node)):
                yield Fault("bad-value", node, attribute.value_span, attribute.name, attribute, (value,))


def is_refused(fault: Fault) -> bool:
    """Whether libvirt refuses a padded value, and does not just read something else."""
    return _place(fault.node, fault.name) not in _MISREAD


def _is_compared(attribute: Attribute) -> bool:
    place = _place(attribute.node, attribute.name)
    return place.startswith(("network", "filter", _INTERFACE)) and place not in _TRIMMED


def _place(node: Node, name: str) -> str:
    path = path_of(node)
    in_rule = path.startswith("filter/rule/") and path.count("/") == 2
    return f"{'filter/rule/*' if in_rule else path}@{name}"


def _is_word(grammar: Grammar, element: ElementPattern, name: str, value: str, number: bool) -> bool:
    """Whether an attribute of an element allows a value as a word of a list or, with `number`, as a number."""
    return any(
        (isinstance(each, Value) and each.value == value)
        or (number and isinstance(each, Data) and each.type.name not in TEXTS and each.type.allows(value))
        for attribute in walk(grammar.content(element))
        if isinstance(attribute, AttributePattern) and name in names_of(attribute.names)
        for each in walk(attribute.content)
    )
