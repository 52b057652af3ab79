"""What all views share: an element, with tolerant access to its attributes and text."""

from posixpath import basename
from uuid import UUID

from vnetlint.dataclass import dataclass
from vnetlint.inputkey import InputKey
from vnetlint.lazy import cached_property
from vnetlint.xml.node import Attribute, Node
from vnetlint.xml.order import CONTAINERS
from vnetlint.xml.template import FILLER, is_opaque


@dataclass(frozen=True, eq=False)
class View:
    """An element of a known kind. Two views are equal when they are the same object."""

    node: Node

    @property
    def path(self) -> str:
        """The path of the file that contains the element."""
        return self.node.document.source.path

    @property
    def key(self) -> InputKey:
        """The input that contains the element."""
        return self.node.document.source.key

    @property
    def is_template(self) -> bool:
        """Whether the file is a template: two elements may exclude each other, and absent ones may appear."""
        return self.node.document.source.is_template

    def file_beside(self, other: "View") -> str:
        """Return the file as a message about another view names it: the shortest part of its path that differs."""
        if self.path == other.path:
            return "this file"
        name = basename(self.path)
        return self.path if name == basename(other.path) else name

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute with its spans, or None if it is absent."""
        return self.node.attributes.get(name)

    def known(self, name: str) -> str | None:
        """Return an attribute's value, or None if it is absent, empty or a placeholder."""
        return known(self.node.get(name))

    def number(self, name: str) -> int | None:
        """Return an attribute's value as a number, or None if it is absent or not a decimal number."""
        value = self.node.get(name)
        return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 20 else None


@dataclass(frozen=True, eq=False)
class Named(View):
    """A document with a `<name>` and a `<uuid>`."""

    @cached_property
    def name(self) -> str | None:
        """The name, or None if it is missing or a placeholder."""
        return text_of(self.node.child("name"))

    @property
    def owner(self) -> "Named":
        """The document that it belongs to: itself."""
        return self

    @property
    def label(self) -> str:
        """The document as messages name it: by kind and name, else by its file."""
        kind = "guest" if self.node.name == "domain" else self.node.name
        return f"{kind} '{self.name}'" if self.name else f"the {kind} in {basename(self.path)}"

    @property
    def name_node(self) -> Node:
        """The element that stands for the whole document: `<name>`, else the root."""
        return self.node.child("name") or self.node

    @cached_property
    def uuid(self) -> UUID | None:
        """The UUID; libvirt accepts it with and without hyphens."""
        value = text_of(self.node.child("uuid"))
        try:
            return UUID(value.replace(" ", "")) if value else None
        except ValueError:
            return None


def known(value: str | None) -> str | None:
    """Return a value, or None if it is empty or a placeholder."""
    return value if value and not is_opaque(value) else None


def text_of(node: Node | None) -> str | None:
    """Return an element's text without the white space around it, or None if it is empty or a placeholder."""
    return known(node.text.strip()) if node is not None else None


def has_strays(node: Node, *names: str) -> bool:
    """Whether an element has an attribute other than these: a missing attribute may be there, but misspelt.

    Also true if a placeholder of a template may stand for whole attributes.
    """
    return node.has_unknown_attributes or bool(node.values.keys() - set(names))


def has_unknowns(node: Node) -> bool:
    """Whether a placeholder of a template stands for elements or attributes somewhere in an element.

    Then it is unknown what is missing.
    """
    return any(
        each.has_unknown_attributes
        or FILLER in each.name
        or (each.has_unknown_content and (bool(each.children) or each.name in CONTAINERS))
        for each in node.descendants()
    )
