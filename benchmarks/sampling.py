"""Random documents that follow a grammar.

Each document has an aim: the branch of the grammar that was drawn least often so far. The path to it is chosen at
random among those that lead there, and everything beside the path is random too, with rare branches first. So a run
that is long enough draws every branch, even deep ones, and documents stay small.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from vnetlint.schema.datatypes import BUILTIN_TYPES, Datatype
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import (
    AnyName,
    AttributePattern,
    Choice,
    Data,
    ElementPattern,
    Group,
    Interleave,
    ListOf,
    Name,
    NameClass,
    NotAllowed,
    OneName,
    OneOrMore,
    Pattern,
    Text,
    Value,
)
from vnetlint.schema.regex import regex
from vnetlint.schema.regextree import Branches, Part, Ranges, Repeat, Set
from vnetlint.schema.regextree import Sequence as InRow

_TEXTS = (
    "",
    "a",
    "lab-1",
    "two words",
    "/var/lib/a.img",
    "a/b",
    "7",
    "0",
    "-1",
    "ä€",
    "a,b",
    "52:54:00:0a:0b:0c",
    "<&>",
)
_WILD = ("{urn:vnetlint:sample}thing", "{http://libvirt.org/schemas/domain/qemu/1.0}commandline", "thing", "name")
_DEEP = 9
_FAR = 1 << 30


@dataclass
class _Content:
    """The content drawn for an element, or for a part of one."""

    attributes: list[tuple[str, str]] = field(default_factory=list)
    items: list[etree._Element | str] = field(default_factory=list)


class Sampler:
    """A source of random documents of one grammar."""

    def __init__(self, grammar: Grammar, chance: random.Random) -> None:
        self.grammar = grammar
        self.chance = chance
        self.drawn: Counter[tuple[int, int]] = Counter()
        self._parts = _reachable(grammar)
        self._least = _least(self._parts)
        self._parents: dict[Pattern, list[Pattern]] = {pattern: [] for pattern in self._parts}
        for pattern, parts in self._parts.items():
            for part in parts:
                self._parents[part].append(pattern)
        self._options = {
            element: sum(isinstance(each, Choice) and each.nullable for each in _inside(grammar.content(element)))
            for element in self._parts
            if isinstance(element, ElementPattern)
        }
        self.branches = [
            (pattern, number)
            for pattern in self._parts
            if isinstance(pattern, Choice)
            for number, member in enumerate(pattern.members)
            if self._least[member] < _FAR
        ]
        """Every member of every choice."""

    def document(self) -> etree._Element:
        """Draw a document that aims at the branch drawn least often."""
        aim, number = min(self.branches, key=lambda each: (self._count(*each), self.chance.random()))
        self._aim, self._number = aim, number
        self._distance = self._distances(aim)
        self._room = self._distance.get(self.grammar.start, 0) + self.chance.choice((0, 0, 2, 6, 12))
        content = _Content()
        self._draw(self.grammar.start, content, 0, 0.3, self.grammar.start in self._distance)
        root = content.items[0]
        assert not isinstance(root, str)
        return root

    def _count(self, choice: Pattern, number: int) -> int:
        return self.drawn[choice.serial, number]

    def _distances(self, aim: Pattern) -> dict[Pattern, int]:
        """The number of steps from each pattern to the aim; patterns that do not lead there are left out."""
        found: dict[Pattern, int] = {}
        ring, steps = {aim: None}, 0
        while ring:
            found.update(dict.fromkeys(ring, steps))
            ring = dict.fromkeys(above for each in ring for above in self._parents[each] if above not in found)
            steps += 1
        return found

    # Patterns. `led` means that the path to the aim goes through this pattern.

    def _draw(self, pattern: Pattern, into: _Content, depth: int, share: float, led: bool) -> None:
        match pattern:
            case Text():
                into.items.append(self.chance.choice(_TEXTS))
            case Value() | Data() | ListOf():
                into.items.append(self._value(pattern, led))
            case AttributePattern():
                held = _Content()
                self._draw(pattern.content, held, depth, share, led)
                name = self._name(pattern.names, {name for name, _ in into.attributes})
                into.attributes.append((name, "".join(item for item in held.items if isinstance(item, str))))
            case ElementPattern():
                into.items.append(self._element(pattern, depth, led))
            case OneOrMore():
                for number in range(self._times(depth)):
                    self._draw(pattern.inner, into, depth, share, led and number == 0)
            case Group() | Interleave():
                self._pair(pattern, into, depth, share, led)
            case Choice():
                number = self._member(pattern, depth, share, led)
                self.drawn[pattern.serial, number] += 1
                reached = led and pattern is self._aim
                self._draw(pattern.members[number], into, depth, share, led and not reached)
            case NotAllowed():
                raise AssertionError("nothing can be drawn here")

    def _element(self, pattern: ElementPattern, depth: int, led: bool) -> etree._Element:
        content = _Content()
        share = min(0.5, 2.5 / max(1, self._options[pattern]))
        self._draw(self.grammar.content(pattern), content, depth + 1, share, led)
        element = etree.Element(self._name(pattern.names, set()))
        for name, value in content.attributes:
            element.set(name, value)
        for item in content.items:
            if not isinstance(item, str):
                element.append(item)
            elif len(element):
                element[-1].tail = (element[-1].tail or "") + item
            else:
                element.text = (element.text or "") + item
        return element

    def _times(self, depth: int) -> int:
        if depth > _DEEP:
            return 1
        return self.chance.choices((1, 2, 3), (6, 3, 1))[0]

    def _pair(self, pattern: Group | Interleave, into: _Content, depth: int, share: float, led: bool) -> None:
        sides = [_Content(attributes=into.attributes) for _ in range(2)]
        ways = [self._distance.get(each, _FAR) for each in (pattern.left, pattern.right)]
        led_to = -1
        if led:
            ready = [number for number in range(2) if ways[number] < _FAR]
            led_to = min(
                ready, key=lambda number: (ways[number] if self._tight else 0, self.chance.random()), default=-1
            )
        for number, part in enumerate((pattern.left, pattern.right)):
            self._draw(part, sides[number], depth, share, number == led_to)
        if isinstance(pattern, Group):
            into.items += sides[0].items + sides[1].items
            return
        queues = [list(side.items) for side in sides]
        while any(queues):
            into.items.append(self.chance.choices(queues, [len(queue) for queue in queues])[0].pop(0))

    @property
    def _tight(self) -> bool:
        return self._room <= 0

    def _member(self, pattern: Choice, depth: int, share: float, led: bool) -> int:
        """The index of the member to draw."""
        members = pattern.members
        if led and pattern is self._aim:
            return self._number
        numbers = [number for number, member in enumerate(members) if self._least[member] < _FAR]
        if led:
            ways = {number: way for number in numbers if (way := self._distance.get(members[number])) is not None}
            if ways:
                nearest = min(ways.values())
                near = [number for number, way in ways.items() if way - nearest <= max(0, self._room)]
                number = self._rare(pattern, near)
                self._room -= ways[number] - nearest
                return number
        least = min(self._least[members[number]] for number in numbers)
        if depth > _DEEP:
            return self.chance.choice([each for each in numbers if self._least[members[each]] == least])
        skipping = [number for number in numbers if _is_nothing(members[number])]
        others = [number for number in numbers if number not in skipping]
        if skipping and (not others or self.chance.random() > share):
            return skipping[0]
        return self._rare(pattern, others)

    def _rare(self, pattern: Choice, numbers: Sequence[int]) -> int:
        weights = [1 / (1 + self._count(pattern, number)) for number in numbers]
        return self.chance.choices(numbers, weights)[0]

    # Values.

    def _value(self, pattern: Value | Data | ListOf, led: bool) -> str:
        match pattern:
            case Value():
                return pattern.value
            case Data():
                for _ in range(200):
                    text = value_of(pattern.type, self.chance)
                    if pattern.type.allows(text) and not self._is_excepted(pattern, text):
                        return text
                raise AssertionError(f"no value of {pattern.type} was found")
            case ListOf():
                held = _Content()
                self._draw(pattern.inner, held, _DEEP, 0.5, led)
                return " ".join(str(item) for item in held.items)

    def _is_excepted(self, pattern: Data, text: str) -> bool:
        return pattern.but is not None and self.grammar.algebra.allows(pattern.but, text)

    def _name(self, names: NameClass, taken: set[str]) -> str:
        match names:
            case Name(name):
                return name
            case OneName(classes):
                return self._name(self.chance.choice(classes), taken)
            case AnyName():
                fitting = [name for name in _WILD if name in names and name not in taken]
                fitting += [name for number in range(9) if (name := f"other-{number}") in names and name not in taken]
                fitting += [
                    name for number in range(9) if (name := f"{{urn:a}}b{number}") in names and name not in taken
                ]
                return self.chance.choice(fitting[:4])


# -- the grammar ---------------------------------------------------------------------------------------------------


def _reachable(grammar: Grammar) -> dict[Pattern, tuple[Pattern, ...]]:
    """Every pattern that the start reaches, with its direct successors."""
    found: dict[Pattern, tuple[Pattern, ...]] = {}
    stack = [grammar.start]
    while stack:
        pattern = stack.pop()
        if pattern not in found:
            found[pattern] = tuple(_parts(grammar, pattern))
            stack.extend(found[pattern])
    return found


def _parts(grammar: Grammar, pattern: Pattern) -> Sequence[Pattern]:
    match pattern:
        case AttributePattern():
            return (pattern.content,)
        case ElementPattern():
            return (grammar.content(pattern),)
        case ListOf():
            return (pattern.inner,)
    return pattern.parts()


def _inside(content: Pattern) -> list[Pattern]:
    """The patterns of one element's content."""
    found: dict[Pattern, None] = {}
    stack = [content]
    while stack:
        pattern = stack.pop()
        if pattern not in found:
            found[pattern] = None
            stack.extend(pattern.parts())
    return list(found)


