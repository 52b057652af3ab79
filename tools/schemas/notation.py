"""RELAX NG in XML syntax: the names of its elements, and which children of a node are patterns."""

from __future__ import annotations

from lxml import etree

RNG = "http://relaxng.org/ns/structure/1.0"
DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"
ANNOTATION = "{urn:vnetlint:schema}"
"""What the names of the project's own annotations begin with."""

SINCE = f"{ANNOTATION}since"


def tag(name: str) -> str:
    """The qualified name of a RELAX NG element."""
    return f"{{{RNG}}}{name}"


def local(node: etree._Element) -> str:
    """The name without its namespace."""
    return etree.QName(node).localname


def patterns(node: etree._Element) -> list[etree._Element]:
    """The children that belong to the grammar and are not documentation, annotations or comments."""
    return [child for child in node if isinstance(child.tag, str) and child.tag.startswith(f"{{{RNG}}}")]
