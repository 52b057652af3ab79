"""The topology as a Mermaid flowchart, which GitHub, GitLab and many wikis draw."""

from collections.abc import Iterator

from vnetlint.graph.boxes import label_of, lines_of, shown
from vnetlint.graph.palette import NODES
from vnetlint.graph.parts import GraphEdge, GraphNode, Topology

_PLAIN = frozenset(" .,:/()-_+=")
"""The characters besides letters and digits that mean nothing to Mermaid in a quoted text."""


def render(topology: Topology) -> str:
    """Return a flowchart in ASCII."""
    return "\n".join(_lines(topology)) + "\n"


def _lines(topology: Topology) -> Iterator[str]:
    yield "flowchart LR"
    framed = {key for group in topology.groups for key in group.keys}
    for node in topology.nodes:
        if node.key not in framed:
            yield f"  {_node(node, topology)}"
    for number, group in enumerate(topology.groups):
        yield f"  subgraph g{number}[{quoted([shown(group.name)])}]"
        for key in group.keys:
            yield f"    {_node(topology.node[key], topology)}"
        yield "  end"
    for edge in topology.edges:
        yield f"  {_edge(edge, topology)}"
    kinds = dict.fromkeys(map(_kind, topology.nodes))
    for kind in kinds:
        yield f"  classDef {kind} stroke:{NODES[kind].light},stroke-width:2px"
        members = ",".join(topology.ids[node.key] for node in topology.nodes if _kind(node) == kind)
        yield f"  class {members} {kind}"


def _kind(node: GraphNode) -> str:
    kind = node.mode if node.kind == "network" else node.kind
    return kind if kind in NODES else "unknown"


def _node(node: GraphNode, topology: Topology) -> str:
    lines = quoted([line.text for line in lines_of(node)])
    identifier = topology.ids[node.key]
    return f"{identifier}[[{lines}]]" if len(node.members) > 1 else f"{identifier}[{lines}]"


def _edge(edge: GraphEdge, topology: Topology) -> str:
    line = "---" if edge.is_sure and edge.flow != "host-only" else "-.-"
    label = label_of(edge)
    text = f"|{quoted(label)}|" if label else ""
    return f"{topology.ids[edge.tail]} {line}{text} {topology.ids[edge.head]}"


def quoted(lines: list[str]) -> str:
    """Return lines as a quoted text of Mermaid: all that could be its markup or HTML is written as a number."""
    return '"' + "<br/>".join("".join(map(_escaped, line)) for line in lines) + '"'


def _escaped(char: str) -> str:
    return char if char.isascii() and (char.isalnum() or char in _PLAIN) else f"#{ord(char)};"
