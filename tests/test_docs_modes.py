"""docs/modes.md: its tables are what the model answers and what was measured, and its commands work."""

import io
import re
import runpy
import shlex
from pathlib import Path

import pytest

from vnetlint.cli.main import main

ROOT = Path(__file__).parent.parent
SCRIPT = runpy.run_path(str(ROOT / "docs" / "modes.py"))
TEXT = (ROOT / "docs" / "modes.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", TEXT, re.MULTILINE))
MODES = [name for name in SECTIONS if "<!-- from the model: " in SECTIONS[name]]
COMMANDS = [each for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
            for each in block.splitlines()]  # fmt: skip
WAYS = ["guest → guest", "guest → host", "host → guest", "guest → LAN", "LAN → guest"]


def test_the_tables_are_what_the_model_answers() -> None:
    assert SCRIPT["current"](TEXT) == TEXT, "run `make docs`"


def test_every_mode_of_libvirt_has_a_section() -> None:
    assert MODES == [
        "NAT", "Routed", "Isolated", "Open", "Bridged", "Macvtap", "SR-IOV", "User-mode networking",
    ]  # fmt: skip
    assert set(re.findall(r"<forward mode='(\w+)'", TEXT)) == {
        "nat", "route", "open", "bridge", "vepa", "private", "passthrough", "hostdev",
    }  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_a_section_has_all_its_parts(mode: str) -> None:
    parts = ("```mermaid\n", "```xml\n", "from the outside\n", "### What goes wrong", "### How to get ", "](rules/")
    assert [part for part in parts if part not in SECTIONS[mode]] == []


@pytest.mark.parametrize(
    ("mode", "number", "ipv4", "ipv6"),
    [
        ("NAT", 0, "Y Y Y N .", "Y Y Y if if"),
        ("NAT", 1, "Y Y Y N .", "Y Y Y N ."),
        ("Routed", 0, "Y Y Y if if", "Y Y Y if if"),
        ("Open", 0, "Y Y Y if if", "Y Y Y if if"),
        ("Isolated", 0, "Y Y Y . .", "Y Y Y . ."),
        ("Isolated", 1, "Y . . . .", "Y . . . ."),
        ("Bridged", 0, "Y Y Y Y Y", "Y Y Y Y Y"),
        ("Macvtap", 0, "Y if if Y Y", "Y if if Y Y"),
        ("Macvtap", 1, "if if if Y Y", "if if if Y Y"),
        ("Macvtap", 2, ". if if Y Y", ". if if Y Y"),
        ("Macvtap", 3, ". . . Y Y", ". . . Y Y"),
        ("User-mode networking", 0, ". Y . Y .", ". Y . Y ."),
    ],
)
def test_the_tables_agree_with_what_was_measured(mode: str, number: int, ipv4: str, ipv6: str) -> None:
    """Y works, N works under the host's address, `if` depends on the router's route or on the switch, `.` does not."""
    tables = re.findall(r"^\| from → to \|.*\n\|---.*\n((?:\|.*\n)*)", SECTIONS[mode], re.MULTILINE)
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in tables[number].splitlines()]
    assert [row[0] for row in rows][:5] == WAYS
    assert [_sign(row[1]) for row in rows[:5]] == ipv4.split()
    assert [_sign(row[2]) for row in rows[:5]] == ipv6.split()


def _sign(cell: str) -> str:
    if cell.startswith("no: "):
        return "."
    return {"yes": "Y", "yes, as 192.168.50.10": "N", "yes, as 2001:db8:50::10": "N"}.get(cell, "if")


def test_a_command_leads_to_each_mode_that_can_be_made() -> None:
    aims = [shlex.split(command)[3] for command in COMMANDS]
    assert sorted(aims) == ["bridged", "isolated", "macvtap", "nat", "open", "routed"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_show_a_conversion(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words = shlex.split(command)
    path = ROOT / words[2]
    before, out, err = path.read_bytes(), io.StringIO(), io.StringIO()
    assert main(words[1:], io.BytesIO(), out, err) == 1
    assert f"+++ b/{words[2]}" in out.getvalue()
    assert f" to {words[3]}\n" in err.getvalue()
    reported = re.findall(r"now reported: .*\[(.*)\]", err.getvalue())
    assert reported == (["routed-without-upstream-route"] if words[3] == "routed" else [])
    assert path.read_bytes() == before
