"""Matches the attributes of an element. Those that choose between alternatives come first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from vnetlint.schema.algebra import Algebra
from vnetlint.schema.fault import Fault
from vnetlint.schema.names import local, meant_by, nearest
from vnetlint.schema.pattern import (
    AttributePattern,
    Choice,
    Group,
    Interleave,
    OneOrMore,
    Pattern,
    names_of,
)
from vnetlint.schema.query import (
    attribute_names,
    enumerated,
    values_of,
)
from vnetlint.schema.reading import DocumentReader
from vnetlint.schema.state import (
    FAULT,
    STATES,
    WRONG_CHOICE,
    Chain,
    MatchState,
)
from vnetlint.xml.node import Attribute, Node

GUESSES = 32
"""How many unknown attributes of one element are compared with those that it might have."""


class ReadAttributes(NamedTuple):
    """The result of reading attributes: what is left of the pattern, and the faults."""

    pattern: Pattern
    faults: list[Fault]
    unknown: list[tuple[str, Attribute]]
    wrong: frozenset[str]


_CONFUSED = {
    "file": ("dev",), "dev": ("file", "name"), "device": ("dev",), "interface": ("dev",),
    "from": ("start",), "to": ("end",), "ip": ("addr", "address"), "host": ("target",), "sync": ("offset",),
    "dstport": ("dstportstart",), "srcport": ("srcportstart",), "dport": ("dstportstart",), "sport": ("srcportstart",),
    "srcip": ("srcipaddr",), "dstip": ("dstipaddr",), "value": ("size",), "via": ("gateway",), "gw": ("gateway",),
    "network": ("address",), "rate": ("average",), "speed": ("average",),
}  # fmt: skip
"""Names that people use by mistake for an attribute, and the attribute's names."""
_LONG = 4
_SHORT = 3
_SWITCHES = frozenset(("yes", "no", "on", "off", "true", "false", "0", "1"))
"""Values that many attributes have, so that they tell nothing about which one is meant."""


def _within(name: str, names: Iterable[str]) -> list[str]:
    """Return the one known name that people confuse with `name`, or that `name` ends with."""
    known = list(names)
    confused = [each for each in known if each in _CONFUSED.get(name, ())]
    plain = name.lower()
    inside = [each for each in known if len(each) >= _LONG and plain.endswith(each.lower())]
    found = confused or inside
    return found if len(found) == 1 else []


def _shortened(name: str, names: Iterable[str]) -> list[str]:
    """Return the one known name that begins or ends with `name`, or that `name` begins with."""
    plain = name.lower()
    long_enough = [each for each in names if min(len(each), len(plain)) >= _SHORT]
    pairs = [(each, each.lower()) for each in long_enough]
    found = [each for each, low in pairs if low.startswith(plain) or low.endswith(plain) or plain.startswith(low)]
    return found if len(found) == 1 else []


def decides(algebra: Algebra, content: Pattern, name: str) -> bool:
    """Whether an attribute chooses between alternatives by its value."""
    candidates = algebra.attributes(content, name)
    return len(candidates) > 1 and all(enumerated(candidate.content) for candidate in candidates)


def take_attributes(
    reader: DocumentReader, node: Node, content: Pattern, doubted: str = ""
) -> tuple[list[MatchState], frozenset[str]]:
    """Return the states in which the content is read, and the names of the attributes with invalid values."""
    key = None if doubted or not reader.has_plain_attributes(node) else (content, *node.values.items())
    known = None if key is None else reader.algebra.left_of.get(key)
    if known is not None:
        return [MatchState(known, 0, None, known)], frozenset()
    attributes = reader.namespaces.attributes(node)
    read = read_attributes(reader, content, attributes, doubted)
    pattern, faults = read.pattern, read.faults
    if reader.strict and (faults or read.unknown):
        return [], frozenset()
    names = attribute_names(pattern) if len(read.unknown) > 1 else ()
    # Those that are probably misspelt come first, because the others cannot mean what these mean.
    unread = [attribute for _, attribute in read.unknown[:GUESSES]]
    for name, attribute in sorted(read.unknown[:GUESSES], key=lambda each: not meant_by(each[0], names)):
        unread.remove(attribute)
        pattern, fault = _unknown_attribute(reader, pattern, name, attribute, content, unread)
        faults.append(fault)
    faults += (
        Fault("unknown-attribute", node, attribute.name_span, attribute.name, attribute)
        for _, attribute in read.unknown[GUESSES:]
    )
    cost = len(faults) * FAULT + (WRONG_CHOICE - FAULT if doubted else 0)
    chain: Chain | None = (None, tuple(faults)) if faults else None
    left = reader.algebra.after_attributes(pattern)
    if left is not reader.not_allowed:
        if key is not None and not faults:
            reader.algebra.remember_left(key, left)
        return [MatchState(left, cost, chain, left)], read.wrong
    return [] if reader.strict else _without_missing(reader, node, pattern, cost, chain), read.wrong


