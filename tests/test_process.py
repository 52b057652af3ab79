"""The program as a process: closed and full streams, signals, a locale that is not UTF-8, and what it loads."""

import io
import json
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.lint import lint
from vnetlint.files.read import read
from vnetlint.settings import FileIgnore, Settings

PROGRAM = [sys.executable, "-m", "vnetlint"]
NETWORK = (
    "<network>\n  <name>häß</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n"
    "  <ip address='{}'/>\n</network>\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lan.xml").write_text(NETWORK.format("10.0.0.1"), "utf-8")
    return tmp_path


def shell(command: str) -> subprocess.CompletedProcess[str]:
    program = f"{sys.executable} -m vnetlint"
    return subprocess.run(
        ["sh", "-c", command.replace("vnetlint", program, 1)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("vnetlint check . >&-", "standard output is closed"),
        ("vnetlint check - <&-", "standard input cannot be read: it is closed"),
        ("vnetlint check . >/dev/full", "standard output cannot be written: No space left on device"),
        ("vnetlint check . --output-format json >/dev/full", "standard output cannot be written: No space left"),
        ("vnetlint check . --diff --unsafe-fixes >/dev/full", "standard output cannot be written: No space left"),
        ("vnetlint mode lan.xml nat >/dev/full", "standard output cannot be written: No space left on device"),
        ("vnetlint rules >/dev/full", "standard output cannot be written: No space left on device"),
        ("vnetlint config show >/dev/full", "standard output cannot be written: No space left on device"),
        ("vnetlint --version >/dev/full", "standard output cannot be written: No space left on device"),
        ("vnetlint check --help >/dev/full", "standard output cannot be written: No space left on device"),
    ],
)
def test_a_stream_that_cannot_be_used_is_one_line(folder: Path, command: str, message: str) -> None:
    ran = shell(command)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"vnetlint: {message}")
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["vnetlint check . 2>&-", "vnetlint check . 2>/dev/full", "vnetlint check . <&-"])
def test_a_report_needs_only_standard_output(folder: Path, command: str) -> None:
    ran = shell(command)
    assert (ran.returncode, "[ip-on-bridged-network]" in ran.stdout) == (1, True)


@pytest.mark.parametrize("errors", ["2>&-", "2>/dev/full"])
def test_a_conversion_needs_only_standard_output(folder: Path, errors: str) -> None:
    ran = shell(f"vnetlint mode lan.xml nat {errors}")
    assert (ran.returncode, "+  <forward mode='nat'/>" in ran.stdout) == (1, True)


def test_the_reader_of_a_report_may_leave(folder: Path) -> None:
    ran = shell("vnetlint rules | head -1")
    assert (ran.stdout.startswith("VN0001"), ran.stderr) == (True, "")


ENDING = """
import atexit, sys
from vnetlint.cli import main
from vnetlint.cli.start import run
{prepare}
sys.argv = ["vnetlint", "check", {path!r}]
run()
"""


@pytest.mark.parametrize(
    ("prepare", "path", "code", "said"),
    [
        ("", "lan.xml", 1, ""),
        ("", "missing.xml", 2, "missing.xml: no such file"),
        ("main.main = lambda *given: 1 / 0", "lan.xml", 1, "ZeroDivisionError"),
        ("main.main = lambda *given: atexit.register(print, 'a child has ended') and 0", "lan.xml", 0, ""),
        ("main.main = lambda *given: sys.exit('why')", "lan.xml", 1, "why"),
    ],
)
def test_the_end_is_what_it_would_be_if_python_took_everything_apart(
    folder: Path, prepare: str, path: str, code: int, said: str
) -> None:
    program = ENDING.format(prepare=prepare, path=path)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == code
    assert said in ran.stderr
    assert ("a child has ended" in ran.stdout) == ("a child has ended" in prepare)
    assert ran.stdout or code != 1 or said


