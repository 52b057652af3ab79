"""What one grammar rejects of a document, and the smallest document that it rejects for the same reason."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from benchmarks.matcher import Literal
from vnetlint.inputkey import FileKey
from vnetlint.schema.annotations import path_of
from vnetlint.schema.derive import explain, matches
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.xml.node import Document, Node
from vnetlint.xml.tree import parse

PLAIN = ("1", "0x1", "16", "/a", "vda", "a", "10.0.0.1", "2001:db8::1", "52:54:00:0a:0b:0c", "qemu", "file", "raw")
"""Values that raise no other fault if the grammar accepts them."""


class Cause(NamedTuple):
    """A fault of a document by one of the grammars."""

    kind: str
    path: str
    name: str
    value: str

    @property
    def place(self) -> tuple[str, str, str]:
        """The cause without its value."""
        return self[:3]

    def __str__(self) -> str:
        last = self.path.rpartition("/")[2]
        what = (
            f"{self.path}@{self.name}" if "attribute" in self.kind or (self.name and self.name != last) else self.path
        )
        return f"{self.kind} {what}" + (f"={self.value!r}" if self.value else "")


def text_of(root: etree._Element) -> str:
    """A document as text."""
    return etree.tostring(root, encoding="unicode")


def read(root: etree._Element) -> Document:
    """A document as vnetlint reads it, with placeholders as ordinary text."""
    return parse(Literal(FileKey("sample.xml"), text_of(root)))[0]


def follows(root: etree._Element, grammar: Grammar) -> bool:
    """Whether a document follows a grammar."""
    return matches(read(root).root, grammar, placeholders=False)


def causes(root: etree._Element, grammar: Grammar) -> dict[Cause, int]:
    """The faults of a document, each with the number of its element."""
    document = read(root)
    numbers = {node.span.start: number for number, node in enumerate(_nodes(document.root))}
    faults = explain(document.root, grammar, placeholders=False)
    return {_cause(fault): numbers[fault.node.span.start] for fault in reversed(faults)}


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _cause(fault: Fault) -> Cause:
    value = fault.attribute.value if fault.attribute is not None else ""
    if fault.kind == "bad-value" and fault.attribute is None:
        value = fault.node.text
    return Cause(fault.kind, path_of(fault.node), fault.name, value if fault.kind == "bad-value" else "")


def reduced(root: etree._Element, keeps: Callable[[etree._Element], bool]) -> etree._Element:
    """The document without everything that can be removed while `keeps` holds."""
    best = copy.deepcopy(root)
    size = 0
    while size != (size := len(text_of(best))):
        number = 1
        while number < len(list(best.iter())):
            tried = without(best, number)
            if keeps(tried):
                best = tried
            else:
                number += 1
        for number, node in enumerate(list(best.iter())):
            for name in list(node.attrib):
                tried = copy.deepcopy(best)
                del list(tried.iter())[number].attrib[name]
                if keeps(tried):
                    best = tried
    return best


def plain(root: etree._Element, keeps: Callable[[etree._Element], bool]) -> etree._Element:
    """The document with plain values, as far as `keeps` holds."""
    best = root
    for number, node in enumerate(list(root.iter())):
        for name in [*node.attrib, None]:
            value = (node.text or "") if name is None else node.get(str(name), "")
            if value in PLAIN or (name is None and (len(node) or not value)):
                continue
            for other in PLAIN:
                tried = copy.deepcopy(best)
                if name is None:
                    list(tried.iter())[number].text = other
                else:
                    list(tried.iter())[number].set(str(name), other)
                if keeps(tried):
                    best = tried
                    break
    return best


def without(root: etree._Element, number: int) -> etree._Element:
    root = copy.deepcopy(root)
    node = list(root.iter())[number]
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)
    return root
