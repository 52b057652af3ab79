"""A schema with all that it includes, as a table of definitions."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tools.schemas.notation import local, patterns, tag

# Patterns that only wrap other patterns: they hold attributes, elements or both.
WRAPPERS = frozenset({"group", "interleave", "optional", "zeroOrMore", "oneOrMore", "choice", "mixed", "list"})


class BuildError(Exception):
    """A source that cannot be built, with the reason."""


class Definitions:
    """The definitions of a schema by their names, and its start."""

    def __init__(self, path: Path) -> None:
        self.start: etree._Element | None = None
        self.defines: dict[str, etree._Element] = {}
        self._read(path, frozenset())

    def _read(self, path: Path, overridden: frozenset[str]) -> None:
        root = etree.parse(path, etree.XMLParser(remove_blank_text=True)).getroot()
        library = root.get("datatypeLibrary")
        for node in patterns(root):
            if local(node) == "include":
                own = {str(define.get("name")): define for define in patterns(node)}
                self._read(path.parent / str(node.get("href")), overridden | frozenset(own))
                for name, define in own.items():
                    self._add(name, define, overridden)
            elif local(node) == "start":
                self.start = node
            elif local(node) == "define":
                self._add(str(node.get("name")), node, overridden)
            if library and node.get("datatypeLibrary") is None:
                node.set("datatypeLibrary", library)

    def _add(self, name: str, define: etree._Element, overridden: frozenset[str]) -> None:
        if name in overridden:
            return
        known = self.defines.get(name)
        if known is not None and etree.tostring(known) != etree.tostring(define):
            raise BuildError(f"{name} is defined twice")
        self.defines[name] = define

    def body(self, name: str) -> list[etree._Element]:
        """The patterns of a definition."""
        if name not in self.defines:
            raise BuildError(f"{name} is not defined")
        return patterns(self.defines[name])

    def only_attributes(self, node: etree._Element) -> bool:
        """Whether a pattern holds attributes and nothing else."""
        if local(node) in {"attribute", "empty"}:
            return True
        if local(node) == "ref":
            return all(self.only_attributes(child) for child in self.body(str(node.get("name"))))
        return local(node) in WRAPPERS and all(self.only_attributes(child) for child in patterns(node))

    def holds(self, node: etree._Element, wanted: set[str]) -> bool:
        """Whether a pattern has one of the wanted kinds, not looking into elements and attributes."""
        if local(node) in wanted:
            return True
        if local(node) == "ref":
            return any(self.holds(child, wanted) for child in self.body(str(node.get("name"))))
        return local(node) in WRAPPERS and any(self.holds(child, wanted) for child in patterns(node))

    def reached(self) -> list[str]:
        """The definitions that the start needs, in the order of their first use."""
        order: dict[str, None] = {}
        pending = [self.start]
        while pending:
            node = pending.pop(0)
            assert node is not None
            found = []
            for ref in node.iter(tag("ref")):
                name = str(ref.get("name"))
                if name not in order:
                    order[name] = None
                    self.body(name)
                    found.append(self.defines[name])
            pending[:0] = found
        return list(order)
