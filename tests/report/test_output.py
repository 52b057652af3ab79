"""`--output-file`: several formats in one run equal those of several runs, and errors come before the work."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.cases import GOOD, Ran, awkward_folder, bridged
from vnetlint.cli.output import FORMATS, destinations
from vnetlint.errors import UserError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = awkward_folder(tmp_path)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return folder


def test_the_formats_of_one_run_equal_those_of_separate_runs(here: Path) -> None:
    arguments = [each for name in FORMATS for each in ("--output-file", f"{name}=../{name}.out")]
    ran = Ran("check", ".", "../out side.xml", "--output-format", "concise", *arguments)
    assert ran.err == ""
    for name in FORMATS:
        alone = Ran("check", ".", "../out side.xml", "--output-format", name)
        assert (alone.code, alone.err) == (ran.code, "")
        assert Path(f"../{name}.out").read_bytes() == alone.out.encode("utf-8", "backslashreplace"), name
    assert Path("../concise.out").read_bytes() == ran.out.encode("utf-8", "backslashreplace")


def test_reports_in_files_have_no_colour(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = Ran("check", "emoji.xml", "--output-file", "full=../full.txt", "--output-file", "junit=../junit.xml")
    assert "\x1b" in ran.out
    assert b"\x1b" not in Path("../full.txt").read_bytes() + Path("../junit.xml").read_bytes()


BAD = bridged().encode()
MILDER = b"[severity]\nip-on-bridged-network = '%s'\n"
CASES: dict[str, tuple[dict[str, bytes], tuple[str, ...], tuple[int, int, int]]] = {
    "clean": ({"a.xml": GOOD.encode()}, ("a.xml",), (0, 0, 0)),
    "error": ({"a.xml": BAD}, ("a.xml",), (1, 1, 1)),
    "warning": ({"a.xml": BAD, "vnetlint.toml": MILDER % b"warning"}, ("a.xml",), (0, 1, 1)),
    "info": ({"a.xml": BAD, "vnetlint.toml": MILDER % b"info"}, ("a.xml",), (0, 0, 1)),
    "let pass": ({"a.xml": BAD}, ("a.xml", "--exit-zero"), (0, 0, 0)),
    "suppressed": (
        {"a.xml": bridged(inner="  <!-- vnetlint: ignore[ip-on-bridged-network] known -->\n").encode()},
        ("a.xml",),
        (0, 0, 0),
    ),
    "malformed": ({"a.xml": b"<network>"}, ("a.xml",), (1, 1, 1)),
    "unreadable": ({"a.xml": b"<network>\0"}, ("a.xml",), (2, 2, 2)),
    "foreign": ({"a.xml": b"<project/>"}, ("a.xml",), (0, 0, 0)),
    "empty": ({"a.xml": b""}, ("a.xml",), (1, 1, 1)),
    "no such file": ({}, ("b.xml",), (2, 2, 2)),
}
"""Files, arguments, and the exit code with each `--fail-on`, from the strictest to the mildest."""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_exit_code_is_the_same_in_every_format(
    case: tuple[dict[str, bytes], tuple[str, ...], tuple[int, int, int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files, arguments, codes = case
    monkeypatch.chdir(tmp_path)
    for name, data in files.items():
        Path(name).write_bytes(data)
    files_of_all = [each for name in FORMATS for each in ("--output-file", f"{name}=../{name}.out")]
    for threshold, code in zip(("error", "warning", "info"), codes, strict=True):
        common = ("check", *arguments, "--fail-on", threshold)
        for name in FORMATS:
            assert Ran(*common, "--output-format", name).code == code, (threshold, name)
        assert Ran(*common, *files_of_all).code == code, threshold
        assert Ran(*common, *files_of_all, "--statistics").code == code, threshold


def test_the_file_s_ending_selects_the_format_if_it_is_unique(here: Path) -> None:
    Ran("check", "emoji.xml", "--output-file", "../a.sarif", "--output-file", "../b.sarif.json")
    assert Path("../a.sarif").read_text() == Ran("check", "emoji.xml", "--output-format", "sarif").out
    assert Path("../b.sarif.json").read_bytes() == Path("../a.sarif").read_bytes()


def test_a_file_name_may_contain_an_equals_sign(here: Path) -> None:
    assert Ran("check", "good.xml", "--output-file", "gitlab=../a=b.json").code == 0
    assert Path("../a=b.json").read_text() == "[]\n"
    assert Ran("check", "good.xml", "--output-file", "../c=d.sarif").code == 0
    assert Path("../c=d.sarif").exists()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("report.json", "missing format: use FORMAT=report.json with one of checkstyle, concise, full,"),
        ("report.xml", "missing format: use FORMAT=report.xml with one of"),
        ("report", "missing format: use FORMAT=report with one of"),
        ("sarfi=report.sarif", "invalid format 'sarfi': expected one of checkstyle,"),
        ("json=", "missing file name; for standard output use --output-format"),
        ("json=-", "missing file name"),
        ("json=no/such/folder.json", "there is no folder no/such"),
        ("json=good.xml/report.json", "there is no folder good.xml"),
        ("json=..", "it is a folder"),
        ("json=../new/", "it is a folder"),
        ("json=emoji.xml", "emoji.xml: cannot be written: the run reads emoji.xml"),
        ("json=link.xml", "link.xml: cannot be written: the run reads emoji.xml"),
        ("json=../host.json", "the run reads ../host.json"),
        ("json=nowhere.json", "there is no folder /no/such"),
        ("json=../full.out", "another report goes there"),
    ],
)
def test_an_impossible_file_is_reported_before_anything_is_done(here: Path, value: str, message: str) -> None:
    Path("link.xml").symlink_to("emoji.xml")
    Path("nowhere.json").symlink_to("/no/such/folder")
    Path("../host.json").write_text('{"version": 1}')
    before = {path: path.read_bytes() for path in here.parent.rglob("*") if path.is_file()}
    arguments = ("emoji.xml", "--fix", "--unsafe-fixes", "--host", "../host.json", "--output-file", "full=../full.out")
    ran = Ran("check", *arguments, "--output-file", value)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err
    assert {path: path.read_bytes() for path in here.parent.rglob("*") if path.is_file()} == before


def test_a_file_without_write_permission_is_reported_at_once(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    ran = Ran("check", "emoji.xml", "--output-file", "json=../report.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "vnetlint: ../report.json: cannot be written: permission denied\n"


def test_a_report_that_fails_late_exits_with_2_and_keeps_the_others(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = os.replace

    def full_disk(source: str, target: Path) -> None:
        if target.name == "bad.json":
            raise OSError(28, "No space left on device")
        replaced(source, target)

    monkeypatch.setattr(os, "replace", full_disk)
    arguments = ("--output-file", "json=../bad.json", "--output-file", "gitlab=../good.json")
    ran = Ran("check", "emoji.xml", "--output-format", "concise", *arguments)
    assert (ran.code, ran.err) == (2, "vnetlint: ../bad.json: cannot be written: No space left on device\n")
    assert "ip-on-bridged-network" in ran.out
    assert Path("../good.json").exists()
    assert [path.name for path in here.parent.iterdir() if path.name.startswith(".vnetlint")] == []


def test_a_new_file_gets_the_default_mode_and_an_old_one_keeps_its(here: Path) -> None:
    old = Path("../old.sarif")
    old.write_text("longer than nothing")
    old.chmod(0o640)
    Path("../link.sarif").symlink_to("old.sarif")
    before = os.umask(0o027)
    try:
        Ran("check", "emoji.xml", "--output-file", "../link.sarif", "--output-file", "../new.sarif")
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("../new.sarif").stat().st_mode) == stat.S_IMODE(old.stat().st_mode) == 0o640
    assert Path("../link.sarif").is_symlink()
    assert old.read_bytes() == Path("../new.sarif").read_bytes()


def test_a_device_is_written_and_stays_a_device(here: Path) -> None:
    assert Ran("check", "good.xml", "--output-file", "json=/dev/null", "--output-file", "sarif=/dev/null").code == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_report_after_fixing_lists_what_is_left(here: Path) -> None:
    arguments = ("emoji.xml", "--fix", "--unsafe-fixes", "--output-format", "json", "--output-file", "json=../a.json")
    ran = Ran("check", *arguments)
    assert Path("../a.json").read_text() == ran.out
    assert '"fixed": 1' in ran.out
    assert '"findings": []' in ran.out


def test_a_report_beside_a_diff_describes_the_files_as_they_are(here: Path) -> None:
    alone = Ran("check", "emoji.xml", "--diff", "--unsafe-fixes")
    both = Ran("check", "emoji.xml", "--diff", "--unsafe-fixes", "--output-file", "../a.sarif")
    assert (alone.code, alone.out, alone.err) == (both.code, both.out, both.err)
    assert Path("../a.sarif").read_text() == Ran("check", "emoji.xml", "--output-format", "sarif").out


def test_a_report_of_standard_input(here: Path) -> None:
    name = ("--stdin-filename", "lan.xml")
    linted = Ran("check", "-", *name, "--output-format", "sarif", "--output-file", "../a.sarif", stdin=BAD)
    assert (linted.code, linted.out) == (1, Path("../a.sarif").read_text())
    fixed = Ran("check", "-", "--fix", "--unsafe-fixes", *name, "--output-file", "gitlab=../b.json", stdin=BAD)
    assert (fixed.code, Path("../b.json").read_text()) == (0, "[]\n")
    assert fixed.out.startswith("<network>")


def test_statistics_go_only_to_standard_output(here: Path) -> None:
    ran = Ran("check", "emoji.xml", "--statistics", "--output-file", "../a.sarif")
    assert ran.out == "     1  error    ip-on-bridged-network  fixable: 1 unsafe\n"
    assert Path("../a.sarif").read_text() == Ran("check", "emoji.xml", "--output-format", "sarif").out


def answer(value: str) -> tuple[str, ...]:
    try:
        return tuple(each.path for each in destinations([value], []))
    except UserError as error:
        return tuple(str(error).splitlines())


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_any_value_gives_a_file_or_one_line(value: str) -> None:
    (said,) = answer(value)
    assert value.endswith(said) or said.count("--output-file ") + said.count("cannot be written: ") == 1
