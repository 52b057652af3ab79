"""The topology and the matrix beside it as one HTML page that needs nothing else.

The picture is an SVG that was laid out when the page was made, so the page carries no layout library, and shows the
picture without scripts too. A policy in the page forbids every request, and every script and style but its own.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Any

from vnetlint.graph.boxes import shown, words_of
from vnetlint.graph.layout import Layout, layout_of
from vnetlint.graph.matrix import DEPENDS, Matrix, MatrixCell, nodes_of
from vnetlint.graph.palette import CELLS, SURFACES, Theme, colour
from vnetlint.graph.parts import GraphNode, Topology
from vnetlint.graph.svg import style, svg_lines, to_ascii
from vnetlint.reach.groups import Peers
from vnetlint.reach.signs import SIGNS, TRANSLATED, Sign

LEAST, MOST = 0.62, 1.2
"""The smallest and the largest scale of the picture on a screen."""
_DEPENDS = "depends"
_SIGNS: dict[str, Sign] = dict([*SIGNS.items(), (_DEPENDS, DEPENDS)])
"""What stands in a cell, by the name of its verdict in the palette."""
_PROTOCOLS = {"icmp": "ICMP", "tcp": "TCP", "udp": "UDP"}


def render(topology: Topology, matrix: Matrix | None) -> str:
    """Return the page, in ASCII. Raises LayoutError as `layout_of` does."""
    layout = layout_of(topology)
    styles = _read("page.css") + _themes() + style() + _sizes(layout)
    script = _read("page.js")
    title = shown(topology.title)
    lines = (
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(styles, script)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark"><meta name="generator" content="vnetlint">',
        f"<title>{escape(title)}: topology</title>",
        f"<style>{styles}</style></head><body>",
        *_header(title, matrix),
        f'<main class="{"with-matrix" if matrix else "alone"}">',
        '<section id="picture" aria-label="Topology">',
        *svg_lines(topology, layout, styled=False),
        "</section>",
        *_reach(matrix),
        '<section id="about" aria-live="polite"><h2>Details</h2><div id="facts"><p class="hint">'
        "Point at a box, a line or a cell, or move to a box or a cell with Tab and the arrow keys. "
        "Enter keeps it, Escape lets go."
        "</p></div></section></main>",
        *_words(topology),
        f'<script type="application/json" id="data">{_json(_data(topology, matrix))}</script>',
        f"<script>{script}</script></body></html>",
    )
    return to_ascii("\n".join(lines)) + "\n"


def _read(name: str) -> str:
    return (files("vnetlint.graph") / name).read_text("ascii")


def _policy(styles: str, script: str) -> str:
    """Return a policy under which the page loads nothing and runs only what was put into it."""
    return (
        f"default-src 'none'; style-src '{_digest(styles)}'; script-src '{_digest(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("ascii")).digest()).decode("ascii")


def _themes() -> str:
    """Return the page's colours: by the reader's preference, and light on paper."""
    dark, light = _variables("dark"), _variables("light")
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}@media print{{:root{{{light}}}}}"


def _sizes(layout: Layout) -> str:
    """Return how far the picture shrinks and grows with the window, so that its text stays legible."""
    return f"@media screen{{.topology{{min-width:{layout.width * LEAST:.0f}px;max-width:{layout.width * MOST:.0f}px}}}}"


def _variables(theme: Theme) -> str:
    found = [f"--{name}:{value}" for name, value in SURFACES[theme]._asdict().items()]
    for verdict, (ground, letter) in CELLS.items():
        found += [f"--{verdict}-ground:{colour(ground, theme)}", f"--{verdict}-letter:{colour(letter, theme)}"]
    return ";".join(found)


def _header(title: str, matrix: Matrix | None) -> Iterator[str]:
    yield f"<header><h1>{escape(title)}</h1>"
    yield '<label class="filter">Filter <input id="filter" type="search" placeholder="a name or an address" '
    yield 'autocomplete="off" spellcheck="false"></label><output id="count" for="filter"></output>'
    if matrix:
        versions = {str(version): f"IPv{version}" for version, _ in sorted(matrix.views)}
        asked = {protocol for _, protocol in matrix.views}
        yield from _switch("version", "IP version", versions)
        yield from _switch("protocol", "Protocol", {key: word for key, word in _PROTOCOLS.items() if key in asked})
        yield from _switch("matrix", "Matrix", {"beside": "beside", "below": "below"})
    yield "</header>"


def _switch(name: str, legend: str, choices: dict[str, str]) -> Iterator[str]:
    yield f'<fieldset class="switch" data-switch="{name}"><legend>{legend}</legend>'
    for number, (value, word) in enumerate(choices.items()):
        checked = " checked" if number == 0 else ""
        yield f'<label><input type="radio" name="{name}" value="{value}" autocomplete="off"{checked}>'
        yield f"<span>{word}</span></label>"
    yield "</fieldset>"


def _reach(matrix: Matrix | None) -> Iterator[str]:
    if matrix is None:
        return
    yield '<section id="reach"><h2>Who reaches whom</h2><table id="matrix" role="grid" '
    yield 'aria-label="Who reaches whom: a row for each sender, a column for each receiver"></table>'
    yield '<ul class="legend" aria-label="Legend">'
    for name, sign in _SIGNS.items():
        yield f'<li><b class="cell v-{name}">{escape(sign.letter)}</b> {sign.words}</li>'
    yield f'<li><b class="cell">{TRANSLATED.letter}</b> {TRANSLATED.words}</li>'
    yield "</ul></section>"


def _words(topology: Topology) -> Iterator[str]:
    """Yield the same in words, for those who cannot see the picture, and to search in."""
    yield '<details id="words"><summary>All connections in words</summary><table><thead><tr><th scope="col">From</th>'
    yield '<th scope="col">To</th><th scope="col">Connection</th><th scope="col">Where</th></tr></thead><tbody>'
    for edge in topology.edges:
        cells = [_named(topology.node[edge.tail]), _named(topology.node[edge.head])]
        cells += [words_of(edge) + (f" ({edge.count} guests)" if edge.count > 1 else ""), shown(edge.place or "")]
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</tbody></table></details>"
    many = [node for node in topology.nodes if len(node.members) > 1]
    if many:
        yield '<section id="groups"><h2>Guests drawn as one</h2><dl>'
        for node in many:
            names = ", ".join(shown(member.name) for member in node.members)
            yield f"<dt>{escape(shown(node.name))}</dt><dd>{escape(names)}</dd>"
        yield "</dl></section>"


def _named(node: GraphNode) -> str:
    return f"{shown(node.name)} ({shown(node.what)})"


def _json(data: Any) -> str:
    """Return JSON that can be inside `<script>`: no text in it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(topology: Topology, matrix: Matrix | None) -> dict[str, Any]:
    """Return what the page's script needs: nodes, edges, and the matrix with each text and cell once."""
    ids = topology.ids
    nodes = {
        ids[node.key]: {
            "name": shown(node.name),
            "what": shown(node.what),
            "kind": node.kind,
            "details": [shown(each) for each in node.details],
            "place": shown(node.place or ""),
            "members": [
                [shown(each.name), ", ".join(map(shown, each.addresses)), shown(each.place or "")]
                for each in node.members
            ],
        }
        for node in topology.nodes
    }
    edges = [
        {"tail": ids[each.tail], "head": ids[each.head], "words": words_of(each), "place": shown(each.place or "")}
        for each in topology.edges
    ]
    data: dict[str, Any] = {"nodes": nodes, "edges": edges}
    if matrix is not None:
        data |= _matrix(topology, matrix)
    return data


