"""Where each box and edge of a picture is, as Graphviz's `dot` places them.

`dot` gets numbers only: identifiers, and sizes that were measured here. No text of a file reaches it, so none can be
taken for its markup, and what it answers needs no escaping.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vnetlint.errors import UserError
from vnetlint.graph.boxes import box_size, label_of, label_size, lines_of
from vnetlint.graph.parts import NodeKind, Topology
from vnetlint.interruption import pause

SECONDS = 60
"""How long `dot` may take."""
MARGIN = 14.0
LARGE = 400
"""The most edges that are drawn as curves, which take `dot` much longer than lines."""
_INCH = 72.0
_COLUMNS: dict[NodeKind, int] = {
    "guest": 0, "network": 1, "bridge": 2, "host": 3, "nic": 4, "lan": 5, "internet": 6,
}  # fmt: skip
_LEAST: dict[NodeKind, float] = {"guest": 96, "network": 130, "host": 100}

_TICK = 0.05
"""Seconds between two questions whether the layout is still needed."""

Point = tuple[float, float]
DotAnswer = dict[str, Any]


class LayoutError(UserError):
    """The picture cannot be laid out. The message says why and what to do, also on the command line."""

    def __init__(self, reason: str, otherwise: str = "") -> None:
        super().__init__(reason + otherwise)
        self.reason = reason
        """Why, and what to do wherever the picture is shown."""


@dataclass(frozen=True)
class Box:
    """A rectangle by its upper left corner, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Curve:
    """An edge as the points of Bézier curves, each of which begins where the last one ends, and its label's middle."""

    points: tuple[Point, ...]
    label: Point | None


@dataclass(frozen=True)
class Layout:
    """The places of a topology's nodes by key, its edges in their order, and its groups in theirs."""

    width: float
    height: float
    boxes: dict[str, Box]
    curves: tuple[Curve, ...]
    frames: tuple[Box, ...]


def layout_of(topology: Topology, ask: Callable[[str], DotAnswer] | None = None) -> Layout:
    """Return where everything is. Raises LayoutError if `dot` is missing, fails, or takes too long.

    `ask` may answer in place of `ask_dot`, such as from memory or in a browser.
    """
    answer = (ask or ask_dot)("\n".join(_request(topology)))
    _, _, right, top = map(float, answer["bb"].split(","))
    keys = {identifier: key for key, identifier in topology.ids.items()}
    boxes, frames = {}, []
    for each in answer.get("objects", ()):
        if each["name"] in keys:
            x, y = _point(each["pos"])
            wide, high = float(each["width"]) * _INCH, float(each["height"]) * _INCH
            boxes[keys[each["name"]]] = Box(x - wide / 2 + MARGIN, top - y - high / 2 + MARGIN, wide, high)
        elif each["name"].startswith("cluster"):
            left, bottom, end, upper = map(float, each["bb"].split(","))
            frames.append(Box(left + MARGIN, top - upper + MARGIN, end - left, upper - bottom))
    curves: dict[int, Curve] = {}
    for each in answer.get("edges", ()):
        if "id" not in each:
            continue
        points = tuple((x + MARGIN, top - y + MARGIN) for x, y in map(_point, each["pos"].split(" ")))
        label = _point(each["lp"]) if "lp" in each else None
        at = (label[0] + MARGIN, top - label[1] + MARGIN) if label else None
        curves[int(each["id"])] = Curve(points, at)
    ordered = tuple(curves[number] for number in range(len(topology.edges)))
    return Layout(right + 2 * MARGIN, top + 2 * MARGIN, boxes, ordered, tuple(frames))


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