def _least(parts: dict[Pattern, tuple[Pattern, ...]]) -> dict[Pattern, int]:
    """The least number of elements and attributes of each pattern; far too many if it cannot be satisfied."""
    least = dict.fromkeys(parts, _FAR)
    changed = True
    while changed:
        changed = False
        for pattern in reversed(list(parts)):
            sizes = [least[part] for part in parts[pattern]]
            match pattern:
                case NotAllowed():
                    size = _FAR
                case Choice():
                    size = min(sizes)
                case ElementPattern() | AttributePattern():
                    size = 1 + sizes[0]
                case _:
                    size = sum(sizes)
            size = min(size, _FAR)
            if size < least[pattern]:
                least[pattern] = size
                changed = True
    return least


def _is_nothing(pattern: Pattern) -> bool:
    return pattern.nullable and not pattern.parts() and not pattern.takes_text


# -- values --------------------------------------------------------------------------------------------------------


def value_of(kind: Datatype, chance: random.Random) -> str:
    """Draw a text that is probably a value of a type: its limits, and some in between."""
    if pattern := kind.facet("pattern"):
        return _follow(regex(pattern).tree, chance)
    known = BUILTIN_TYPES[kind.name]
    if known.words == "a whole number":
        return _whole(kind, chance)
    if known.words == "a number":
        return chance.choice(("0", "1", "0.5", "1.25", "10", "-3.5"))
    if kind.name == "dateTime":
        return chance.choice(("2024-12-31T23:59:00", "2010-04-09T15:51:00"))
    if kind.name in ("NCName", "Name", "NMTOKEN", "ID", "IDREF", "QName", "token", "string", "normalizedString"):
        longest = int(kind.facet("maxLength") or kind.facet("length") or 40)
        least = int(kind.facet("minLength") or kind.facet("length") or 0)
        text = chance.choice(_TEXTS)
        return (text + "a" * max(0, least - len(text)))[:longest]
    return regex(r"[0-9a-f]*").example if kind.name == "hexBinary" else chance.choice(("a", "0"))


