"""The elements of a document that an XPath expression selects, by libxml2 on a copy of the tree.

The copy is made element by element, so that each of its elements is known to be one of the document, and templates and
half-typed files have one too. White space around a text is left out, as libvirt and the model do.
"""

import re
from functools import lru_cache
from typing import cast

from lxml import etree

from vnetlint.policy.xpath import XPathExpression
from vnetlint.xml.node import Document, Node
from vnetlint.xml.order import CONTAINERS
from vnetlint.xml.template import FILLER, is_opaque

MAX_VISITS = 25_000_000
"""Nodes that an expression may visit in a document; libxml2 takes up to 50 ns for each."""

_INVALID = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNNAMED = "_"
"""The name of an element whose own is not one of XML."""


class XPathSelection:
    """What an expression selects."""

    def __init__(self, expression: XPathExpression) -> None:
        namespaces = {each: _namespace(each) for each in sorted(expression.prefixes)}
        self._expression = expression
        self._compiled = etree.XPath(expression.text, namespaces=namespaces or None, regexp=False)
        # One answer is enough: rules are asked about a document's elements one after another.
        self._document: Document | None = None
        self._kept: dict[Node, None] = {}

    def is_too_costly(self, document: Document) -> bool:
        """Whether the expression would take too long in a document."""
        characters = document.span.end - document.span.start
        return self._expression.visits(document.elements, characters, document.depth) > MAX_VISITS

    def of(self, document: Document) -> dict[Node, None]:
        """Return the selected elements, in order.

        One of a template is selected only if that does not depend on a placeholder.
        """
        if document is not self._document:
            self._document, self._kept = document, self._found(document)
        return self._kept

    def _found(self, document: Document) -> dict[Node, None]:
        if self.is_too_costly(document):
            return {}
        root, nodes = _copied(document)
        selected = cast("list[etree._Element]", self._compiled(root))
        # `//.` selects texts too, which are not elements.
        found = dict.fromkeys(node for node in map(nodes.get, selected) if node is not None)
        if not document.source.is_template or not self._expression.has_conditions:
            return found
        if not self._expression.is_local:
            return found if self._is_decided(document.root) else {}
        return {node: None for node in found if self._is_decided(node)}

    def _is_decided(self, scope: Node) -> bool:
        """Whether nothing that the expression asks about is unknown in an element."""
        return not any(self._is_unknown(each) for each in scope.descendants())

    def _is_unknown(self, node: Node) -> bool:
        """Whether something that the expression asks about is unknown of one element."""
        elements, attributes = self._expression.elements, self._expression.attributes
        if FILLER in node.name:
            return True
        if attributes and node.has_unknown_attributes:
            return True
        asked = node.attributes.values() if "*" in attributes else map(node.attributes.get, attributes)
        if any(each is not None and is_opaque(each.value) for each in asked):
            return True
        if not node.has_unknown_content:
            return False
        may_have_children = bool(node.children) or node.name in CONTAINERS
        return bool(elements) if may_have_children else "*" in elements or node.name in elements


@lru_cache(maxsize=4)
def _copied(document: Document) -> tuple[etree._Element, dict[etree._Element, Node]]:
    """Return a document as a tree of lxml, and the element of the document for each of the tree."""
    copies: dict[Node, etree._Element] = {}
    for node in document.root.descendants():
        name, namespaces = _name(node.name)
        parent = copies.get(node.parent) if node.parent is not None else None
        made = (
            etree.Element(name, nsmap=namespaces)
            if parent is None
            else etree.SubElement(parent, name, nsmap=namespaces)
        )
        if text := node.text.strip():
            made.text = _INVALID.sub("\ufffd", text)
        for attribute in node.attributes.values():
            if not attribute.name.startswith("xmlns"):
                made.set(_name(attribute.name)[0], _INVALID.sub("\ufffd", attribute.value))
        copies[node] = made
    return copies[document.root], {made: node for node, made in copies.items()}


def _name(name: str) -> tuple[str, dict[str, str] | None]:
    """Return a name as lxml writes it. A prefix stands for a namespace of its own, whatever it is bound to."""
    prefix, colon, local = name.rpartition(":")
    if not _NAME.fullmatch(local) or (colon and not _NAME.fullmatch(prefix)):
        return _UNNAMED, None
    return (f"{{{_namespace(prefix)}}}{local}", {prefix: _namespace(prefix)}) if colon else (local, None)


_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def _namespace(prefix: str) -> str:
    return "http://www.w3.org/XML/1998/namespace" if prefix == "xml" else f"prefix:{prefix}"
