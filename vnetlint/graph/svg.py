"""The topology as SVG: light and dark by the reader's preference, with titles for each box and edge."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from vnetlint.graph.boxes import (
    HEIGHTS,
    LABEL,
    LABEL_HEIGHT,
    PADDING,
    SIZES,
    Line,
    box_size,
    cut,
    label_of,
    lines_of,
    shown,
    words_of,
)
from vnetlint.graph.layout import Box, Curve, Layout, layout_of
from vnetlint.graph.palette import DASHES, FLOWS, NODES, SURFACES, Theme, colour
from vnetlint.graph.parts import GraphEdge, GraphNode, Topology

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def render(topology: Topology) -> str:
    """Return an SVG document in ASCII. Raises LayoutError as `layout_of` does."""
    lines = svg_lines(topology, layout_of(topology), styled=True)
    return to_ascii("\n".join(('<?xml version="1.0" encoding="UTF-8"?>', *lines)) + "\n")


def to_ascii(text: str) -> str:
    """Return markup in which character references stand for what is not ASCII, so that no locale can break it."""
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def svg_lines(topology: Topology, layout: Layout, styled: bool) -> Iterator[str]:
    """Yield the lines of an `<svg>` element; without `styled`, the document around it has the style."""
    size = f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}"'
    if styled:
        size += f' width="{layout.width:.0f}" height="{layout.height:.0f}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" class="topology" {size} role="graphics-document document" '
    yield 'aria-labelledby="topology-title topology-desc">'
    yield f'<title id="topology-title">{escape(shown(topology.title))}: topology</title>'
    yield f'<desc id="topology-desc">{escape(_summary(topology))}</desc>'
    if styled:
        yield f"<style>{style()}</style>"
    yield f'<rect class="page" width="{layout.width:.0f}" height="{layout.height:.0f}"/>'
    yield from _frames(topology, layout)
    yield from _edges(topology, layout)
    for node in topology.nodes:
        yield from _node(node, topology.ids[node.key], layout.boxes[node.key])
    yield "</svg>"


def _summary(topology: Topology) -> str:
    """Return what a picture shows, in a sentence."""
    guests = sum(len(node.members) for node in topology.nodes)
    networks = sum(node.kind == "network" for node in topology.nodes)
    return (
        f"{guests} guest{'s' * (guests != 1)} and {networks} network{'s' * (networks != 1)}: from the guests on the "
        "left over networks, bridges and NICs to the LANs and the Internet on the right."
    )


def _frames(topology: Topology, layout: Layout) -> Iterator[str]:
    for group, box in zip(topology.groups, layout.frames, strict=True):
        yield f'<g class="frame"><rect {_rectangle(box)} rx="10"/>'
        name = escape(cut(shown(group.name), 40))
        yield f'<text x="{box.x + 14:.1f}" y="{box.y + 20:.1f}" font-size="12">{name}</text></g>'


def _rectangle(box: Box) -> str:
    return f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'


def _edges(topology: Topology, layout: Layout) -> Iterator[str]:
    for number, (edge, curve) in enumerate(zip(topology.edges, layout.curves, strict=True)):
        ends = f'data-tail="{topology.ids[edge.tail]}" data-head="{topology.ids[edge.head]}"'
        style = f"edge flow-{edge.flow}" + ("" if edge.is_sure else " unsure")
        yield f'<g class="{style}" data-edge="{number}" {ends} role="graphics-symbol img" '
        yield f"aria-label={quoteattr(_edge_title(edge, topology))}>"
        yield f"<title>{escape(_edge_title(edge, topology))}</title>"
        yield f'<path d="{_path(curve)}"/>'
        yield from _label(edge, curve)
        yield "</g>"


def _edge_title(edge: GraphEdge, topology: Topology) -> str:
    tail, head = (shown(topology.node[key].name) for key in (edge.tail, edge.head))
    place = f" ({shown(edge.place)})" if edge.place else ""
    return f"{tail} – {head}: {words_of(edge) or 'connected'}{place}"


def _path(curve: Curve) -> str:
    first, *rest = (f"{x:.1f},{y:.1f}" for x, y in curve.points)
    return f"M{first} C{' '.join(rest)}"


def _label(edge: GraphEdge, curve: Curve) -> Iterator[str]:
    lines = label_of(edge)
    if curve.label is None or not lines:
        return
    x, y = curve.label
    top = y - len(lines) * LABEL_HEIGHT / 2 + LABEL_HEIGHT * 0.75
    for number, line in enumerate(lines):
        yield f'<text x="{x:.1f}" y="{top + number * LABEL_HEIGHT:.1f}" font-size="{LABEL}">{escape(line)}</text>'


def _node(node: GraphNode, identifier: str, box: Box) -> Iterator[str]:
    lines = lines_of(node)
    kind = node.mode if node.kind == "network" else node.kind
    many = len(node.members) > 1
    style = f"node kind-{kind if kind in NODES else 'unknown'}" + (" many" if many else "")
    yield f'<g class="{style}" id="{identifier}" data-node="{identifier}" role="graphics-symbol img" '
    yield f"aria-label={quoteattr(_node_title(node))}>"
    yield f"<title>{escape(_node_title(node))}</title>"
    if many:
        behind = Box(box.x + 5, box.y + 5, box.width, box.height)
        yield f'<rect class="behind" {_rectangle(behind)} rx="6"/>'
    yield f'<rect class="box" {_rectangle(box)} rx="6"/>'
    bar = f"M{box.x + 6:.1f},{box.y:.1f} a6,6 0 0 0 -6,6 v{box.height - 12:.1f} a6,6 0 0 0 6,6 z"
    yield f'<path class="bar" d="{bar}"/>'
    yield from _lines(lines, box)
    yield "</g>"


def _lines(lines: list[Line], box: Box) -> Iterator[str]:
    y = box.y + (box.height - box_size(lines)[1]) / 2 + PADDING - 3
    for line in lines:
        y += HEIGHTS[line.role]
        at = f'x="{box.x + PADDING + 4:.1f}" y="{y - HEIGHTS[line.role] * 0.25:.1f}" font-size="{SIZES[line.role]}"'
        yield f'<text class="{line.role}" {at}>{escape(line.text)}</text>'


def _node_title(node: GraphNode) -> str:
    facts = ", ".join(map(shown, node.details))
    members = ", ".join(shown(each.name) for each in node.members[:100]) if len(node.members) > 1 else ""
    more = f" and {len(node.members) - 100} more" if len(node.members) > 100 else ""
    tail = "".join(f"; {each}" for each in (facts, members + more) if each)
    return f"{shown(node.name)}: {shown(node.what)}{tail}" + (f" ({shown(node.place)})" if node.place else "")


def style() -> str:
    """Return the style of the picture, which follows the reader's preference and is light on paper."""
    dark, light = colours("dark"), colours("light")
    return f"{shapes()}{light}@media (prefers-color-scheme:dark){{{dark}}}@media print{{{light}}}"