def _request(topology: Topology) -> Iterator[str]:
    """Yield the lines of the graph for `dot`."""
    large = len(topology.edges) > LARGE
    yield "digraph {"
    yield f"rankdir=LR nodesep=0.22 ranksep={'1.2' if large else '0.2'} splines={'line' if large else 'true'}"
    if large:
        yield "nslimit=2 nslimit1=2 mclimit=0.5"
    yield 'node [shape=box fixedsize=true label=""] edge [arrowhead=none]'
    sizes = {node.key: box_size(lines_of(node)) for node in topology.nodes}
    widest = {node.kind: _LEAST.get(node.kind, 0.0) for node in topology.nodes}
    for node in topology.nodes:
        widest[node.kind] = max(widest[node.kind], sizes[node.key][0])
    for node in topology.nodes:
        high = sizes[node.key][1]
        yield f"{topology.ids[node.key]} [width={widest[node.kind] / _INCH:.4f} height={high / _INCH:.4f}]"
    for number, group in enumerate(topology.groups):
        inside = " ".join(topology.ids[key] for key in group.keys)
        yield f"subgraph cluster_{number} {{ margin=16 labeljust=l label={_room(80, 14)} {inside} }}"
    yield from _columns(topology)
    for number, edge in enumerate(topology.edges):
        lines = label_of(edge) if not large else []
        label = f" label={_room(*label_size(lines))}" if lines else ""
        yield f"{topology.ids[edge.tail]} -> {topology.ids[edge.head]} [id={number}{label}]"
    yield "}"


def _columns(topology: Topology) -> Iterator[str]:
    """Yield what keeps nodes of a kind in one column: guests, networks, bridges, the host, NICs, LANs, the Internet.

    A node that leads to another one of its column, such as a bond to its NICs, is left of that column.
    """
    kinds = {node.key: _COLUMNS.get(node.kind) for node in topology.nodes}
    outside = {edge.tail for edge in topology.edges if kinds[edge.tail] == kinds[edge.head]}
    columns: dict[int, list[str]] = {}
    for node in topology.nodes:
        if (column := kinds[node.key]) is not None and node.key not in outside:
            columns.setdefault(column, []).append(topology.ids[node.key])
    inside = {topology.ids[key] for group in topology.groups for key in group.keys}
    heads = [columns[column][0] for column in sorted(columns)]
    for same in columns.values():
        if len(same) > 1:
            frame = "subgraph cluster_0 { " if same[0] in inside else ""
            yield f"{frame}{{ rank=same {' '.join(same)} }}{' }' if frame else ''}"
    for left, right in pairwise(heads):
        yield f"{left} -> {right} [style=invis weight=0]"


def _room(wide: float, high: float) -> str:
    """Return a label without text that takes some room."""
    size = f'WIDTH="{wide:.0f}" HEIGHT="{high:.0f}"'
    return f'<<TABLE BORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE" {size}><TR><TD></TD></TR></TABLE>>'


def ask_dot(request: str) -> DotAnswer:
    """Return how `dot` lays out a graph. Raises LayoutError as `layout_of` does."""
    program = _program()
    if program is None:
        raise LayoutError(
            "Graphviz's `dot` was not found: install the package graphviz",
            ", or use --format mermaid or dot, which need nothing",
        )
    code, out, err = _run(program, request)
    if code:
        raise _failed(next(iter(err.splitlines()), f"exit code {code}"))
    return understood(out)


def understood(text: str) -> DotAnswer:
    """Return an answer of Graphviz, which is JSON. Raises LayoutError if it has no layout."""
    try:
        answer = json.loads(text)
    except ValueError:
        raise _failed("its answer is not JSON") from None
    if not isinstance(answer, dict) or "bb" not in answer:
        raise _failed("its answer has no layout")
    return answer


def _failed(reason: str) -> LayoutError:
    return LayoutError(f"`dot` failed: {reason}; `dot -V` should print a version of Graphviz, 2.40 or newer")


def _program() -> str | None:
    """Return the path of `dot`. What is in the current folder may be anybody's, so it is never run."""
    folders = filter(os.path.isabs, os.environ.get("PATH", os.defpath).split(os.pathsep))
    found = shutil.which("dot", path=os.pathsep.join(folders))
    return found if found and os.path.isabs(found) else None


def _run(program: str, request: str) -> tuple[int, str, str]:
    """Return the exit code, the output and the errors of `dot`. It is ended when nobody needs the layout any more."""
    try:
        process = subprocess.Popen(
            [program, "-Tjson0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    except OSError as error:
        raise LayoutError(f"{program} cannot be run: {error.strerror or error}") from None
    deadline, given = time.monotonic() + SECONDS, request
    try:
        while True:
            try:
                out, err = process.communicate(given, timeout=_TICK)
                return process.returncode, out, err
            except subprocess.TimeoutExpired:
                given = ""
                pause()
            if time.monotonic() > deadline:
                raise LayoutError(
                    f"`dot` found no layout in {SECONDS} s", ": name fewer files, or use --format mermaid or dot"
                )
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
