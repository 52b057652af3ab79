"""`vnetlint rule` on a terminal: formatted, wrapped, coloured only if wanted, and in a pager if it is long."""

import io
import re
import unicodedata
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.cli.pages import show_page
from vnetlint.cli.streams import Streams
from vnetlint.rulebook.catalogue import builtin

LONG = "ip-on-bridged-network"


class Tty(io.StringIO):
    """A terminal that remembers what it shows."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "VNETLINT_PAGER", "LESS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("TERM", "xterm"), ("COLUMNS", "80"), ("LINES", "500"), ("PAGER", "/nonexistent")):
        monkeypatch.setenv(name, value)


def shown(*arguments: str) -> tuple[str, str]:
    out, err = Tty(), io.StringIO()
    assert main(["rule", *arguments], io.BytesIO(), out, err) == 0
    return out.getvalue(), err.getvalue()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_page_is_formatted_and_coloured() -> None:
    page, notes = shown(LONG)
    assert notes == ""
    assert "\x1b[1mWhat to do\x1b[0m" in page
    assert "\x1b[94m<network" in page
    assert not re.search("## |`", plain(page))
    assert "\n\n\n" not in page


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    coloured = plain(shown(LONG)[0])
    monkeypatch.setenv(name, value)
    assert shown(LONG)[0] == coloured


@pytest.mark.parametrize("columns", [40, 72, 200])
def test_a_page_is_as_wide_as_the_terminal_and_no_wider_than_one_reads(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for rule in builtin().rules[::40]:
        widest = max(map(len, plain(shown(rule.name)[0]).splitlines()))
        assert widest <= min(columns, 100)


def test_every_word_of_a_page_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for rule in builtin().rules[::40]:
        text = re.sub(r"```\w*.*|[#`*|\-]", "", rule.full_text)
        words = re.findall(r"\w{3,}", text)
        page = re.sub(r"[\s#-]+", "", plain(shown(rule.name)[0]))
        missing = [word for word in words if word not in page]
        assert not missing, rule.name


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pager that saves what it is given."""
    program = tmp_path / "my pager"
    program.write_text('#!/bin/sh\necho "$LESS $1" > "$0.called"\ncat > "$0.shown"\n')
    program.chmod(0o755)
    monkeypatch.setenv("LINES", "20")
    monkeypatch.setenv("VNETLINT_PAGER", f"'{program}' -x")
    return program


def test_a_long_page_is_shown_in_the_pager(pager: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(LONG) == ("", "")
    assert Path(f"{pager}.called").read_text() == "FRX -x\n"
    paged = Path(f"{pager}.shown").read_text("utf-8")
    assert shown(LONG, "--no-pager")[0] == paged
    monkeypatch.setenv("LINES", "500")
    assert shown(LONG)[0] == paged
    monkeypatch.setenv("LINES", "20")
    for none in ("", "cat"):
        monkeypatch.setenv("VNETLINT_PAGER", none)
        assert shown(LONG)[0] == paged


def test_a_pager_that_cannot_be_started_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "20")
    page, notes = shown(LONG)
    assert "What to do" in page
    reason = "the pager '/nonexistent' cannot be started: No such file or directory; --no-pager uses none"
    assert notes == f"vnetlint: {reason}\n"


def test_a_page_cannot_move_the_cursor() -> None:
    out = Tty()
    show_page("# A \x1b]0;x\x07\u202e title\n\n```xml\n<a>\x9b2J</a>\n```\n", Streams(io.BytesIO(), out, io.StringIO()))
    page = plain(out.getvalue())
    assert "title" in page
    assert not [char for char in page if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"]
