"""Make the pictures in docs/images again: `python -m tests.graph.picture`, after `.ci/oracles` and `.ci/editors`."""

import subprocess
import tempfile
from pathlib import Path

from tests.editors.conftest import ROOT, TOOLS
from tests.graph.png import shrink
from tests.graph.sites import large_project, small_project
from vnetlint.graph import html, svg
from vnetlint.graph.matrix import matrix_of
from vnetlint.graph.topology import topology_of

IMAGES = ROOT / "docs" / "images"
DRIVER = ROOT / "tests" / "graph" / "page.mjs"


def main() -> None:
    """Draw both sites as SVG, and show the pages in a browser: light, dark and on paper."""
    with tempfile.TemporaryDirectory() as name:
        for size, site in (("small", small_project()), ("large", large_project())):
            topology = topology_of(site)
            page = Path(name) / f"{size}.html"
            page.write_text(html.render(topology, matrix_of(site)), "ascii")
            (IMAGES / f"graph-{size}.svg").write_text(svg.render(topology), "ascii")
            command = ["node", str(DRIVER), str(TOOLS / "vscode"), str(page), str(IMAGES), f"{size}Pictures"]
            subprocess.run(command, check=True, timeout=120)
    for each in IMAGES.glob("graph-*.png"):
        shrink(each)


if __name__ == "__main__":
    main()
