"""Fixes are tried on a copy of a document: each has to leave fewer faults."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from vnetlint.dataclass import dataclass
from vnetlint.finding import Edit, Span
from vnetlint.lazy import cached_property
from vnetlint.schema.derive import SeenOutcomes, count_faults, matches
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.homes import Groups, homes_of
from vnetlint.schema.libvirt_verdict import message_of
from vnetlint.xml import wellformed
from vnetlint.xml.node import Attribute, Node
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

WORK = 60_000
"""Characters of a document, times its faults, above which fixes are offered untried."""


@dataclass(frozen=True)
class FaultyDocument:
    """All faults of a document, and the grammar that found them."""

    every: tuple[Fault, ...]
    grammar: Grammar
    whole: bool
    """Whether the grammar is that of the whole document, so that a changed document can be judged by it."""
    unsaid: int = 0
    """How many more faults there are that are not reported."""
    tried: dict[frozenset[Edit], bool] = field(default_factory=dict)
    """Whether edits have been found to help: faults of one kind often share a fix."""
    seen: SeenOutcomes = field(default_factory=dict)
    """What is wrong in the elements of the copies that fixes have been tried on: most are in each copy."""

    @cached_property
    def may_try(self) -> bool:
        """Whether fixes are tried on a copy: not on one of a part of the document, and not if that takes too long."""
        if not self.whole or not self.every:
            return self.whole
        start, end = self.every[0].node.document.span
        return (end - start) * len(self.every) <= WORK

    @cached_property
    def refused(self) -> frozenset[Node]:
        """The elements that libvirt refuses for one of their faults, so that none of these has been without effect."""
        return frozenset(each.node for each in self.every if message_of(each))

    @cached_property
    def renamed_in(self) -> Mapping[Node, Sequence[tuple[Attribute, str]]]:
        """The attributes of each element that have another name, each with that name."""
        found: dict[Node, dict[str, Attribute]] = {}
        for each in self.every:
            if each.kind == "unknown-attribute" and each.attribute is not None and each.meant:
                found.setdefault(each.node, {}).setdefault(each.meant, each.attribute)
        return {node: tuple((old, new) for new, old in names.items()) for node, names in found.items()}

    @cached_property
    def unmeant_in(self) -> Mapping[Node, Sequence[Attribute]]:
        """The attributes of each element that mean no other."""
        found: dict[Node, list[Attribute]] = {}
        for each in self.every:
            if each.kind == "unknown-attribute" and each.attribute is not None and not each.meant:
                found.setdefault(each.node, []).append(each.attribute)
        return found

    @cached_property
    def homes(self) -> dict[Node, Node]:
        """The place of each misplaced element that has only one. If there are several, a person has to choose."""
        strays = (each for each in self.every if self.whole and each.kind == "misplaced-element" and not each.related)
        found = ((each.node, next(iter(homes_of(each)), None)) for each in strays)
        return {node: first[0] for node, first in found if first is not None and first[1] == "unsafe"}

    @cached_property
    def strays_of(self) -> "Groups[Node]":
        """The misplaced elements that have only one place, by that place."""
        return Groups((home, node) for node, home in self.homes.items())

    @cached_property
    def strays_beside(self) -> "Groups[tuple[Node | None, str]]":
        """The misplaced elements of one parent that belong in an element of a name, by that parent and name."""
        strays = (each for each in self.every if self.whole and each.kind == "misplaced-element")
        return Groups(((each.node.parent, home), each.node) for each in strays for home in each.allowed_in)


def helps(node: Node, edits: Sequence[Edit], among: FaultyDocument, least: int = 1) -> bool:
    """Whether edits remove at least so many faults from a document."""
    key = frozenset(edits)
    if key not in among.tried:
        among.tried[key] = leaves(node, edits, among, len(among.every) + among.unsaid - least)
    return among.tried[key]


def leaves(node: Node, edits: Sequence[Edit], among: FaultyDocument, most: int) -> bool:
    """Whether at most so many faults are left after edits. Only the document's part of the file is read."""
    document = node.document
    source, (start, end) = document.source, document.span
    if any(each.path != source.path or not start <= each.span.start <= each.span.end <= end for each in edits):
        return False
    moved = [replace(each, span=Span(each.span.start - start, each.span.end - start)) for each in edits]
    before = source.text[start:end]
    after = apply(before, moved)
    if len(source.readings) > 1:
        # A fault that is fixed in one rendering may not be visible in the first.
        return True
    documents = parse(source.with_text(after))
    if len(documents) != 1 or wellformed.check(documents[0]) is not None:
        return False
    root = documents[0].root
    return count_faults(root, among.grammar, among.seen) <= most if most else matches(root, among.grammar)
