"""`vnetlint graph` as a user meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.graph.sites import SMALL, SMALL_HOST, placed
from tests.test_cli import Ran
from vnetlint.graph import layout, svg

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small site with an inventory, as the current folder."""
    monkeypatch.chdir(tmp_path)
    for path, text in SMALL.items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text)
    Path("host.json").write_text(json.dumps(SMALL_HOST))
    return tmp_path


@pytest.fixture
def no_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_graphviz")
def test_mermaid_and_dot_need_nothing() -> None:
    ran = Ran("graph", ".", "--host", "host.json", "--format", "mermaid")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("flowchart LR\n")
    assert Ran("graph", "--format", "dot").out.startswith('digraph "the host" {\n')


@pytest.mark.usefixtures("no_graphviz")
@pytest.mark.parametrize("chosen", ["svg", "html"])
def test_missing_graphviz_is_one_line_that_says_what_to_install(chosen: str) -> None:
    ran = Ran("graph", ".", "--format", chosen, "-o", "site.out")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "vnetlint: Graphviz's `dot` was not found: install the package graphviz, or use --format mermaid or dot, which "
        "need nothing\n"
    )
    assert not Path("site.out").exists()


def broken(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program named dot before all others."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'no plugins, run dot -c' >&2; exit 1", "`dot` failed: no plugins, run dot -c; "),
        ("echo not json", "`dot` failed: its answer is not JSON; "),
        ("echo '{}'", "`dot` failed: its answer has no layout; "),
        ("exit 3", "`dot` failed: exit code 3; "),
        ("exec sleep 9", "`dot` found no layout in 1 s: "),
    ],
)
def test_a_dot_that_fails_is_explained(script: str, said: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "SECONDS", 1)
    broken(site, monkeypatch, script)
    ran = Ran("graph", ".")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"vnetlint: {said}")
    assert ran.err.count("\n") == 1


def test_the_ending_of_the_file_is_the_format() -> None:
    assert Ran("graph", "-o", "site.mmd").code == 0
    assert Path("site.mmd").read_text().startswith("flowchart")
    assert Ran("graph", "-o", "site.gv").code == 0
    assert Path("site.gv").read_text().startswith("digraph")
    assert Ran("graph", "-o", "site.txt", "--format", "dot").code == 0
    ran = Ran("graph", "-o", "site.txt")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("vnetlint: site.txt: unknown ending: expected one of .svg, .html,")


def test_a_file_that_is_read_is_not_overwritten() -> None:
    before = Path("guests/web.xml").read_text()
    ran = Ran("graph", "guests", "-o", "guests/web.xml", "--format", "dot")
    assert ran.code == 2
    assert ran.err == "vnetlint: guests/web.xml: cannot be written: the picture is made from it\n"
    assert Path("guests/web.xml").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["--host", "nowhere.json"], "nowhere.json: cannot read the inventory: No such file or directory"),
        (["empty"], "empty: no libvirt XML below this folder"),
        (["filter.xml"], "filter.xml: no libvirt network or guest found"),
        (["-o", "nowhere/x.svg"], "nowhere/x.svg: cannot be written: "),
        (["--format", "png"], "Invalid value for '--format': 'png' is not one of 'svg', 'mermaid', 'dot', 'html'"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments: list[str], said: str) -> None:
    Path("empty").mkdir()
    Path("filter.xml").write_text("<filter name='f'/>")
    ran = Ran("graph", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"vnetlint: {said}")
    assert ran.err.count("\n") == 1


def test_a_broken_file_is_reported_and_the_rest_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("guests/broken.xml").write_bytes(b"\xff\xfe\x00")
    Path("guests/half.xml").write_text("<domain><name>half</name><devices><interface type='netw")
    ran = Ran("graph", ".", "--format", "mermaid")
    assert ran.code == 2
    assert "guests/broken.xml:1:" in ran.err
    assert "half" in ran.out
    assert "default" in ran.out


def test_standard_input_is_drawn() -> None:
    ran = Ran("graph", "-", "--format", "mermaid", stdin=SMALL["networks/default.xml"].encode())
    assert ran.code == 0
    assert "NAT network" in ran.out


def test_the_configuration_names_the_host() -> None:
    Path("vnetlint.toml").write_text("host = 'host.json'\n")
    assert "host desk" in Ran("graph", "--format", "mermaid").out


def test_svg_is_written_in_any_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "layout_of", placed)
    Path("guests/web.xml").write_text(SMALL["guests/web.xml"].replace("web", "wéb"), "utf-8")
    assert Ran("graph", "-o", "site.svg").code == 0
    assert "w&#233;b" in Path("site.svg").read_text("ascii")


def test_checking_loads_nothing_of_it() -> None:
    program = (
        "import sys; from vnetlint.cli.main import main; main(['rules'], sys.stdin.buffer, sys.stderr, sys.stderr);"
    )
    program += "print(*(each for each in sys.modules if each.startswith('vnetlint.graph')))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"


@pytest.mark.oracle
def test_svg_and_html_by_graphviz() -> None:
    for name, start in (("site.svg", "<?xml"), ("site.html", "<!DOCTYPE html>")):
        ran = Ran("graph", ".", "--host", "host.json", "-o", name)
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        assert Path(name).read_text("ascii").startswith(start)


def test_pictures_of_the_documentation_are_small() -> None:
    page = (ROOT / "docs" / "graph.md").read_text("utf-8")
    pictures = sorted((ROOT / "docs" / "images").glob("graph-*"))
    assert len(pictures) >= 4
    for each in pictures:
        assert f"images/{each.name}" in page
        assert each.stat().st_size <= 150_000