def _matrix(topology: Topology, matrix: Matrix) -> dict[str, Any]:
    cells: dict[str, int] = {}
    views = {
        f"{version}/{protocol}": [
            [cells.setdefault(json.dumps(_cell(cell)), len(cells)) if cell else -1 for cell in row] for row in rows
        ]
        for (version, protocol), rows in matrix.views.items()
    }
    groups = [_group(each, topology) for each in matrix.groups]
    words = {name: sign.word for name, sign in _SIGNS.items()}
    return {"groups": groups, "views": views, "cells": [json.loads(each) for each in cells], "verdicts": words}


def _group(group: Peers, topology: Topology) -> dict[str, Any]:
    """Return a group with its nodes, under the name of its box if there is one box of the same guests."""
    found = nodes_of(group.members, topology)
    boxes = [node for node in topology.nodes if topology.ids[node.key] in found]
    is_box = len(boxes) == 1 and (len(boxes[0].members) or 1) == len(group.members)
    return {"name": shown(boxes[0].name if is_box else group.name), "nodes": found}


def _cell(cell: MatrixCell) -> dict[str, Any]:
    return {
        "verdict": cell.verdict or _DEPENDS,
        "letter": cell.letter,
        "depends": [shown(each) for each in cell.depends_on],
        "cases": [
            {
                "if": shown(case.condition),
                "verdict": case.verdict,
                "source": shown(case.source or ""),
                "reasons": [[shown(each.text), shown(each.place or "")] for each in case.reasons],
            }
            for case in cell.cases
        ],
    }
