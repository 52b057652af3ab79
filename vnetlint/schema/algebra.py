"""The algebra of patterns: makes each pattern once, and takes its derivatives.

A pattern describes the attributes and the content of one element; child elements are symbols in it, not their content.
So the derivative by a child ("what may follow once this has been seen?") never looks into the child, and a document is
matched element by element.

    interleave(optional(element mtu), element name)   after <mtu>:  element name

What keeps it fast:

- Equal patterns are the same object, so results are remembered by pattern and symbol.
- Groups and interleaves are balanced trees whose nodes know the names below them; a step visits one path, not all.
- Attributes of a group, whose order means nothing, are an interleave beside the rest.
- A choice is a flat set with an index by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from vnetlint.schema.datatypes import Datatype
from vnetlint.schema.pattern import (
    NO_NOTES,
    WILD,
    AttributePattern,
    Choice,
    Data,
    ElementPattern,
    Empty,
    Group,
    Interleave,
    ListOf,
    NameClass,
    NotAllowed,
    Notes,
    OneOrMore,
    Pattern,
    Text,
    Value,
    _Pair,
)

_Key = tuple[object, ...]


AttributesKey = tuple[object, ...]
"""A content with the names and values of attributes in it."""

_SHORT = 64
_MOST_ALLOWED = 20_000
"""How many values are remembered with whether they are allowed, and their longest length: documents repeat values."""
_MOST_TAGS = 8192
"""How many tags are remembered with what is left of their element's content."""


