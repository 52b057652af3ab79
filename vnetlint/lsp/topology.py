"""The picture of a document's project for an editor's panel, and which of its boxes the cursor is on.

Texts of files are in the picture as text only; the style has none of them.
"""

import asyncio
import functools
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from vnetlint.graph.attachments import network_key
from vnetlint.graph.boxes import shown, words_of
from vnetlint.graph.layout import DotAnswer, LayoutError, ask_dot, layout_of
from vnetlint.graph.parts import GraphEdge, GraphNode, Topology, place_of
from vnetlint.graph.svg import colours, shapes, svg_lines
from vnetlint.graph.topology import topology_of
from vnetlint.interruption import interruptible
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.schedule import SupersededError
from vnetlint.lsp.uris import uri_of
from vnetlint.model import Domain, Interface, Model, Network
from vnetlint.project import Project

_REMEMBERED = 8
"""How many answers of `dot` are kept: while somebody types, few boxes change their size."""


@dataclass(frozen=True, eq=False)
class TopologyView:
    """The topology of a document's project, with what is at the cursor."""

    topology: Topology
    node: GraphNode | None = None
    """The network or guest that the cursor is in."""
    edges: tuple[int, ...] = ()
    """The connections of the NIC that the cursor is in, by their places in the topology."""


@dataclass(frozen=True)
class Drawing:
    """A picture as SVG, or the reason why there is none."""

    identifier: str
    """The same for the same picture, so that it need not be sent again."""
    svg: str = ""
    error: str = ""


class Topologies:
    """Answers the request. Pictures are drawn in a thread of their own, so that no diagnostics wait for Graphviz."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Judgement, Topology] = WeakKeyDictionary()
        self._answers: dict[str, DotAnswer] = {}
        self._thread = ThreadPoolExecutor(1, "vnetlint-picture")
        self._closed = threading.Event()

    def view(self, judgement: Judgement, analyst: Analyst, offset: int) -> TopologyView:
        """Return the topology and what is at an offset of a document."""
        project = analyst.project(judgement)
        topology = self._known.get(judgement)
        if topology is None:
            topology = self._known[judgement] = topology_of(project)
        model = _model_at(project, judgement.buffer.path, offset)
        node = _node_of(model, topology)
        interface = _interface_at(model, offset)
        edges = tuple(_edges_of(interface, node, topology, project)) if interface and node else ()
        return TopologyView(topology, node, edges)

    async def drawn(self, topology: Topology) -> Drawing:
        """Return the picture of a topology. Cancelling the task ends the drawing."""
        cancelled = threading.Event()
        if not topology.nodes:
            return Drawing("empty", error="There is no network and no guest in these files")
        draw = functools.partial(self._drawn, topology, cancelled)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, draw)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def close(self) -> None:
        """End the thread, and the drawing that it may be at."""
        self._closed.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _drawn(self, topology: Topology, cancelled: threading.Event) -> Drawing:
        def pause() -> None:
            if cancelled.is_set() or self._closed.is_set():
                raise SupersededError

        with interruptible(pause):
            pause()
            try:
                layout = layout_of(topology, self._asked)
            except LayoutError as error:
                return Drawing(f"error: {error.reason}", error=error.reason)
            svg = "\n".join(svg_lines(topology, layout, styled=False))
        return Drawing(hashlib.sha256(svg.encode("utf-8")).hexdigest(), svg)

    def _asked(self, request: str) -> DotAnswer:
        answer = self._answers.pop(request, None) or ask_dot(request)
        self._answers[request] = answer
        if len(self._answers) > _REMEMBERED:
            del self._answers[next(iter(self._answers))]
        return answer


def answer(view: TopologyView, drawing: Drawing, previous: str | None) -> dict[str, Any]:
    """Return the answer to the request. The picture is left out if it is the `previous` one of the client."""
    found: dict[str, Any] = {"id": drawing.identifier, "here": _here(view)}
    if drawing.error:
        found["error"] = drawing.error
    elif drawing.identifier != previous:
        found["svg"] = drawing.svg
        found["style"] = {"shapes": shapes(), "light": colours("light"), "dark": colours("dark")}
        found["places"] = _places(view.topology)
    return found


def _model_at(project: Project, path: str, offset: int) -> Model | None:
    """Return the document of libvirt at an offset of a file; before and after all, the nearest one above or below."""
    own = [each for each in project.models if each.path == path]
    before = [each for each in own if each.node.start <= offset]
    return before[-1] if before else own[0] if own else None


def _node_of(model: Model | None, topology: Topology) -> GraphNode | None:
    """Return the box of a network or guest. Guests that are alike may share one."""
    if isinstance(model, Network):
        return topology.node.get(network_key(model))
    if isinstance(model, Domain):
        return next((each for each in topology.nodes if any(one.view is model for one in each.members)), None)
    return None


def _interface_at(model: Model | None, offset: int) -> Interface | None:
    interfaces = model.interfaces if isinstance(model, Domain) else ()
    return next((each for each in interfaces if each.node.start <= offset <= each.node.end), None)


def _edges_of(interface: Interface, node: GraphNode, topology: Topology, project: Project) -> Iterator[int]:
    """Yield the connections of a NIC. Those of guests that are drawn as one have no place, but lead to a network."""
    place, network = place_of(interface.node), project.networks.of(interface)
    head = network_key(network) if network is not None else None
    for number, edge in enumerate(topology.edges):
        if edge.tail == node.key and (edge.place == place or (edge.place is None and edge.head == head)):
            yield number


def _here(view: TopologyView) -> dict[str, Any] | None:
    """Return what is at the cursor, in words too: for those who cannot see the picture, or have none."""
    node, topology = view.node, view.topology
    if node is None:
        return None
    connections = (_connection(edge, node, topology) for edge in topology.edges if node.key in (edge.tail, edge.head))
    return {
        "node": topology.ids[node.key],
        "edges": list(view.edges),
        "what": shown(node.what),
        "name": shown(node.name),
        "details": [shown(each) for each in node.details],
        "connections": list(connections),
    }


def _connection(edge: GraphEdge, node: GraphNode, topology: Topology) -> str:
    other = topology.node[edge.head if edge.tail == node.key else edge.tail]
    words = words_of(edge) + (f" ({edge.count} guests)" if edge.count > 1 else "")
    return f"{shown(other.name)} ({shown(other.what)})" + (f": {words}" if words else "")


def _places(topology: Topology) -> dict[str, list[dict[str, Any]]]:
    """Return where each box is defined, by its identifier; one for many guests has many places."""
    found: dict[str, list[dict[str, Any]]] = {}
    for node in topology.nodes:
        named = [(each.name, each.place) for each in node.members] or [(node.name, node.place)]
        places = [_place(name, place) for name, place in named if place is not None]
        if places:
            found[topology.ids[node.key]] = places
    return found


def _place(name: str, place: str) -> dict[str, Any]:
    path, _, line = place.rpartition(":")
    return {"name": shown(name), "uri": uri_of(path), "line": int(line) - 1}
