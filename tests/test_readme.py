"""What the README and the page of the reports show is what the program prints."""

import io
import json
import re
import shlex
from pathlib import Path

import pytest

from vnetlint.cli.main import main

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ vnetlint (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

PAGES = [ROOT / "README.md", ROOT / "docs" / "reports.md"]
SHOWN = [
    found for page in PAGES for block in _BLOCK.findall(page.read_text("utf-8")) for found in _COMMAND.findall(block)
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_shows_something(page: Path) -> None:
    assert len(_BLOCK.findall(page.read_text("utf-8"))) >= 3


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_shown_output_is_real(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words, _, shell = command.partition(" < ")
    stdin = io.BytesIO((ROOT / shell.strip()).read_bytes() if shell else b"")
    out, err = io.StringIO(), io.StringIO()
    main(shlex.split(words), stdin, out, err)
    assert out.getvalue().rstrip("\n") + "\n" + err.getvalue() == shown


def test_the_shown_sarif_result_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"^```json\n(.*?)^```$", PAGES[1].read_text("utf-8"), re.MULTILINE | re.DOTALL)
    out = io.StringIO()
    main(["check", "examples/networks/build.xml", "--output-format", "sarif"], io.BytesIO(), out, io.StringIO())
    assert json.loads(block) == json.loads(out.getvalue())["runs"][0]["results"][0]
