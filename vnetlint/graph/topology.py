"""The topology of a project: guests, networks, bridges, NICs and what is outside, and how they are connected."""

from collections.abc import Iterable, Iterator

from vnetlint.graph.alike import collapsed, natural
from vnetlint.graph.attachments import guest_parts, network_parts
from vnetlint.graph.outside import host_parts
from vnetlint.graph.parts import GraphEdge, GraphGroup, GraphNode, Topology
from vnetlint.project import Project

_INSIDE = ("network", "bridge", "nic", "segment", "host")
"""The kinds of nodes that are drawn inside the host's frame."""


def topology_of(project: Project, title: str = "") -> Topology:
    """Return what a project's files and its host's inventory say about who is connected to what.

    All files are drawn as those of one host. Guests that are alike are one node if there are many.
    """
    inner = list(_inner(project))
    own = [part for part in inner if isinstance(part, GraphEdge)]
    nodes, edges = _separated((*inner, *host_parts(project, own)))
    nodes, edges = collapsed(nodes, edges)
    known = {node.key for node in nodes}
    edges = tuple(edge for edge in edges if edge.tail in known and edge.head in known)
    ordered = _without_idle_host(nodes, edges)
    frame = GraphGroup(_frame(ordered), tuple(node.key for node in ordered if node.kind in _INSIDE))
    return Topology(title or frame.name, ordered, edges, (frame,) if frame.keys else ())


def _inner(project: Project) -> Iterator[GraphNode | GraphEdge]:
    for network in sorted(project.networks.all, key=lambda each: natural(each.name or "")):
        yield from network_parts(network, project)
    for domain in sorted(project.guests.all, key=lambda each: natural(each.name or "")):
        yield from guest_parts(domain, project)


def _separated(parts: Iterable[GraphNode | GraphEdge]) -> tuple[tuple[GraphNode, ...], tuple[GraphEdge, ...]]:
    nodes: dict[str, GraphNode] = {}
    edges: dict[GraphEdge, None] = {}
    for part in parts:
        if isinstance(part, GraphNode):
            nodes.setdefault(part.key, part)
        else:
            edges[part] = None
    return tuple(nodes.values()), tuple(edges)


def _without_idle_host(nodes: tuple[GraphNode, ...], edges: tuple[GraphEdge, ...]) -> tuple[GraphNode, ...]:
    """Return the nodes in the order in which they are drawn, without a host that nothing leads to."""
    touched = {key for edge in edges for key in (edge.tail, edge.head)}
    order = {kind: rank for rank, kind in enumerate(("guest", *_INSIDE, "lan", "machine", "internet"))}
    shown = (node for node in nodes if node.kind != "host" or node.key in touched)
    return tuple(sorted(shown, key=lambda node: order[node.kind]))


def _frame(nodes: Iterable[GraphNode]) -> str:
    name = next((node.name for node in nodes if node.kind == "host"), "host")
    return "the host" if name == "host" else f"host {name}"
