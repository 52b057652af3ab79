"""What a picture is made of: plain nodes, edges and groups, without a word about how they are drawn."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from vnetlint.model import View
from vnetlint.xml.node import Attribute, Node

NodeKind = Literal["guest", "network", "bridge", "nic", "segment", "host", "lan", "machine", "internet"]
"""What a node is. A segment is anything else that a guest's NIC ends on, such as a socket."""
Flow = Literal["plugged", "routed", "translated", "host-only", "uplink"]
"""How an edge carries packets: as frames, routed, routed under another address, only as far as the host, or out."""


@dataclass(frozen=True)
class Member:
    """One guest of a node that stands for one or many."""

    name: str
    addresses: tuple[str, ...] = ()
    place: str | None = None
    """Where it is defined, as `path:line`."""
    view: View | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GraphNode:
    """A box of the picture."""

    key: str
    """What identifies it in the topology; pictures number their boxes."""
    kind: NodeKind
    name: str
    what: str
    """What it is, in words: `NAT network`, `20 guests`."""
    details: tuple[str, ...] = ()
    """Further facts, one a line: subnets, the bridge."""
    members: tuple[Member, ...] = ()
    """The guests that it stands for."""
    place: str | None = None
    """Where it is defined, as `path:line`."""
    mode: str | None = None
    """The forward mode of a network; macvtap modes are `macvtap`."""


@dataclass(frozen=True)
class GraphEdge:
    """A connection between two boxes, from the guests' side to the outside."""

    tail: str
    head: str
    how: str
    """How they are connected: `tap`, `macvtap bridge`, `NAT`, `uplink`."""
    flow: Flow = "plugged"
    addresses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What limits it: a filter, an isolated port, one device."""
    place: str | None = None
    is_sure: bool = True
    """Whether it is known to exist. Otherwise a fact of the host is missing, and `how` says which."""
    count: int = 1
    """How many connections it stands for."""


@dataclass(frozen=True)
class GraphGroup:
    """Nodes that belong together, in one frame."""

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """All that one picture shows."""

    title: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    groups: tuple[GraphGroup, ...] = ()

    @cached_property
    def ids(self) -> dict[str, str]:
        """An identifier for each node by its key: `n0`, `n1` and so on, so that no format needs to escape it."""
        return {node.key: f"n{number}" for number, node in enumerate(self.nodes)}

    @cached_property
    def node(self) -> dict[str, GraphNode]:
        """The nodes by key."""
        return {each.key: each for each in self.nodes}


def place_of(element: Node | Attribute | None) -> str | None:
    """Return where an element is, as `path:line`."""
    if element is None:
        return None
    node = element.node if isinstance(element, Attribute) else element
    source = node.document.source
    return f"{source.path}:{source.lines.position(element.start).line}"