def _whole(kind: Datatype, chance: random.Random) -> str:
    known = BUILTIN_TYPES[kind.name]
    low, high = known.least, known.most
    for facet, step in (("minInclusive", 0), ("minExclusive", 1)):
        if (bound := kind.facet(facet)) is not None:
            low = int(bound) + step if low is None else max(low, int(bound) + step)
    for facet, step in (("maxInclusive", 0), ("maxExclusive", -1)):
        if (bound := kind.facet(facet)) is not None:
            high = int(bound) + step if high is None else min(high, int(bound) + step)
    low = -(2**63) if low is None else low
    high = 2**64 - 1 if high is None else high
    drawn = [each for each in (0, 1, 2, 9, 16, 80, 4096, -1, 2**16, 2**31, 2**32) if low <= each <= high]
    return str(chance.choice([*drawn, low, high, chance.randint(low, high)]))


def _follow(part: Part, chance: random.Random) -> str:
    match part:
        case Set(ranges):
            return _character(ranges, chance)
        case InRow(parts):
            return "".join(_follow(each, chance) for each in parts)
        case Branches(parts):
            return _follow(chance.choice(parts), chance)
        case Repeat(inner, least, most):
            highest = least + 6 if most is None else min(most, least + 40)
            times = chance.choice((least, highest, chance.randint(least, highest)))
            return "".join(_follow(inner, chance) for _ in range(times))


def _character(ranges: Ranges, chance: random.Random) -> str:
    """Draw a character of a set: a visible one if there are any, and each range equally often."""
    seen = [(max(low, 32), min(high, 126)) for low, high in ranges if low <= 126 and high >= 32]
    others = [(low, high) for low, high in ranges if low >= 0xA1 and high < 0xD800]
    low, high = chance.choice(seen or others or [(max(low, 9), max(low, 9)) for low, _ in ranges])
    return chr(chance.randint(low, high))
