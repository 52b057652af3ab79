"""Flowcharts of Mermaid as SVG, drawn by Graphviz: a forge draws them with a script of 3 MB.

What the pages use is understood: a `flowchart LR`, subgraphs, boxes as `name["text"]`, and chains of edges.
"""

import re
import subprocess
from html import escape

_EDGES = {"---": "none", "-->": "forward", "<-->": "both", "~~~": "none"}
_EDGE = re.compile(r'\s+(<--|--|~~~)(?:\s+"([^"]*)"\s+)?(-->|---|>|-)?\s+|\s+(---|-->|~~~)\s+')
_NODE = re.compile(r'(\w+)(?:\["([^"]*)"\])?')
_GROUP = re.compile(r'subgraph (\w+)\["([^"]*)"\]')
_STYLE = """\
  rankdir=LR; bgcolor=transparent; fontname="sans-serif"; fontsize=12;
  node [shape=box, style=rounded, fontname="sans-serif", fontsize=12, height=0.4];
  edge [fontname="sans-serif", fontsize=11, arrowsize=0.7];
"""


def svg(chart: str) -> str:
    """Return a chart as an `<svg>` element in black; site.css gives it the colour of the text around it.

    Raises ValueError for a line that is not understood, and OSError if Graphviz is not installed.
    """
    drawn = subprocess.run(["dot", "-Tsvg"], input=dot(chart), capture_output=True, text=True, check=True, timeout=20)
    picture = re.sub(r"<!--.*?-->|<title>.*?</title>\n|^.*?(?=<svg)", "", drawn.stdout, flags=re.DOTALL)
    words = escape(", ".join(dict.fromkeys(text for _, text in _NODE.findall(chart) if text)), quote=True)
    picture = re.sub(r' id="[^"]*"', "", picture)
    return picture.replace("<svg", f'<svg role="img" aria-label="A picture of {words}"', 1)


def dot(chart: str) -> str:
    """Return a chart in the language of Graphviz."""
    first, *lines = chart.strip().splitlines()
    if first != "flowchart LR":
        raise ValueError(f"cannot draw the chart '{first}': expected 'flowchart LR'")
    return "digraph {\n" + _STYLE + "".join(f"  {_line(line.strip())}\n" for line in lines) + "}\n"


def _line(line: str) -> str:
    if line == "end":
        return "}"
    if group := _GROUP.fullmatch(line):
        return f'subgraph cluster_{group[1]} {{ label="{group[2]}"; style="rounded,dashed";'
    written, at, before = [], 0, ""
    edge = ""
    while at < len(line):
        node = _NODE.match(line, at)
        if not node:
            raise ValueError(f"cannot draw '{line}'")
        if node[2]:
            written.append(f'{node[1]} [label="{node[2]}"];')
        if before:
            written.append(f"{before} -> {node[1]} [{edge}];")
        before, at = node[1], node.end()
        link = _EDGE.match(line, at)
        if link:
            at = link.end()
            edge = _attributes(link)
    return " ".join(written)


def _attributes(link: re.Match[str]) -> str:
    kind = link[4] or f"{link[1]}{link[3] or ''}"
    if link[1] and link[2] is not None:
        kind = {"--": link[3] or "", "<--": "<-->"}[link[1]]
    hidden = "; style=invis" if kind == "~~~" else ""
    label = f'; label="{link[2]}"' if link[2] else ""
    return f"dir={_EDGES[kind]}{label}{hidden}"
