"""Where the names of networks, bridges, port groups and network filters are written, as definitions or references."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from vnetlint.finding import Span
from vnetlint.model import View
from vnetlint.model.network import Network
from vnetlint.model.view import known
from vnetlint.xml.node import Attribute, Document, Node

NameKind = Literal["network", "bridge", "port group", "network filter"]


@dataclass(frozen=True, eq=False)
class Mention:
    """One place where a name is written. Two mentions are equal if they are the same object."""

    kind: NameKind
    name: str
    """The name, or an empty text if a placeholder of a template is part of it."""
    place: Attribute | Node
    """The attribute whose value is the name, or the element whose text it is."""
    is_definition: bool = False
    network: str = ""
    """The name of the network that the port group is of."""
    is_device: bool = False
    """Whether it names any device of the host, of which the bridge may be one."""

    @property
    def node(self) -> Node:
        """The element in which it is written."""
        return self.place.node if isinstance(self.place, Attribute) else self.place

    @property
    def view(self) -> View:
        """The element as a view, to ask for its file and host."""
        return View(self.node)

    @property
    def path(self) -> str:
        """The path of its file."""
        return self.node.document.source.path

    @property
    def span(self) -> Span:
        """The name itself, without quotes or the white space around a text."""
        if isinstance(self.place, Attribute):
            return self.place.value_span
        start, end = self.place.content_span
        text = self.place.document.source.text[start:end]
        return Span(start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip()))


def mentions_in(documents: Iterable[Document]) -> Iterator[Mention]:
    """Yield every name in the documents of a file, in the order of the file; each place once."""
    found: dict[tuple[NameKind, Span], Mention] = {}
    for document in documents:
        walk = _WALKS.get(document.root.name)
        for each in walk(document.root) if walk else ():
            found.setdefault((each.kind, each.span), each)
    yield from sorted(found.values(), key=lambda each: each.span)


def _of_network(root: Node) -> Iterator[Mention]:
    network, title = Network(root), root.child("name")
    if title is not None and not title.children:
        yield Mention("network", known(title.text.strip()) or "", title, is_definition=True)
    if network.bridge is not None:
        yield from _attribute("bridge", network.bridge.node, "name", is_definition=network.owns_bridge)
    for group in network.portgroups:
        yield from _attribute("port group", group.node, "name", is_definition=True, network=network.name or "")
    for place in network.forward.devices if network.forward else ():
        yield from _attribute("bridge", place.node, place.name, is_device=True)


def _of_domain(root: Node) -> Iterator[Mention]:
    for node in root.descendants():
        parent, kind = node.parent, node.parent.get("type") if node.parent else None
        if node.name == "filterref":
            yield from _attribute("network filter", node, "filter")
        elif node.name == "listen" and node.get("type") == "network":
            yield from _attribute("network", node, "network")
        elif node.name == "source" and parent is not None and parent.name == "interface":
            yield from _of_source(node, kind)


def _of_source(node: Node, kind: str | None) -> Iterator[Mention]:
    if kind == "network":
        yield from _attribute("network", node, "network")
        yield from _attribute("port group", node, "portgroup", network=known(node.get("network")) or "")
    elif kind == "bridge":
        yield from _attribute("bridge", node, "bridge")
    elif kind == "direct":
        yield from _attribute("bridge", node, "dev", is_device=True)


def _of_filter(root: Node) -> Iterator[Mention]:
    yield from _attribute("network filter", root, "name", is_definition=True)
    for node in root.all("filterref"):
        yield from _attribute("network filter", node, "filter")


def _attribute(
    kind: NameKind, node: Node, name: str, *, is_definition: bool = False, network: str = "", is_device: bool = False
) -> Iterator[Mention]:
    place = node.attributes.get(name)
    if place is not None and place.quote:
        yield Mention(kind, known(place.value) or "", place, is_definition, network, is_device)


_WALKS = {"network": _of_network, "domain": _of_domain, "filter": _of_filter}
