"""The example of docs/fleets.md: its files, its commands, and what these print."""

import io
import re
import shlex
from pathlib import Path

import pytest

from vnetlint.cli.main import main

PAGE = (Path(__file__).parent.parent.parent / "docs" / "fleets.md").read_text("utf-8")
FILES = re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ vnetlint ((?:facts \w+ --host|check).*)\n((?:(?!\$ |```).*\n)*)", PAGE, re.MULTILINE)


def test_the_commands_print_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)
    shown = [each for each in COMMANDS if "/etc/" not in each[0]]
    assert (len(FILES), len(shown)) == (7, 3)
    for command, expected in shown:
        out, err = io.StringIO(), io.StringIO()
        main(shlex.split(command), io.BytesIO(b""), out, err)
        assert out.getvalue() + err.getvalue() == expected, command
    for host in ("red", "blue"):
        out = io.StringIO()
        assert main(["check", host, "--host", f"{host}/host.json", "-q"], io.BytesIO(b""), out, io.StringIO()) == 0
        assert out.getvalue() == "", "the page says that each host is fine by itself"
