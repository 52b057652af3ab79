"""`vnetlint check --watch`, and what a terminal shows of a long run."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import Terminal
from vnetlint.cli.main import main
from vnetlint.cli.progress import progress
from vnetlint.cli.streams import Streams
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.files.read import read
from vnetlint.settings import Settings

BAD = (
    "<network>\n  <name>{}</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n"
    "  <ip address='10.0.0.1'/>\n</network>\n"
)
CLEAR = "\x1b[2J"


class Tty(io.StringIO):
    """A terminal that remembers what it shows."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Terminal]:
    (tmp_path / "lan.xml").write_text(BAD.format("lan"))
    command = [sys.executable, "-m", "vnetlint", "check", "--watch", "--output-format", "concise", "."]
    terminal = Terminal(command, tmp_path, {"PYTHONPATH": str(Path(__file__).parent.parent), "NO_COLOR": "1"}, 200)
    yield terminal
    terminal.close()


@pytest.mark.slow
def test_files_are_checked_again_until_they_are_interrupted(watching: Terminal, tmp_path: Path) -> None:
    assert "[ip-on-bridged-network]" in watching.wait_for("Ctrl+C ends")
    assert CLEAR in watching.shown
    new = tmp_path / "new.xml"
    new.write_text(BAD.format("new"))
    assert "new.xml:5:3" in watching.wait_for("Ctrl+C ends")
    new.write_text(BAD.format("new")[:40])
    assert "[xml-syntax]" in watching.wait_for("Ctrl+C ends")
    new.unlink()
    assert "new.xml" not in watching.wait_for("Ctrl+C ends")
    config = tmp_path / "vnetlint.toml"
    config.write_text("ignore = ['ip-on-bridged-netwrk']\n")
    assert "did you mean" in watching.wait_for("Ctrl+C ends")
    config.write_text("ignore = ['ip-on-bridged-network']\nhost = 'host.json'\n")
    assert "host.json does not exist" in watching.wait_for("Ctrl+C ends")
    (tmp_path / "host.json").write_text('{"version": 1}')
    assert "[ip-on-bridged-network]" not in watching.wait_for("Ctrl+C ends")
    (tmp_path / "host.json").write_text('{"version": 2}')
    assert "host.json:1:2: invalid value" in watching.wait_for("Ctrl+C ends")
    (tmp_path / "lan.xml").unlink()
    assert "no libvirt XML below this folder" in watching.wait_for("Ctrl+C ends")
    watching.type("\x03")
    assert watching.exit_code() == 130
    assert "Traceback" not in watching.shown


