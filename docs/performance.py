"""Write the tables of docs/performance.md and its picture from docs/performance.json, which is what was measured.

usage: python docs/performance.py
"""

import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PAGE = FOLDER / "performance.md"
DATA = FOLDER / "performance.json"
PICTURE = FOLDER / "images" / "growth.svg"
OURS = "vnetlint check"

_BLOCK = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)
_Series = tuple[str, str, Sequence[tuple[float, float]]]
"""The name of a line, its class, and its points: the number of files and the value."""


def current(page: str, data: dict[str, Any]) -> str:
    """Return the page with the figures of the data."""
    made = {"machine": _machine, "one": _one, "corpus": _corpus, "growth": _growth}
    return _BLOCK.sub(lambda found: f"{found[1]}\n{made[found[2]](data)}\n{found[3]}", page)


def _machine(data: dict[str, Any]) -> str:
    return f"Measured on {data['machine']}, with {data['versions']}.\n"


def _one(data: dict[str, Any]) -> str:
    return _table(data["one"])


def _corpus(data: dict[str, Any]) -> str:
    corpus = data["corpus"]
    notes = [f"There are {corpus['files']:,} files."]
    notes += [
        f"{row['name']} ran on {row['sample']} of them, and its times are multiplied."
        for row in corpus["rows"]
        if "sample" in row
    ]
    notes += [
        f"Rows with `{each}` are missing, because `vnetlint check` did not have it." for each in corpus["missing"]
    ]
    return "\n".join((_table(corpus["rows"]), *notes, ""))


def _table(rows: Sequence[dict[str, Any]]) -> str:
    """Return a table of what was used, with how often vnetlint's processor time is that of each other."""
    ours = next(row["processor"] for row in rows if row["name"].startswith(OURS))
    lines = ["| | processor | clock | memory | vnetlint's processor time |", "|---|--:|--:|--:|--:|"]
    for row in rows:
        ratio = "" if row["processor"] == ours else f"{ours / row['processor']:.2f} × as much"
        name = f"`{row['name']}`" if "," not in row["name"] else f"`{row['name'].replace(',', '`,', 1)}"
        figures = f"{_seconds(row['processor'])} | {_seconds(row['seconds'])} | {_memory(row)}"
        lines.append(f"| {name} | {figures} | {ratio} |")
    return "\n".join(lines) + "\n"


def _growth(data: dict[str, Any]) -> str:
    rows = data["growth"]
    again = all("unchanged" in row for row in rows)
    head = ["files", "processor", "a file", "memory", *(["again, nothing changed"] if again else [])]
    lines = [f"| {' | '.join(head)} |", f"|{'--:|' * len(head)}"]
    for row in rows:
        first = row["first"]
        each = f"{1000 * first['processor'] / row['files']:.2f} ms"
        cells = [f"{row['files']:,}", _seconds(first["processor"]), each, _memory(first)]
        lines.append(f"| {' | '.join([*cells, *([_seconds(row['unchanged']['processor'])] if again else [])])} |")
    (few, many) = rows[-2:]
    exponent = math.log(many["first"]["processor"] / few["first"]["processor"]) / math.log(many["files"] / few["files"])
    lines += [
        "",
        f"From {few['files']:,} to {many['files']:,} files, time grows with the power {exponent:.2f} of them.",
    ]
    return "\n".join(lines) + "\n"


def _memory(row: dict[str, Any]) -> str:
    return f"{'< ' if row.get('at_most') else ''}{row['megabytes']:,} MB"


def _seconds(value: float) -> str:
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


# -- the picture ---------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, LEFT, TOP, GAP = 340, 240, 60, 40, 70
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24303c } .page { fill: #ffffff } .axis { stroke: #77838f; fill: none }
.grid { stroke: #dde3e9 } .title { font-weight: 600 } path { fill: none; stroke-width: 2 } .end { text-anchor: end }
.middle { text-anchor: middle } .first { stroke: #2f6fde } .again { stroke: #2c7a3f; stroke-dasharray: 6 3 }
.linear { stroke: #77838f; stroke-dasharray: 2 4; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
.page { fill: #131416 } text { fill: #d5dbe1 } .grid { stroke: #33383e } .first { stroke: #79a8ff }
.again { stroke: #7fce92 } }
"""


def picture(data: dict[str, Any]) -> str:
    """Return the growth of time and memory as an SVG, both on logarithmic scales."""
    rows = data["growth"]
    panels = (("seconds of the processor", "processor"), ("megabytes", "megabytes"))
    whole = LEFT + 2 * WIDTH + GAP + 30, TOP + HEIGHT + 70
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" '
        f'width="{whole[0]}" height="{whole[1]}" role="img" aria-labelledby="growth-title">',
        '<title id="growth-title">Time and memory by the number of files, with lines for growth in proportion</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{whole[0]}" height="{whole[1]}"/>',
    ]
    for number, (title, key) in enumerate(panels):
        series: list[_Series] = [("first run", "first", [(row["files"], row["first"][key]) for row in rows])]
        if all("unchanged" in row for row in rows):
            series.append(("nothing changed", "again", [(row["files"], row["unchanged"][key]) for row in rows]))
        lines += _panel(LEFT + number * (WIDTH + GAP), title, series)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(left: int, title: str, series: list[_Series]) -> Iterator[str]:
    files = [x for x, _ in series[0][2]]
    values = [y for _, _, points in series for _, y in points]
    columns = range(math.floor(math.log10(files[0])), math.ceil(math.log10(files[-1])) + 1)
    rows = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - columns[0]) / (columns[-1] - columns[0])
        up = (math.log10(y) - rows[0]) / (rows[-1] - rows[0])
        return round(left + across * WIDTH, 1), round(TOP + HEIGHT * (1 - up), 1)

    yield f'<text class="title" x="{left}" y="{TOP - 16}">{title}</text>'
    for power in rows:
        _, y = place(files[0], 10.0**power)
        yield f'<line class="grid" x1="{left}" x2="{left + WIDTH}" y1="{y}" y2="{y}"/>'
        yield f'<text class="end" x="{left - 8}" y="{y + 4}">{_power(power)}</text>'
    for power in columns:
        x, _ = place(10.0**power, 10.0 ** rows[0])
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP}" y2="{TOP + HEIGHT}"/>'
        yield f'<text class="middle" x="{x}" y="{TOP + HEIGHT + 18}">{_power(power)}</text>'
    yield f'<text class="middle" x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 36}">files</text>'
    yield f'<rect class="axis" x="{left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}"/>'
    start = series[0][2][0]
    last = min(files[-1], start[0] * 10.0 ** rows[-1] / start[1])
    line = (start, (last, start[1] * last / start[0]))
    drawn: list[_Series] = [("proportional", "linear", line), *series]
    for number, (name, kind, points) in enumerate(drawn):
        at = [place(x, y) for x, y in points]
        yield f'<path class="{kind}" d="M{" L".join(f"{x},{y}" for x, y in at)}"/>'
        below, key = TOP + HEIGHT + 56, left + number * WIDTH // len(drawn)
        yield f'<path class="{kind}" d="M{key},{below - 4} h18"/><text x="{key + 22}" y="{below}">{name}</text>'


def _power(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"


def main() -> int:
    """Write the page and the picture."""
    data = json.loads(DATA.read_text("utf-8"))
    PAGE.write_text(current(PAGE.read_text("utf-8"), data), "utf-8")
    PICTURE.write_text(picture(data), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
