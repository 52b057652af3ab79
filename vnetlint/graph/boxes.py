"""The lines of text in a picture's boxes and beside its edges, and the room that they need."""

import unicodedata
from typing import Literal, NamedTuple

from vnetlint.graph.parts import GraphEdge, GraphNode
from vnetlint.report.display import clean
from vnetlint.report.text import xml

Role = Literal["what", "name", "detail"]
SIZES: dict[Role, float] = {"what": 10.5, "name": 13.5, "detail": 11}
"""The size of a line's letters in pixels."""
HEIGHTS: dict[Role, float] = {"what": 14, "name": 18, "detail": 14.5}
BOLD = 1.08
"""How much wider bold letters are."""
LABEL = 10.5
LABEL_HEIGHT = 13.0
LONGEST = 30
"""The most characters of a line; the rest is in the box's title."""
PADDING = 11.0
MOST_LINES = 6

_NARROW, _WIDE = frozenset("iljtfrI.,:;|!'`()[]{}/\\-* "), frozenset("mwMW@%…")
_SIGNS = frozenset("<>=+~#&")


class Line(NamedTuple):
    """One line of a box, cut to what fits."""

    role: Role
    text: str


def shown(text: str) -> str:
    """Return a text of a file as pictures show it: without characters that would be invisible or turn the line."""
    return clean(xml(text))


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text with an ellipsis in its middle if it is too long: names often differ at their ends."""
    if len(text) <= longest:
        return text
    kept = longest - 1
    return f"{text[: kept - kept // 3]}…{text[len(text) - kept // 3 :]}"


def lines_of(node: GraphNode) -> list[Line]:
    """Return the lines of a box: what it is, its name, further facts."""
    details = [Line("detail", cut(shown(each))) for each in node.details]
    if len(details) > MOST_LINES:
        details = [*details[: MOST_LINES - 1], Line("detail", f"and {len(details) - MOST_LINES + 1} more")]
    return [Line("what", cut(shown(node.what), LONGEST + 10)), Line("name", cut(shown(node.name))), *details]


def label_of(edge: GraphEdge) -> list[str]:
    """Return the lines beside an edge: how it connects, addresses, and what limits it."""
    first = f"{edge.how} × {edge.count}" if edge.count > 1 and edge.how else edge.how
    return [cut(shown(each)) for each in (first, *edge.addresses, *edge.notes) if each]


def words_of(edge: GraphEdge) -> str:
    """Return an edge's facts in one line, in full."""
    return ", ".join(shown(each) for each in (edge.how, *edge.addresses, *edge.notes) if each)


def width(text: str, size: float) -> float:
    """Return how many pixels a text needs in a usual sans-serif font, rather too many than too few."""
    return sum(map(_advance, text)) * size


def _advance(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in _NARROW:
        return 0.39
    if char in _WIDE:
        return 0.98
    if char in _SIGNS:
        return 0.84
    return 0.7 if char.isupper() else 0.6


def box_size(lines: list[Line]) -> tuple[float, float]:
    """Return the width and height of a box in pixels."""
    wide = max(width(line.text, SIZES[line.role]) * (BOLD if line.role == "name" else 1) for line in lines)
    return wide + 2 * PADDING + 6, sum(HEIGHTS[line.role] for line in lines) + 2 * (PADDING - 3)


def label_size(lines: list[str]) -> tuple[float, float]:
    """Return the width and height of an edge's label in pixels."""
    return max((width(line, LABEL) for line in lines), default=0) + 8, len(lines) * LABEL_HEIGHT + 4
