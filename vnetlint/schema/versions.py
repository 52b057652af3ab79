"""What an older libvirt does not know yet, and the version that introduced it.

Each part of the project's schemas is annotated with the version that introduced it. The grammar of an older version is
the newest one without the parts that are younger.
"""

from collections.abc import Callable, Sequence
from functools import cache

from vnetlint.schema.derive import explain
from vnetlint.schema.expect import definitions
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import (
    AttributePattern,
    Choice,
    Data,
    ElementPattern,
    Group,
    Interleave,
    ListOf,
    Notes,
    OneOrMore,
    Pattern,
    Value,
    names_of,
)  # fmt: skip
from vnetlint.version import Version, parse_version
from vnetlint.xml.node import Node

_Reading = Callable[[Node], Sequence[ElementPattern]]
"""Returns the definitions that an element is read by."""

SINCE = "since"
"""The annotation that holds the version."""


def newer_parts(root: Node, grammar: Grammar, target: Version) -> list[tuple[Fault, str]]:
    """Return what version `target` does not know of a document, each with the version that introduced it."""
    faults = explain(root, older(grammar, target))
    if not faults:
        return []
    read_by = definitions(root, grammar)
    return [(fault, _introduced(fault, grammar, target, read_by)) for fault in faults]


@cache
def older(grammar: Grammar, target: Version) -> Grammar:
    """Return a grammar as of a version of libvirt."""
    return _Restriction(grammar, target).grammar()


class _Restriction:
    def __init__(self, grammar: Grammar, target: Version) -> None:
        self.whole = grammar
        self.algebra = grammar.algebra
        self.target = target
        self.done: dict[Pattern, Pattern] = {}

    def grammar(self) -> Grammar:
        contents = [self.whole.content(element) for element in self.whole.elements]
        return Grammar(
            self.algebra, self.of(self.whole.start), [self.of(content) for content in contents], self.whole.elements
        )

    def of(self, pattern: Pattern) -> Pattern:
        if pattern not in self.done:
            self.done[pattern] = self._of(pattern)
        return self.done[pattern]

    def _of(self, pattern: Pattern) -> Pattern:
        algebra = self.algebra
        match pattern:
            case ElementPattern() | Data() | Value():
                return algebra.not_allowed if _is_newer(pattern.notes, self.target) else pattern
            case AttributePattern():
                if _is_newer(pattern.notes, self.target):
                    return algebra.not_allowed
                return algebra.attribute(pattern.names, self.of(pattern.content), pattern.notes)
            case Group():
                return algebra.group(self.of(pattern.left), self.of(pattern.right))
            case Interleave():
                return algebra.interleave(self.of(pattern.left), self.of(pattern.right))
            case Choice():
                return algebra.choice(self.of(member) for member in pattern.members)
            case OneOrMore():
                return algebra.one_or_more(self.of(pattern.inner))
            case ListOf():
                return algebra.list_of(self.of(pattern.inner))
            case _:
                return pattern


def _is_newer(notes: Notes, target: Version) -> bool:
    since = notes.get(SINCE)
    return since is not None and parse_version(since) > target


def _introduced(fault: Fault, grammar: Grammar, target: Version, read_by: _Reading) -> str:
    """Return the version that introduced the faulty part: the oldest one newer than `target`, or an empty text."""
    found = [
        since for notes in _notes(fault, grammar, read_by) if (since := notes.get(SINCE)) and _is_newer(notes, target)
    ]
    return min(found, key=parse_version, default="")


def _notes(fault: Fault, grammar: Grammar, read_by: _Reading) -> list[Notes]:
    node = fault.node
    if fault.attribute is None and fault.kind != "bad-value":
        return [element.notes for element in read_by(node)]
    notes: list[Notes] = []
    written = fault.attribute.value if fault.attribute else node.text.strip()
    for element in read_by(node):
        stack, seen = [grammar.content(element)], set[Pattern]()
        while stack:
            pattern = stack.pop()
            if pattern in seen:
                continue
            seen.add(pattern)
            if isinstance(pattern, AttributePattern):
                if fault.attribute is not None and fault.name in names_of(pattern.names):
                    notes.append(pattern.notes)
                    stack.append(pattern.content)
            elif isinstance(pattern, Value):
                notes += [pattern.notes] if pattern.value == written else []
            elif isinstance(pattern, Data):
                notes.append(pattern.notes)
            else:
                stack.extend(pattern.parts())
    return notes
