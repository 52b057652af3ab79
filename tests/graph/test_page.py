"""The page in a browser: what it shows by pointer and keyboard, and that it asks nobody for anything."""

import subprocess
from pathlib import Path

import pytest

from tests.editors.conftest import ROOT, TOOLS
from tests.graph.sites import guest, large_project, made_matrix, network, nic, project, small_project
from vnetlint.graph import html
from vnetlint.graph.topology import topology_of
from vnetlint.project import Project

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(180)]

BAD_NAME = "&lt;/script>&lt;script>alert(1)&lt;/script>&lt;img src=x onerror=alert(2)>"


def play(site: Project, scenario: str, folder: Path, with_matrix: bool = True) -> None:
    """Play a scenario of page.mjs with the page of a site."""
    topology = topology_of(site)
    page = folder / "page.html"
    page.write_text(html.render(topology, made_matrix(topology) if with_matrix else None), "ascii")
    driver = [str(ROOT / "tests" / "graph" / "page.mjs"), str(TOOLS / "vscode"), str(page), str(folder), scenario]
    run = subprocess.run(["node", *driver], capture_output=True, text=True, timeout=150)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("scenario", ["hover", "cell", "edge", "keyboard", "filter", "switches", "looks", "fits"])
def test_the_page_of_sixty_guests(scenario: str, tmp_path: Path) -> None:
    play(large_project(), scenario, tmp_path)


def test_the_page_of_three_guests_fits(tmp_path: Path) -> None:
    play(small_project(), "fits", tmp_path)


def test_the_page_without_a_matrix_works(tmp_path: Path) -> None:
    play(small_project(), "fits", tmp_path, with_matrix=False)


def test_hostile_names_are_text(tmp_path: Path) -> None:
    files = {"n.xml": network(BAD_NAME, "<forward mode='nat'/>", "v", "10.0.0"), "g.xml": guest(BAD_NAME, nic("n"))}
    play(project(files, {"version": 1, "name": "</script><script>alert(3)</script>"}), "hostile", tmp_path)
