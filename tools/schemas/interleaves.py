"""Interleaves as libxml2 needs them: none within another, and attributes in ones of their own.

The sources group children by topic (`identity & connection & addressing`), each topic an interleave of its own.
libxml2 wrongly rejects valid orders of children when interleaves are nested. So `flatten` leaves one flat interleave an
element, with the attributes before it, and moves choices of several kinds (`<disk type=...>` and its source) out of it.
"""

from __future__ import annotations

import copy

from lxml import etree

from tools.schemas.definitions import WRAPPERS, BuildError, Definitions
from tools.schemas.notation import local, patterns, tag


def flatten(definitions: Definitions) -> None:
    """Leave no interleave within another. Raises BuildError where that is not possible."""
    _Flattening(definitions).run()


def join_attributes(definitions: Definitions) -> None:
    """Put attributes that follow each other into interleaves, which means the same.

    libxml2 keeps two states for each optional attribute of a sequence, present or absent, so ten of them take a
    thousand times the work of one. In an interleave it settles each at once.
    """
    for define in definitions.defines.values():
        for node in [define, *define.iter(tag("element"), tag("group"))]:
            run: list[etree._Element] = []
            for child in [*patterns(node), None]:
                if child is not None and definitions.only_attributes(child):
                    run.append(child)
                    continue
                if len(run) > 1:
                    join = etree.Element(tag("interleave"))
                    node.insert(node.index(run[0]), join)
                    join.extend(run)
                run = []


class _Flattening:
    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def run(self) -> None:
        for define in [self.definitions.start, *self.definitions.defines.values()]:
            for node in list(define.iter(tag("interleave"))) if define is not None else ():
                if node.getparent() is not None:
                    self._flatten_one(node)

    def _parts(self, node: etree._Element) -> list[etree._Element] | None:
        """What an interleave may hold directly in place of `node`; None where `node` is one thing."""
        if local(node) == "interleave":
            return patterns(node)
        if local(node) == "ref":
            inner = self.definitions.body(str(node.get("name")))
        elif local(node) == "group":
            inner = patterns(node)
        else:
            return None
        if len(inner) == 1:
            return self._parts(inner[0])
        ordered = [child for child in inner if not self.definitions.only_attributes(child)]
        if len(ordered) > 1:
            return None
        # Only attributes around one part: the order means nothing.
        return inner if local(node) == "group" or (ordered and self._parts(ordered[0]) is not None) else None

    def _alternatives(self, node: etree._Element) -> list[etree._Element] | None:
        """The branches of a choice that has to leave its interleave, because some have attributes or interleaves."""
        while local(node) in {"ref", "group"}:
            inner = self.definitions.body(str(node.get("name"))) if local(node) == "ref" else patterns(node)
            if len(inner) != 1:
                return None
            node = inner[0]
        if local(node) == "choice" and self.definitions.holds(node, {"attribute", "interleave"}):
            return patterns(node)
        return None

    def _flatten_one(self, node: etree._Element) -> None:
        queue, flat = patterns(node), []
        while queue:
            child = queue.pop(0)
            inner = self._parts(child)
            if inner is None:
                flat.append(child)
            else:
                queue[:0] = [copy.deepcopy(part) for part in inner]
        for place, child in enumerate(flat):
            branches = None if self.definitions.only_attributes(child) else self._alternatives(child)
            if branches is not None:
                self._distribute(node, branches, flat[:place] + flat[place + 1 :])
                return
        self._refill(node, flat)

    def _distribute(self, node: etree._Element, branches: list[etree._Element], rest: list[etree._Element]) -> None:
        """Make `(a | b) & c` of an interleave into `(a & c) | (b & c)`."""
        choice = etree.Element(tag("choice"))
        parent = node.getparent()
        assert parent is not None
        parent.replace(node, choice)
        for branch in branches:
            group = etree.SubElement(choice, tag("group"))
            inner = etree.SubElement(group, tag("interleave"))
            inner.extend(copy.deepcopy(part) for part in (branch, *rest))
            self._flatten_one(inner)

    def _refill(self, node: etree._Element, flat: list[etree._Element]) -> None:
        """Put flat children into an interleave, and the attributes before it."""
        attributes = [child for child in flat if self.definitions.only_attributes(child)]
        others = [child for child in flat if not self.definitions.only_attributes(child)]
        for child in others:
            self._refuse_interleave(child, trail=())
        for child in list(node):
            node.remove(child)
        node.extend(others)
        parent = node.getparent()
        assert parent is not None
        place = parent.index(node)
        if local(parent) not in {"element", "define", "group", "interleave"} and attributes:
            group = etree.Element(tag("group"))
            parent.replace(node, group)
            group.append(node)
            parent, place = group, 0
        for offset, child in enumerate(attributes):
            parent.insert(place + offset, child)
        if not others:
            parent.remove(node)

    def _refuse_interleave(self, node: etree._Element, trail: tuple[str, ...]) -> None:
        if local(node) == "interleave":
            raise BuildError(f"cannot flatten an interleave within an interleave: {' > '.join(trail) or 'directly'}")
        if local(node) == "ref":
            name = str(node.get("name"))
            if name not in trail:
                for child in self.definitions.body(name):
                    self._refuse_interleave(child, (*trail, name))
        elif local(node) in WRAPPERS:
            for child in patterns(node):
                self._refuse_interleave(child, trail)
