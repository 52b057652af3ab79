"""The topology as a graph in Graphviz's language, for those who lay it out themselves."""

from collections.abc import Iterator

from vnetlint.graph.boxes import label_of, lines_of, shown
from vnetlint.graph.palette import FLOWS, NODES
from vnetlint.graph.parts import GraphEdge, GraphNode, Topology


def render(topology: Topology) -> str:
    """Return a graph for `dot`, in ASCII."""
    return "\n".join(_lines(topology)) + "\n"


def _lines(topology: Topology) -> Iterator[str]:
    yield f"digraph {quoted([shown(topology.title)])} {{"
    yield '  rankdir=LR; fontname="Helvetica,Arial,sans-serif"; fontsize=11; ranksep=0.4;'
    yield '  node [shape=box, style=rounded, fontname="Helvetica,Arial,sans-serif", fontsize=11];'
    yield '  edge [arrowhead=none, fontname="Helvetica,Arial,sans-serif", fontsize=9];'
    framed = {key for group in topology.groups for key in group.keys}
    for node in topology.nodes:
        if node.key not in framed:
            yield f"  {_node(node, topology)}"
    for number, group in enumerate(topology.groups):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={quoted([shown(group.name)])}; labeljust=l; color=gray;"
        for key in group.keys:
            yield f"    {_node(topology.node[key], topology)}"
        yield "  }"
    for edge in topology.edges:
        yield f"  {_edge(edge, topology)}"
    yield "}"


def _node(node: GraphNode, topology: Topology) -> str:
    kind = node.mode if node.kind == "network" else node.kind
    lines = [line.text for line in lines_of(node)]
    more = ", peripheries=2" if len(node.members) > 1 else ""
    pair = NODES.get(kind or "unknown", NODES["unknown"])
    return f'{topology.ids[node.key]} [label={quoted(lines)}, color="{pair.light}"{more}];'


def _edge(edge: GraphEdge, topology: Topology) -> str:
    style = {"host-only": "dotted", "translated": "dashed"}.get(edge.flow, "solid") if edge.is_sure else "dashed"
    ends = f"{topology.ids[edge.tail]} -> {topology.ids[edge.head]}"
    return f'{ends} [label={quoted(label_of(edge))}, style={style}, color="{FLOWS[edge.flow].light}"];'


def quoted(lines: list[str]) -> str:
    r"""Return lines as a quoted string of Graphviz, in which no escape such as `\N` and no entity is left of them."""
    return '"' + "\\n".join("".join(map(_escaped, line)) for line in lines) + '"'


def _escaped(char: str) -> str:
    if char in '\\"':
        return f"\\{char}"
    return f"&#{ord(char)};" if char in "&<>" or not char.isascii() else char
