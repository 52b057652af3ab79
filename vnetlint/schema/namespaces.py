"""Namespaces: the tree has names as written, and a grammar needs them resolved."""

from __future__ import annotations

from vnetlint.schema.pattern import qualified
from vnetlint.xml.tree import Attribute, Node

_XML = "http://www.w3.org/XML/1998/namespace"


class Namespaces:
    """The names of a document with their namespaces."""

    def __init__(self, root: Node) -> None:
        self.are_declared = "xmlns" in root.document.source.text[root.start : root.end]
        self._scopes: dict[Node | None, dict[str, str]] = {None: {"xml": _XML}}
        self._outermost = root.parent

    def element(self, node: Node) -> str:
        """The name of an element with its namespace."""
        if not self.are_declared:
            return node.name
        scope = self._scope(node)
        prefix, colon, local = node.name.rpartition(":")
        if colon and prefix not in scope:
            return node.name
        return qualified(scope.get(prefix, ""), local)

    def attributes(self, node: Node) -> list[tuple[str, Attribute]]:
        """The attributes of an element with their names resolved, without the declarations of namespaces."""
        found: list[tuple[str, Attribute]] = []
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
        chain: list[Node] = []
        at: Node | None = node
        while at is not None and at is not self._outermost and at not in self._scopes:
            chain.append(at)
            at = at.parent
        scope = self._scopes[at if at in self._scopes else None]
        for each in reversed(chain):
            own = {
                name[6:]: attribute.value
                for name, attribute in each.attributes.items()
                if name == "xmlns" or name.startswith("xmlns:")
            }
            scope = {**scope, **own} if own else scope
            self._scopes[each] = scope
        return scope


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
