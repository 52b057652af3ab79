"""Namespaces: the tree has names as written, and a grammar needs them resolved."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from vnetlint.schema.pattern import qualified
from vnetlint.xml.node import Attribute, Node

_XML = "http://www.w3.org/XML/1998/namespace"


class Namespaces:
    """The names of a document with their namespaces."""

    def __init__(self, root: Node) -> None:
        text = root.document.source.text
        self.are_declared = text.find("xmlns", root.start, root.end) >= 0
        self._declared = _prefixes_of_root(root) if self.are_declared else ()
        self._uses = [*_places_of(self._declared or (), root)]
        self._scopes: dict[Node | None, dict[str, str]] = {None: {"xml": _XML}}
        self._outermost = root.parent

    def are_used_in(self, node: Node) -> bool:
        """Whether what an element means may depend on a declaration outside of it."""
        if self._declared is None:
            return True
        first = bisect_left(self._uses, node.start)
        return first < len(self._uses) and self._uses[first] < node.end

    def element(self, node: Node) -> str:
        """The name of an element with its namespace."""
        if not self.are_declared or (self._declared is not None and ":" not in node.name):
            return node.name
        scope = self._scope(node)
        prefix, colon, local = node.name.rpartition(":")
        if colon and prefix not in scope:
            return node.name
        return qualified(scope.get(prefix, ""), local)

    def elements(self, nodes: Iterable[Node]) -> list[str]:
        """The names of elements with their namespaces."""
        return [self.element(each) if self.are_declared else each.name for each in nodes]

    def attributes(self, node: Node) -> list[tuple[str, Attribute]]:
        """The attributes of an element with their names resolved, without the declarations of namespaces."""
        found: list[tuple[str, Attribute]] = []
        if not node.values:
            return found
        for name, attribute in node.attributes.items():
            if ":" not in name:
                if name != "xmlns":
                    found.append((name, attribute))
                continue
            prefix, _, local = name.partition(":")
            if prefix == "xmlns":
                continue
            bound = self._scope(node).get(prefix)
            found.append((qualified(bound, local) if bound else name, attribute))
        return found

    def written(self, node: Node, name: str) -> str:
        """A resolved name as it is written at a node; without a prefix if none is declared."""
        if not name.startswith("{"):
            return name
        namespace, _, local = name[1:].rpartition("}")
        prefixes = (prefix for prefix, bound in self._scope(node).items() if bound == namespace)
        prefix = min(prefixes, default="")
        return f"{prefix}:{local}" if prefix else local

    def _scope(self, node: Node) -> dict[str, str]:
        if node in self._scopes:
            return self._scopes[node]
        chain: list[Node] = []
        at: Node | None = node
        while at is not None and at is not self._outermost and at not in self._scopes:
            chain.append(at)
            at = at.parent
        scope = self._scopes[at if at in self._scopes else None]
        for each in reversed(chain):
            own = {name[6:]: value for name, value in each.values.items() if _declares(name)}
            scope = {**scope, **own} if own else scope
            self._scopes[each] = scope
        return scope


def _declares(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _prefixes_of_root(root: Node) -> tuple[str, ...] | None:
    """Return the prefixes with their colons, if nothing but those is declared, and only by the root; else None."""
    names = [name for name in root.values if _declares(name)]
    if "xmlns" in names or len(names) != root.document.source.text.count("xmlns", root.start, root.end):
        return None
    return ("xml:", *(f"{name[6:]}:" for name in names))


def _places_of(prefixes: Iterable[str], root: Node) -> Iterator[int]:
    """Yield the places of prefixes in the text of a document, in order."""
    if prefixes:
        pattern = re.compile("|".join(map(re.escape, prefixes)))
        yield from (found.start() for found in pattern.finditer(root.document.source.text, root.start, root.end))


LIBVIRT = {
    "qemu": "http://libvirt.org/schemas/domain/qemu/1.0",
    "lxc": "http://libvirt.org/schemas/domain/lxc/1.0",
    "bhyve": "http://libvirt.org/schemas/domain/bhyve/1.0",
    "dnsmasq": "http://libvirt.org/schemas/network/dnsmasq/1.0",
}
"""The namespaces that libvirt's drivers read, by their usual prefix."""


def unbound_prefix(node: Node) -> str | None:
    """Return the prefix of an element's name if it is not declared, so that libvirt drops the element; else None."""
    prefix, colon, _ = node.name.partition(":")
    at: Node | None = node if colon else None
    while at is not None:
        if f"xmlns:{prefix}" in at.attributes:
            return None
        at = at.parent
    return prefix if colon else None