def shapes() -> str:
    """Return the style of the picture without its colours."""
    return (
        f".topology text{{font-family:{FONT}}}"
        ".topology .name{font-weight:600}.topology .edge text{text-anchor:middle;paint-order:stroke;"
        "stroke-width:4px;stroke-linejoin:round}.topology .frame text{font-weight:600}"
        ".topology path{fill:none}.topology .edge path{stroke-width:1.8px}"
        + "".join(f".topology .flow-{flow} path{{stroke-dasharray:{_dash(flow)}}}" for flow in FLOWS)
        + f".topology .unsure path{{stroke-dasharray:{DASHES['unsure']}}}"
    )


def _dash(flow: str) -> str:
    return DASHES[flow] or "none"


def colours(theme: Theme) -> str:
    """Return the colours of the picture in a theme."""
    surface = SURFACES[theme]
    rules = [
        f".topology .page{{fill:{surface.page}}}",
        f".topology .frame rect{{fill:{surface.frame};stroke:{surface.line}}}",
        f".topology .frame text,.topology .edge text{{fill:{surface.quiet}}}",
        f".topology .edge text{{stroke:{surface.page}}}",
        f".topology .box,.topology .behind{{fill:{surface.box};stroke:{surface.line}}}",
        f".topology .name{{fill:{surface.text}}}.topology .what,.topology .detail{{fill:{surface.quiet}}}",
    ]
    rules += [f".topology .kind-{kind} .bar{{fill:{colour(pair, theme)}}}" for kind, pair in NODES.items()]
    rules += [f".topology .flow-{flow} path{{stroke:{colour(pair, theme)}}}" for flow, pair in FLOWS.items()]
    return "".join(rules)
