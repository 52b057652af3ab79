"""The playground in a browser without a network: what it finds is what the command line finds."""

import functools
import json
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.editors.conftest import TOOLS
from tests.site.test_site import AXE
from tests.test_architecture import ROOT

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(900)]

ASSEMBLE = runpy.run_path(str(ROOT / "docs" / "playground" / "assemble.py"))
EXAMPLES: list[dict[str, Any]] = list(ASSEMBLE["examples"]())


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the page, as the site has it."""
    folder = tmp_path_factory.mktemp("site") / "playground"
    ASSEMBLE["assemble"](folder)
    return folder


def _visit(scenario: str, address: str, pictures: Path) -> Any:
    driver = [str(ROOT / "tests" / "site" / "playground.mjs"), str(TOOLS / "vscode"), str(AXE), address, str(pictures)]
    run = subprocess.run(["node", *driver, scenario], capture_output=True, text=True, timeout=850)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_ten_examples_have_the_findings_of_the_command_line(playground: Path, tmp_path: Path) -> None:
    found = _visit("examples", (playground / "index.html").as_uri(), tmp_path)
    assert len(EXAMPLES) == len(found) == 10
    for number, example in enumerate(EXAMPLES):
        shown, folder = found[example["title"]], tmp_path / str(number)
        assert shown["error"] == ""
        reports = {each: _command_line(example, folder, each) for each in ("json", "full", "concise")}
        assert _anywhere(shown["json"]) == _anywhere(reports["json"])
        assert shown["text"] == reports["full"]
        # Of many of one kind, the concise report says how many more there are; the page does too, but not as a finding.
        assert shown["heads"] == [each for each in reports["concise"].splitlines() if not each.startswith("and ")]
        assert shown["boxes"] > 0 or example["title"].startswith(("XML", "A filter"))
    assert found["A rack: ten networks, five guests and their host"]["cells"] > 50
    assert [title for title, each in found.items() if not each["heads"]] == ["Networks without a fault"]


def _anywhere(report: str) -> Any:
    """A report without the fingerprints, which depend on where the files are."""
    read = json.loads(report)
    for each in read["findings"]:
        assert len(each.pop("fingerprint")) == 16
    return read


def _command_line(example: dict[str, Any], folder: Path, report: str) -> str:
    beside = {"host.json": example["inventory"], "vnetlint.toml": example["configuration"]}
    for name, text in {**example["files"], **beside}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if text:
            (folder / name).write_text(text, "utf-8")
    host = ["--host", "host.json"] if example["inventory"] else []
    command = [sys.executable, "-m", "vnetlint", "check", *example["files"], *host, "--output-format", report]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert run.returncode in (0, 1), run.stderr
    return run.stdout


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of a server of the files in a folder."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.mark.parametrize("scenario", ["visit", "looks"])
def test_as_a_file(scenario: str, playground: Path, tmp_path: Path) -> None:
    _visit(scenario, (playground / "index.html").as_uri(), tmp_path)


def test_hostile_files_cost_the_page_nothing(playground: Path, tmp_path: Path) -> None:
    said = _visit("hostile", (playground / "index.html").as_uri(), tmp_path)
    assert any("3001 deep" in each for each in said["deep"]), said
    assert not [each for each in said["deep"] if "failed" in each or "ended" in each]
    assert said["long"][0] == ""


def test_from_a_server(playground: Path, tmp_path: Path) -> None:
    with _served(playground) as address:
        found = _visit("served", f"{address}/index.html", tmp_path)
    assert len(found["heads"]) == 1
