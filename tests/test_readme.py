"""What the README shows is what the program prints."""

import io
import re
import shlex
from pathlib import Path

import pytest

from vnetlint.cli.main import main

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ vnetlint (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

SHOWN = [
    found for block in _BLOCK.findall((ROOT / "README.md").read_text("utf-8")) for found in _COMMAND.findall(block)
]


def test_the_readme_shows_something() -> None:
    assert len(SHOWN) >= 3


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_shown_output_is_real(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words, _, shell = command.partition(" < ")
    stdin = io.BytesIO((ROOT / shell.strip()).read_bytes() if shell else b"")
    out, err = io.StringIO(), io.StringIO()
    main(shlex.split(words), stdin, out, err)
    assert out.getvalue().rstrip("\n") + "\n" + err.getvalue() == shown
