"""Make the pictures in docs/images again: `python -m tests.graph.picture`, after `.ci/editors` and with Graphviz."""

import sys
from pathlib import Path

from tests.graph.sites import large_project, made_matrix, small_project
from vnetlint.graph import html, svg
from vnetlint.graph.topology import topology_of


def main(folder: Path) -> None:
    """Write the pages and pictures of both sites."""
    for name, site in (("small", small_project()), ("large", large_project())):
        topology = topology_of(site)
        (folder / f"{name}.svg").write_text(svg.render(topology), "ascii")
        (folder / f"{name}.html").write_text(html.render(topology, made_matrix(topology)), "ascii")
        (folder / f"{name}-plain.html").write_text(html.render(topology, None), "ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