class Watched:
    """A watch in this process. Whenever it waits it takes the next step, and after the last one it is interrupted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], object]) -> None:
        self.touched: set[str] = set()
        self.err = io.StringIO()
        left = [*steps]
        for name in ("scandir", "listdir", "stat", "lstat"):
            self._count(monkeypatch, name)

        def sleep(_: float) -> None:
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        monkeypatch.setattr("vnetlint.cli.watch.time.sleep", sleep)

    def _count(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        real = getattr(os, name)

        def counted(path: str | os.PathLike[str] | int = ".", *others: Any, **named: Any) -> Any:
            if not isinstance(path, int):
                self.touched.add(os.path.relpath(path))
            return real(path, *others, **named)

        monkeypatch.setattr(os, name, counted)

    def run(self, *paths: str) -> str:
        """Watch until the interrupt, and return what was noted."""
        arguments = ["check", "--watch", "--output-format", "concise", *paths]
        assert main(arguments, io.BytesIO(), io.StringIO(), self.err) == 130
        return self.err.getvalue()

    def below(self, folder: str) -> set[str]:
        """Return what was listed or looked at below a folder."""
        return {each for each in self.touched if each.startswith(f"{folder}{os.sep}")}


def _site(configuration: str = 'exclude = ["build/"]\n') -> None:
    for path in ("lan.xml", "build/gen.xml", "build/deep/gen.xml"):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        Path(path).write_text(BAD.format("lan"))
    Path("vnetlint.toml").write_text(configuration)


def _write(path: str, text: str) -> Callable[[], object]:
    return lambda: Path(path).write_text(text)


def _nothing() -> None:
    """Wait."""


@pytest.mark.parametrize("paths", [["."], [".", "build"], [".", "build/deep"]], ids=" ".join)
def test_a_watch_neither_lists_nor_looks_at_what_is_excluded(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _site()
    watched = Watched(monkeypatch, _write("build/gen.xml", ""), _write("lan.xml", BAD.format("new")), _nothing)
    assert watched.run(*paths).count("watching") == 2, "a change of an excluded file is none"
    assert watched.below("build") <= set(paths), "only what was named itself is looked at"
    assert "lan.xml" in watched.touched


def test_what_is_no_longer_excluded_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    _site('exclude = ["*.xml"]\n')
    included = _write("vnetlint.toml", 'exclude = ["build/deep/"]\n')
    watched = Watched(monkeypatch, included, _nothing, _write("build/gen.xml", "<network/>"), _nothing)
    assert watched.run(".").count("watching") == 3
    watched = Watched(monkeypatch, _write("vnetlint.toml", ""), _nothing, _write("build/deep/gen.xml", ""), _nothing)
    assert watched.run("build/deep").count("watching") == 3


def test_while_a_configuration_is_broken_it_excludes_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    _site()
    watched = Watched(monkeypatch, _write("vnetlint.toml", "exclude = ["), _nothing, _nothing)
    said = watched.run(".")
    assert "vnetlint.toml:1:" in said
    assert said.count("watching") == 2
    assert not watched.below("build")


@pytest.mark.parametrize("option", ["--fix", "--diff", "--add-ignores=known", "-"])
def test_watching_changes_nothing(option: str) -> None:
    err = io.StringIO()
    assert main(["check", "--watch", option], io.BytesIO(), io.StringIO(), err) == 2
    assert err.getvalue().startswith("vnetlint: --watch only checks files: it cannot be combined with")


# -- the line about a long run -----------------------------------------------------------------------------------------


def shown(err: io.StringIO, *, is_quiet: bool = False, patience: float = -1) -> str:
    """What a run on three files shows on standard error, if the line appears after some seconds."""
    for number in range(3):
        Path(f"{number}.xml").write_text(BAD.format(number))
    streams = Streams(io.BytesIO(), io.StringIO(), err, is_quiet=is_quiet)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vnetlint.cli.progress.PATIENCE", patience)
        patch.setattr("vnetlint.cli.progress.BETWEEN", 0)
        with progress(streams, 3) as step:
            lint([read(f"{number}.xml") for number in range(3)], Settings(), (), Memory(step=step))
    return err.getvalue()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_terminal_that_waits_sees_how_far_the_run_is() -> None:
    text = shown(Tty())
    assert [f"checking file {number} of 3" in text for number in (1, 2, 3)] == [True, True, True]
    assert text.endswith("\r\x1b[K")
    assert "\n" not in text


def test_a_short_run_a_pipe_and_a_quiet_run_show_nothing() -> None:
    assert shown(Tty(), patience=60) == ""
    assert shown(io.StringIO()) == ""
    assert shown(Tty(), is_quiet=True) == ""


# -- quiet and verbose -------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def test_a_quiet_run_prints_findings_alone() -> None:
    Path("lan.xml").write_text("<network><name>lan</name></network>")
    Path("pool.xml").write_text("<pool/>")
    assert run("-q", "lan.xml", "pool.xml") == (0, "", "")
    Path("lan.xml").write_text(BAD.format("lan"))
    code, out, err = run("--quiet", "lan.xml", "pool.xml")
    assert (code, out.splitlines()[0].endswith("[ip-on-bridged-network]"), err) == (1, True, "")
    assert "Checked" not in out
    assert "inventory" not in out


def test_a_quiet_run_still_prints_why_it_fails() -> None:
    assert run("-q", "missing.xml") == (2, "", "vnetlint: missing.xml: no such file or folder\n")
    Path("pool.xml").write_text(BAD.format("pool").replace("mode='bridge'", "mode='bridge' x='1'"))
    code, out, err = run("-q", "--min-severity", "error", "--select", "schema-unknown-attribute")
    assert (code, out) == (1, "")
    assert err == "vnetlint: 1 finding at or above --fail-on warning not shown, because of min-severity\n"
    assert run("-q", "-v")[0] == 2


def test_a_verbose_run_says_how_each_file_was_checked() -> None:
    os.makedirs("site")
    Path("site/vnetlint.toml").write_text("host = 'host.json'\nselect = ['network']\n")
    Path("site/host.json").write_text('{"version": 1}')
    Path("site/lan.xml").write_text(BAD.format("lan"))
    Path("pool.xml").write_text("<pool/>")
    Path("old.xml.bak").write_text(BAD.format("old"))
    Path(".gitignore").write_text("gone/\n")
    os.makedirs("gone")
    Path("gone/lan.xml").write_text(BAD.format("gone"))
    _, out, err = run("-v", ".", "--output-format", "concise")
    notes = [line.removeprefix("vnetlint: ") for line in err.splitlines()]
    assert any(line.startswith("site/vnetlint.toml: 1 file, ") and line.endswith(" rules") for line in notes)
    assert "site/vnetlint.toml: uses site/host.json" in notes
    assert "site/vnetlint.toml: checks site/lan.xml" in notes
    assert "no configuration: no inventory of the host" in notes
    assert "pool.xml: skipped: <pool> is not a libvirt network, domain or filter" in notes
    assert "old.xml.bak: skipped: a backup copy; to check it, name it" in notes
    assert "gone: skipped: git ignores it" in notes
    assert [each.split(" took ")[0] for each in notes if " took " in each] == [
        "reading the files", "reading the configuration", "checking", "reporting",
    ]  # fmt: skip
    assert "checks" not in out


def test_every_fix_is_listed_even_of_findings_that_are_folded() -> None:
    for number in range(3):
        Path(f"{number}.xml").write_text(BAD.format(number))
    code, out, _ = run("--show-fixes", "--output-format", "concise", "--select", "ip-on-bridged-network")
    lines = [line for line in out.splitlines() if ": fix 1 of 2 (unsafe): Remove <ip> [" in line]
    assert (code, len(lines)) == (1, 3)
    assert ": fix 1 of 2 (unsafe): Remove <ip> [ip-on-bridged-network]\n" in run("--show-fixes")[1]
    for other in ("--statistics", "--diff", "--output-format=json"):
        assert run("--show-fixes", other)[0] == 2


# -- help --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", ["40", "80", "200"])
@pytest.mark.parametrize("command", [(), ("check",), ("baseline",), ("baseline", "write"), ("mode",), ("completion",)])
def test_help_is_never_cut(
    command: tuple[str, ...], columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    texts = []
    for flag in ("-h", "--help"):
        assert main([*command, flag], io.BytesIO(), io.StringIO(), io.StringIO()) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]
    assert max(map(len, texts[0].splitlines())) <= min(int(columns), 80)
    ends = [line.split()[-1] for line in texts[0].splitlines() if line.endswith(("...", "…"))]
    assert {each.strip("[].").lower() for each in ends} <= {"path", "paths", "args"}


def test_the_program_alone_shows_every_command() -> None:
    out = io.StringIO()
    assert main([], io.BytesIO(), out, io.StringIO()) == 2
    for heading in ("Check and fix", "Rules", "Understand and change", "Set up"):
        assert f"\n{heading}:\n" in out.getvalue()
    assert len(out.getvalue().splitlines()) <= 36