def read_attributes(
    reader: DocumentReader, content: Pattern, attributes: list[tuple[str, Attribute]], doubted: str = ""
) -> ReadAttributes:
    """Return the result of reading the known attributes, those that choose between alternatives first."""
    pattern = content
    faults: list[Fault] = []
    unknown: list[tuple[str, Attribute]] = []
    wrong: list[str] = []
    if len(attributes) > 1:
        # What is reported must not depend on the order in which the attributes are written.
        places = {name: place for place, name in enumerate(attribute_names(content))}
        attributes = sorted(
            attributes,
            key=lambda each: (not decides(reader.algebra, content, each[0]), places.get(each[0], len(places)), each[0]),
        )
    for name, attribute in attributes:
        candidates = reader.algebra.attributes(pattern, name)
        if not candidates:
            unknown.append((name, attribute))
            continue
        value = reader.value_of(attribute)
        chosen = [candidate for candidate in candidates if reader.algebra.allows(candidate.content, value)]
        if name == doubted:
            chosen = [candidate for candidate in candidates if candidate not in chosen] or candidates
            faults.append(_bad_value(attribute, chosen))
        elif not chosen:
            chosen = candidates
            wrong.append(name)
            faults.append(_bad_value(attribute, candidates))
        pattern = reader.algebra.after_attribute(pattern, name, frozenset(chosen))
    return ReadAttributes(pattern, faults, unknown, frozenset(wrong))


def _bad_value(attribute: Attribute, candidates: Iterable[AttributePattern]) -> Fault:
    values, wanted = values_of([candidate.content for candidate in candidates])
    expected = nearest(attribute.value, values)
    return Fault("bad-value", attribute.node, attribute.value_span, attribute.name, attribute, expected, wanted)


def _unknown_attribute(
    reader: DocumentReader,
    pattern: Pattern,
    name: str,
    attribute: Attribute,
    content: Pattern,
    others: Sequence[Attribute],
) -> tuple[Pattern, Fault]:
    """Read an unknown attribute as the one that it means. Return what is left, and the fault.

    That is one with a similar name, else one that only its value fits. `others` are unknown too and not read yet.
    """
    node = attribute.node
    present = {each for each, _ in reader.namespaces.attributes(node)}
    available = [each for each in attribute_names(pattern) if each not in present]
    expected = reader.nearest(node, name, available)
    meant = ""
    value = reader.value_of(attribute)
    # A name that another alternative has is not a typing error.
    if not reader.algebra.attributes(content, name):
        likely = meant_by(name, available) or _within(local(name), available)
        if not likely and not _is_of_others(reader, node, name):
            likely = _shortened(local(name), available)
            if not likely and value is not None:
                values = [reader.value_of(each) for each in others]
                likely = _needed(reader.algebra, pattern, value, values) or _listing(reader.algebra, pattern, value)
        fitting = [each for each in likely if _fitting(reader.algebra, pattern, each, value)]
        meant = next(iter(fitting or likely), "")
    if meant:
        chosen = _fitting(reader.algebra, pattern, meant, value) or reader.algebra.attributes(pattern, meant)
        pattern = reader.algebra.after_attribute(pattern, meant, frozenset(chosen))
    shown = reader.shown(node, (meant,))[0] if meant else ""
    if shown:
        expected = (shown, *(each for each in expected if each != shown))
    return pattern, Fault(
        "unknown-attribute", node, attribute.name_span, attribute.name, attribute, expected, meant=shown
    )


def _is_of_others(reader: DocumentReader, node: Node, name: str) -> bool:
    """Whether elements of the same name and parent may have an attribute, such as the sources of other interfaces."""
    around = node.parent.name if node.parent is not None else ""
    others = reader.grammar.by_name.get(node.name, ())
    return any(
        name in reader.grammar.content(each).attributes and around in reader.grammar.parents_of([each])
        for each in others
    )