STUCK = """
import os, sys, time
from vnetlint.cli.start import run
os.fsync = lambda _: (print("staged", file=sys.stderr, flush=True), time.sleep(60))
sys.argv = ["vnetlint", "check", "--fix", "--unsafe-fixes", "lan.xml"]
run()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_writing_leaves_the_old_file_and_no_other(folder: Path, number: signal.Signals) -> None:
    before = Path("lan.xml").read_bytes()
    process = subprocess.Popen([sys.executable, "-c", STUCK], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline() == "staged\n"
    assert len(os.listdir()) == 2
    process.send_signal(number)
    assert process.wait(10) == 128 + number
    process.stderr.close()
    assert os.listdir() == ["lan.xml"]
    assert Path("lan.xml").read_bytes() == before


REPORTS = (
    "check . --output-format json",
    "check . --output-format sarif",
    "show lan.xml --output-format json",
    "config show --output-format json",
    "config schema",
    "rules --output-format json",
    "rule ip-on-bridged-network --output-format json",
    "schema expected lan.xml:2:3 --output-format json",
)
REPORTING = """
import io, json, sys
from vnetlint.cli.main import main
said = {}
for command in json.loads(sys.argv[1]):
    out, err = (io.TextIOWrapper(io.BytesIO(), sys.stdout.encoding, "backslashreplace") for _ in range(2))
    main(command.split(), io.BytesIO(), out, err)
    out.flush(), err.flush()
    said[command] = [each.buffer.getvalue().decode("latin-1") for each in (out, err)]
print(json.dumps(said))
"""
"""Runs commands as `run` does. One process runs them all, because each loads the modules again."""


@pytest.fixture(scope="module")
def reported_without_utf8(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each command writes to its two streams in a locale that has only ASCII."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "lan.xml").write_text(NETWORK.format("10.0.0.1"), "utf-8")
    (folder / "vnetlint.toml").write_text("external = ['häß', '網']\n", "utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-c", REPORTING, json.dumps(REPORTS)]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    said: dict[str, list[str]] = json.loads(ran.stdout)
    return said


@pytest.mark.parametrize("command", REPORTS)
def test_json_is_whole_in_every_locale(reported_without_utf8: dict[str, list[str]], command: str) -> None:
    out, err = reported_without_utf8[command]
    assert out.isascii()
    assert json.loads(out)
    assert "rror:" not in err


def test_standard_input_alone_has_a_name(folder: Path) -> None:
    for command in ("check --stdin-filename x.xml .", "show --stdin-filename x.xml lan.xml"):
        ran = shell(f"vnetlint {command}")
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr == "vnetlint: --stdin-filename is the name of standard input: it needs the path `-`\n"


# -- plain data --------------------------------------------------------------------------------------------------------


def test_showing_a_configuration_loads_neither_lxml_nor_the_engine(folder: Path) -> None:
    ran = subprocess.run([sys.executable, "-X", "importtime", "-m", "vnetlint", "config", "show"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "vnetlint.config.model" in loaded
    assert not {each for each in loaded if each.startswith(("lxml", "vnetlint.engine"))}


def test_settings_are_values(folder: Path) -> None:
    (folder / "vnetlint.toml").write_text(
        "placeholders = ['<<[a-z]+>>']\n[per-file-ignores]\n'*.xml' = ['network']\n[options.nat-ports-few]\n"
    )
    for settings in (Settings(), RunPlanner(RunOptions()).plan([read("lan.xml")])[0].settings):
        again = pickle.loads(pickle.dumps(settings))
        assert again == settings
        assert again.digest == settings.digest
    ignoring = Settings(ignores=(FileIgnore("/", "*.xml", frozenset({"network"})),))
    assert ignoring.digest != Settings().digest


def test_a_result_is_a_value(folder: Path) -> None:
    result = lint([read("lan.xml")], Settings())
    again = pickle.loads(pickle.dumps(result))
    assert again.findings == result.findings
    assert again.rules["ip-on-bridged-network"].page.title == result.rules["ip-on-bridged-network"].page.title


def test_fingerprints_do_not_depend_on_the_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = folder / "deep" / "er"
    deep.mkdir(parents=True)
    (deep / "lan.xml").write_text(NETWORK.format("10.0.0.1"), "utf-8")
    for marker in (None, "vnetlint.toml", ".git"):
        if marker:
            (folder / marker).touch()
        found = []
        for current, path in ((folder, "deep/er/lan.xml"), (deep, "lan.xml")):
            monkeypatch.chdir(current)
            found.append(_fingerprints(path))
        assert found[0] == found[1] != []


def _fingerprints(path: str) -> list[str]:
    out = io.StringIO()
    main(("check", path, "--output-format", "json"), io.BytesIO(), out, io.StringIO())
    return [each["fingerprint"] for each in json.loads(out.getvalue())["findings"]]