class Algebra:
    """Makes patterns, each once, and takes their derivatives, each once."""

    def __init__(self) -> None:
        self._made: dict[_Key, Pattern] = {}
        self._derived: dict[_Key, Pattern] = {}
        self._found: dict[_Key, tuple[ElementPattern, ...]] = {}
        self._named: dict[tuple[Pattern, str], list[AttributePattern]] = {}
        self._allowed: dict[tuple[Pattern, str], bool] = {}
        self.left_of: dict[AttributesKey, Pattern] = {}
        """What is left of contents after valid attributes."""
        self.nodes: list[Pattern] = []
        self.empty: Pattern = self._add(("empty",), Empty(0, True))
        self.not_allowed: Pattern = self._add(("not",), NotAllowed(1, False))
        self.text: Pattern = self._add(("text",), Text(2, True, takes_text=True))

    def _add(self, key: _Key, pattern: Pattern) -> Pattern:
        self._made[key] = pattern
        self.nodes.append(pattern)
        return pattern

    @property
    def size(self) -> int:
        """The number of patterns and derivatives that it remembers."""
        return len(self.nodes) + len(self._derived) + len(self._found) + len(self._named)

    # Making.

    def data(self, type: Datatype, but: Pattern | None = None, notes: Notes = NO_NOTES) -> Pattern:  # noqa: A002
        """A value of a type, except some."""
        key = ("data", type, but and but.serial, notes)
        return self._made.get(key) or self._add(key, Data(len(self.nodes), type, but, notes))

    def value(self, type: Datatype, value: str, notes: Notes = NO_NOTES) -> Pattern:  # noqa: A002
        """One value of a type."""
        key = ("value", type, value, notes)
        return self._made.get(key) or self._add(key, Value(len(self.nodes), type, value, notes))

    def list_of(self, inner: Pattern) -> Pattern:
        """Values separated by white space."""
        if inner is self.not_allowed:
            return inner
        key = ("list", inner.serial)
        return self._made.get(key) or self._add(key, ListOf(len(self.nodes), inner))

    def attribute(self, names: NameClass, content: Pattern, notes: Notes = NO_NOTES) -> Pattern:
        """An attribute."""
        if content is self.not_allowed:
            return content
        key = ("attribute", names, content.serial, notes)
        return self._made.get(key) or self._add(key, AttributePattern(len(self.nodes), names, content, notes))

    def element(self, names: NameClass, definition: int, notes: Notes = NO_NOTES) -> ElementPattern:
        """An element of a definition."""
        key = ("element", definition)
        made = self._made.get(key) or self._add(key, ElementPattern(len(self.nodes), names, definition, notes))
        assert isinstance(made, ElementPattern)
        return made

    def one_or_more(self, inner: Pattern) -> Pattern:
        """A pattern again and again, once at least."""
        if isinstance(inner, OneOrMore | Empty | NotAllowed | Text):
            return inner
        if isinstance(inner, Choice) and self.empty in inner.members:
            others = self.choice(member for member in inner.members if member is not self.empty)
            return self.optional(self.one_or_more(others))
        key = ("more", inner.serial)
        return self._made.get(key) or self._add(key, OneOrMore(len(self.nodes), inner))

    def optional(self, inner: Pattern) -> Pattern:
        """A pattern or nothing."""
        return inner if inner.nullable else self.choice((inner, self.empty))

    def choice(self, members: Iterable[Pattern]) -> Pattern:
        """One of several: a flat set without duplicates and without members that nothing satisfies."""
        flat: set[Pattern] = set()
        for member in members:
            if isinstance(member, Choice):
                flat.update(member.members)
            else:
                flat.add(member)
        flat.discard(self.not_allowed)
        if self.empty in flat and any(member.nullable and member is not self.empty for member in flat):
            flat.discard(self.empty)
        if len(flat) < 2:
            return flat.pop() if flat else self.not_allowed
        return self.choice_of(tuple(sorted(flat, key=lambda member: member.serial)))

    def choice_of(self, members: tuple[Pattern, ...]) -> Pattern:
        """A choice whose members are two at least, no choices themselves, and in the order of their serials."""
        key = ("choice", *members)
        return self._made.get(key) or self._add(key, Choice(len(self.nodes), members))

    def group(self, left: Pattern, right: Pattern, names_from: Pattern | None = None) -> Pattern:
        """One, then the other."""
        if left is self.empty or right is self.not_allowed:
            return right
        if right is self.empty or left is self.not_allowed:
            return left
        key = ("group", left.serial, right.serial)
        return self._made.get(key) or self._pair(key, Group(len(self.nodes), left, right), names_from)

    def interleave(self, left: Pattern, right: Pattern, names_from: Pattern | None = None) -> Pattern:
        """Both, mixed in any order."""
        if left is self.empty or right is self.not_allowed:
            return right
        if right is self.empty or left is self.not_allowed:
            return left
        key = ("interleave", left.serial, right.serial)
        return self._made.get(key) or self._pair(key, Interleave(len(self.nodes), left, right), names_from)

    def _pair(self, key: _Key, pair: _Pair, names_from: Pattern | None) -> Pattern:
        if names_from is not None:
            # A derivative has no names that its origin lacks, so it shares the origin's set.
            pair._elements, pair._attributes = names_from.elements, names_from.attributes
        return self._add(key, pair)

    def group_all(self, parts: Iterable[Pattern]) -> Pattern:
        """One after another, with the attributes, whose order means nothing, beside the rest."""
        attributes: list[Pattern] = []
        others: list[Pattern] = []
        for part in _flat(parts, Group):
            (attributes if _only_attributes(part) else others).append(part)
        return self.interleave(self._balanced(attributes, False), self._balanced(others, True))

    def interleave_all(self, parts: Iterable[Pattern]) -> Pattern:
        """All of several, mixed in any order."""
        attributes: list[Pattern] = []
        others: list[Pattern] = []
        for part in _flat(parts, Interleave):
            (attributes if _only_attributes(part) else others).append(part)
        return self.interleave(self._balanced(attributes, False), self._balanced(others, False))

    def _balanced(self, parts: list[Pattern], ordered: bool) -> Pattern:
        if self.not_allowed in parts:
            return self.not_allowed
        pair = self.group if ordered else self.interleave
        level = [part for part in parts if part is not self.empty]
        while len(level) > 1:
            paired = [pair(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
            level = paired if len(level) % 2 == 0 else [*paired, level[-1]]
        return level[0] if level else self.empty

    # Asking.

    def starts(self, pattern: Pattern, name: str) -> tuple[ElementPattern, ...]:
        """The elements of a name that may come next."""
        key = (pattern, name)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(dict.fromkeys(self._starts(pattern, name)))
        return found

    def _starts(self, pattern: Pattern, name: str) -> Iterator[ElementPattern]:
        if isinstance(pattern, ElementPattern):
            if name in pattern.names:
                yield pattern
            return
        names = pattern.elements
        if name not in names and WILD not in names:
            return
        if isinstance(pattern, Choice):
            for member in pattern.with_element(name):
                yield from self.starts(member, name)
        elif isinstance(pattern, Group):
            yield from self.starts(pattern.left, name)
            if pattern.left.nullable:
                yield from self.starts(pattern.right, name)
        else:
            for part in pattern.parts():
                yield from self.starts(part, name)

    def attributes(self, pattern: Pattern, name: str) -> list[AttributePattern]:
        """The attributes of a name in a pattern. The list is shared: do not change it."""
        if name not in pattern.attributes and WILD not in pattern.attributes:
            return []
        key = (pattern, name)
        found = self._named.get(key)
        if found is None:
            found = self._named[key] = self._attributes(pattern, name)
        return found

    @staticmethod
    def _attributes(pattern: Pattern, name: str) -> list[AttributePattern]:
        found: dict[AttributePattern, None] = {}
        stack = [pattern]
        while stack:
            each = stack.pop()
            if isinstance(each, AttributePattern):
                if name in each.names:
                    found[each] = None
                continue
            names = each.attributes
            if name in names or WILD in names:
                stack.extend(reversed(each.with_attribute(name) if isinstance(each, Choice) else each.parts()))
        return list(found)

    # Derivatives.

    def after_element(self, pattern: Pattern, name: str, chosen: frozenset[ElementPattern]) -> Pattern:
        """What may follow once an element of a name has been seen that satisfies the `chosen` definitions."""
        if isinstance(pattern, ElementPattern):
            return self.empty if pattern in chosen else self.not_allowed
        names = pattern.elements
        if name not in names and WILD not in names:
            return self.not_allowed
        key = (pattern, chosen)
        derived = self._derived.get(key)
        if derived is None:
            derived = self._derived[key] = self._after_element(pattern, name, chosen)
        return derived

    def _after_element(self, pattern: Pattern, name: str, chosen: frozenset[ElementPattern]) -> Pattern:
        if isinstance(pattern, Choice):
            return self.choice(self.after_element(member, name, chosen) for member in pattern.with_element(name))
        if isinstance(pattern, Interleave):
            return self._either(pattern, lambda part: self.after_element(part, name, chosen))
        if isinstance(pattern, Group):
            left = self.group(self.after_element(pattern.left, name, chosen), pattern.right, pattern)
            if not pattern.left.nullable:
                return left
            return self.choice((left, self.after_element(pattern.right, name, chosen)))
        if isinstance(pattern, OneOrMore):
            return self.group(self.after_element(pattern.inner, name, chosen), self.optional(pattern))
        return self.not_allowed

    def _either(self, pattern: Interleave, derive: Callable[[Pattern], Pattern]) -> Pattern:
        """The derivative of an interleave: of its left side, or of its right one."""
        left, right = derive(pattern.left), derive(pattern.right)
        if left is not self.not_allowed:
            left = self.interleave(left, pattern.right, pattern)
            if right is self.not_allowed:
                return left
        elif right is self.not_allowed:
            return right
        return self.choice((left, self.interleave(pattern.left, right, pattern)))

    def after_attribute(self, pattern: Pattern, name: str, chosen: frozenset[AttributePattern]) -> Pattern:
        """What is left once an attribute of a name has been seen that satisfies the `chosen` patterns."""
        if isinstance(pattern, AttributePattern):
            return self.empty if pattern in chosen else self.not_allowed
        names = pattern.attributes
        if name not in names and WILD not in names:
            return self.not_allowed
        key = (pattern, chosen, "@")
        derived = self._derived.get(key)
        if derived is None:
            derived = self._derived[key] = self._after_attribute(pattern, name, chosen)
        return derived

    def _after_attribute(self, pattern: Pattern, name: str, chosen: frozenset[AttributePattern]) -> Pattern:
        if isinstance(pattern, Choice):
            return self.choice(self.after_attribute(member, name, chosen) for member in pattern.with_attribute(name))
        if isinstance(pattern, Interleave):
            return self._either(pattern, lambda part: self.after_attribute(part, name, chosen))
        if isinstance(pattern, Group):
            left = self.group(self.after_attribute(pattern.left, name, chosen), pattern.right, pattern)
            return self.choice(
                (left, self.group(pattern.left, self.after_attribute(pattern.right, name, chosen), pattern))
            )
        if isinstance(pattern, OneOrMore):
            return self.group(self.after_attribute(pattern.inner, name, chosen), self.optional(pattern))
        return self.not_allowed

    def after_attributes(self, pattern: Pattern) -> Pattern:
        """What is left when there are no more attributes: the pattern without the optional ones."""
        if not pattern.attributes:
            return pattern
        key = (pattern, "/@")
        derived = self._derived.get(key)
        if derived is None:
            derived = self._derived[key] = self._after_attributes(pattern)
        return derived

    def remember_left(self, attributes: AttributesKey, left: Pattern) -> None:
        """Remember in `left_of` what is left of a content after valid attributes: documents repeat whole tags."""
        if len(self.left_of) >= _MOST_TAGS:
            self.left_of.clear()
        self.left_of[attributes] = left

    def _after_attributes(self, pattern: Pattern) -> Pattern:
        after = self.after_attributes
        if isinstance(pattern, Choice):
            return self.choice(after(member) for member in pattern.members)
        if isinstance(pattern, Interleave):
            return self.interleave(after(pattern.left), after(pattern.right))
        if isinstance(pattern, Group):
            return self.group(after(pattern.left), after(pattern.right))
        if isinstance(pattern, OneOrMore):
            return self.one_or_more(after(pattern.inner))
        return self.not_allowed

    def after_text(self, pattern: Pattern, text: str | None) -> Pattern:
        """What may follow a piece of text; the text None satisfies everything."""
        if not pattern.takes_text and not pattern.takes_data:
            return self.not_allowed
        if pattern.takes_data:
            return self._after_text(pattern, text)
        key = (pattern, "text")
        derived = self._derived.get(key)
        if derived is None:
            derived = self._derived[key] = self._after_text(pattern, text)
        return derived

    def _after_text(self, pattern: Pattern, text: str | None) -> Pattern:
        if isinstance(pattern, Text):
            return pattern
        if isinstance(pattern, Choice):
            return self.choice(self.after_text(member, text) for member in pattern.members)
        if isinstance(pattern, Interleave):
            return self._either(pattern, lambda part: self.after_text(part, text))
        if isinstance(pattern, Group):
            left = self.group(self.after_text(pattern.left, text), pattern.right)
            return self.choice((left, self.after_text(pattern.right, text))) if pattern.left.nullable else left
        if isinstance(pattern, OneOrMore):
            return self.group(self.after_text(pattern.inner, text), self.optional(pattern))
        return self.empty if text is None or self._is_value(pattern, text) else self.not_allowed

    def _is_value(self, pattern: Pattern, text: str) -> bool:
        if isinstance(pattern, Value):
            return pattern.type.same(text, pattern.value)
        if isinstance(pattern, Data):
            return pattern.type.allows(text) and (pattern.but is None or not self.allows(pattern.but, text))
        if isinstance(pattern, ListOf):
            left = pattern.inner
            for word in text.split():
                left = self.after_text(left, word)
            return left.nullable
        return False

    def allows(self, pattern: Pattern, text: str | None) -> bool:
        """Whether a whole text, such as the value of an attribute, satisfies a pattern."""
        if text is None or (pattern.nullable and not text.strip(" \t\r\n")):
            return True
        if len(text) > _SHORT:
            return self.after_text(pattern, text).nullable
        key = (pattern, text)
        allowed = self._allowed.get(key)
        if allowed is None:
            if len(self._allowed) > _MOST_ALLOWED:
                self._allowed.clear()
            allowed = self._allowed[key] = self.after_text(pattern, text).nullable
        return allowed


def _flat(parts: Iterable[Pattern], kind: type[Group] | type[Interleave]) -> list[Pattern]:
    """The parts, with those of the same kind dissolved into theirs, in order."""
    flat: list[Pattern] = []
    stack = list(parts)[::-1]
    while stack:
        part = stack.pop()
        if isinstance(part, kind) or (isinstance(part, Interleave) and _only_attributes(part)):
            stack += (part.right, part.left)
        else:
            flat.append(part)
    return flat


def _only_attributes(pattern: Pattern) -> bool:
    return not pattern.elements and not pattern.takes_text and not pattern.takes_data