def _needed(algebra: Algebra, pattern: Pattern, value: str, others: Sequence[str | None]) -> list[str]:
    """Return the one attribute that is missing in any case, if it allows this value and none of the others."""
    ways = [frozenset(names) for names in missing_attributes(algebra, pattern)]
    needed = frozenset.intersection(*ways) if ways else frozenset()
    found = [each for each in needed if _fitting(algebra, pattern, each, value)]
    alone = len(found) == 1 and not any(_fitting(algebra, pattern, found[0], each) for each in others)
    return found if alone else []


def _listing(algebra: Algebra, pattern: Pattern, value: str) -> list[str]:
    """Return the one attribute that lists a value among those that it allows."""
    if value in _SWITCHES:
        return []
    found = [
        name
        for name in attribute_names(pattern)
        if all(enumerated(each.content) for each in algebra.attributes(pattern, name))
        and _fitting(algebra, pattern, name, value)
    ]
    return found if len(found) == 1 else []


def _fitting(algebra: Algebra, pattern: Pattern, name: str, value: str | None) -> list[AttributePattern]:
    candidates = algebra.attributes(pattern, name)
    return [candidate for candidate in candidates if algebra.allows(candidate.content, value)]


def _without_missing(
    reader: DocumentReader, node: Node, pattern: Pattern, cost: int, chain: Chain | None, least: int = 0
) -> list[MatchState]:
    """Return a state for each set of missing attributes that would complete the pattern."""
    found = missing_attributes(reader.algebra, pattern).items()
    ways = sorted((way for way in found if len(way[0]) >= least), key=lambda way: (len(way[0]), way[0]))
    states = []
    for names, left in ways[:STATES]:
        if len(names) > len(ways[0][0]) + 1:
            break
        if reader.tag_is_open(node):
            states.append(MatchState(left, cost, chain, left))
            continue
        faults = []
        others = [way[0][0] for way in ways if len(way[0]) == 1 == len(names) and way[0] != names]
        for name in names:
            candidates = reader.algebra.attributes(pattern, name)
            values, wanted = values_of([candidate.content for candidate in candidates])
            (shown,) = reader.shown(node, (name,))
            expected = tuple(sorted(values))
            fault = Fault("missing-attribute", node, node.name_span, shown, None, expected, wanted)
            faults.append(replace(fault, alternatives=reader.shown(node, others)))
        states.append(MatchState(left, cost + FAULT * len(faults), (chain, tuple(faults)), left))
    return states


def lacking_an_attribute(reader: DocumentReader, node: Node, content: Pattern) -> list[MatchState]:
    """Return the states in which an optional attribute is taken for missing.

    A disk without a type is a file. If it holds a device, the type is missing.
    """
    read = read_attributes(reader, content, reader.namespaces.attributes(node))
    left = reader.algebra.after_attributes(read.pattern)
    if read.faults or read.unknown or left is reader.not_allowed:
        return []
    return [
        state for state in _without_missing(reader, node, read.pattern, 0, None, least=1) if state.pattern is not left
    ]


@lru_cache(maxsize=4096)
def missing_attributes(algebra: Algebra, pattern: Pattern) -> Mapping[tuple[str, ...], Pattern]:
    """Return what would be left of a pattern with more attributes, by their names; of many sets the smallest."""
    if not pattern.attributes:
        return {(): pattern}
    found: dict[tuple[str, ...], Pattern] = {}
    for names, left in _ways_to_complete(algebra, pattern):
        key = tuple(sorted(set(names)))
        found[key] = algebra.choice((found[key], left)) if key in found else left
    if () in found:
        # An optional attribute that makes no difference is not missing.
        found = {names: left for names, left in found.items() if not names or left is not found[()]}
    if len(found) > STATES:
        kept = sorted(found, key=lambda names: (len(names), names))[:STATES]
        found = {names: found[names] for names in kept}
    return found


def _ways_to_complete(algebra: Algebra, pattern: Pattern) -> Iterator[tuple[tuple[str, ...], Pattern]]:
    match pattern:
        case AttributePattern():
            yield (min(names_of(pattern.names)),), algebra.empty
        case Choice():
            for member in pattern.members:
                yield from missing_attributes(algebra, member).items()
        case Group() | Interleave():
            both = algebra.group if isinstance(pattern, Group) else algebra.interleave
            rights = missing_attributes(algebra, pattern.right)
            for names, left in missing_attributes(algebra, pattern.left).items():
                for more, right in rights.items():
                    yield (*names, *more), both(left, right)
        case OneOrMore():
            for names, left in missing_attributes(algebra, pattern.inner).items():
                yield names, algebra.one_or_more(left)
