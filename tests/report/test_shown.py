"""Which findings are shown: `--min-severity`, folded repeats, and the exit code, which depends on neither."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.report.cases import Ran, bridged, finding, outcome
from tests.sources import named
from vnetlint.cli.output import FORMATS
from vnetlint.config import load as config
from vnetlint.finding import Edit, Span
from vnetlint.report import concise, full
from vnetlint.report.content import MOST_ALIKE, Fold, Report, folded
from vnetlint.report.display import clean, clean_lines

CONFIG = "[severity]\nip-on-bridged-network = 'warning'\nsetting-on-bridged-network = 'info'\n"
BROKEN = bridged().replace("</network>", "  <mtu size='9000'/>\n</network>")
SEVERITIES = ("error", "warning", "info")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one warning and one info."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    Path("lan.xml").write_text(BROKEN)
    Path("vnetlint.toml").write_text(CONFIG)
    return tmp_path


# -- what is below min-severity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("least", "shown"), [("info", 2), ("warning", 1), ("error", 0)])
def test_what_is_milder_is_in_no_format(least: str, shown: int) -> None:
    ran = {name: Ran("check", "--output-format", name, "--min-severity", least) for name in FORMATS}
    assert len(json.loads(ran["json"].out)["findings"]) == shown
    assert len(json.loads(ran["gitlab"].out)) == shown
    assert len(json.loads(ran["sarif"].out)["runs"][0]["results"]) == shown
    lines = [json.loads(line) for line in ran["jsonl"].out.splitlines()]
    assert sum(line["type"] == "finding" for line in lines) == shown
    assert len(json.loads(ran["rdjson"].out)["diagnostics"]) == shown
    assert len(list(ElementTree.fromstring(ran["checkstyle"].out).iter("error"))) == shown
    assert len(ran["github"].out.splitlines()) == shown
    assert len(ran["concise"].out.splitlines()) == shown
    assert sum("[ip-on" in line or "[setting-on" in line for line in ran["full"].out.splitlines()) == shown
    cases = ElementTree.fromstring(ran["junit"].out).iter("testcase")
    assert sum(case.get("name") != "no findings" for case in cases) == shown
    summary = json.loads(ran["json"].out)["summary"]
    assert (summary["warnings"] + summary["infos"], summary["hidden"]) == (shown, 2 - shown)
    assert len(Ran("check", "--statistics", "--min-severity", least).out.splitlines()) == shown


@pytest.mark.parametrize("least", SEVERITIES)
@pytest.mark.parametrize(("threshold", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_the_exit_code_does_not_depend_on_what_is_shown(least: str, threshold: str, code: int) -> None:
    for name in FORMATS:
        ran = Ran("check", "--output-format", name, "--fail-on", threshold, "--min-severity", least)
        assert ran.code == code
        shows_why = SEVERITIES.index(least) >= 1 or threshold == "error"
        assert ran.err == "" if shows_why else "not shown, because of min-severity" in ran.err


def test_a_configuration_sets_the_minimum_severity_of_its_files() -> None:
    Path("sub").mkdir()
    Path("sub/lan.xml").write_text(BROKEN)
    Path("sub/vnetlint.toml").write_text(f"min-severity = 'warning'\n{CONFIG}")
    found = json.loads(Ran("check", "--output-format", "json").out)["findings"]
    assert [(each["path"], each["severity"]) for each in found] == [
        ("lan.xml", "warning"),
        ("lan.xml", "info"),
        ("sub/lan.xml", "warning"),
    ]
    assert len(json.loads(Ran("check", "--min-severity", "info", "--output-format", "json").out)["findings"]) == 4
    Path("vnetlint.toml").write_text("min-severity = 'mild'\n")
    config.forget()
    assert Ran("check").err.startswith("vnetlint: vnetlint.toml:1:1: invalid value for 'min-severity': ")


def test_the_summary_says_that_something_is_hidden() -> None:
    ran = Ran("check", "--min-severity", "error", "--exit-zero")
    assert (ran.out.splitlines()[-1], ran.err) == ("Checked 1 file: no findings (2 hidden by min-severity).", "")
    assert "Checked 1 file: 1 warning (1 hidden by min-severity)." in Ran("check", "--min-severity", "warning").out


def test_hidden_findings_are_still_fixed() -> None:
    ran = Ran("check", "--fix", "--unsafe-fixes", "--min-severity", "error")
    assert ran.out.startswith("fixed lan.xml:5: ip-on-bridged-network: Remove <ip>\n")


# -- repeats -------------------------------------------------------------------------------------------------------


def repeated(count: int, path: str = "lan.xml", message: str = "the MAC '{}' is also that of line {}") -> Report:
    source = named(path, "<a/>\n" * count)
    found = [finding(path, Span(5 * n, 5 * n + 4), message.format(n, n * n)) for n in range(count)]
    return outcome(*found, sources=[source])


@pytest.mark.parametrize("count", [0, 1, MOST_ALIKE, MOST_ALIKE + 1, 257])
def test_many_findings_of_one_kind_are_folded(count: int) -> None:
    many = repeated(count)
    shown = min(count, MOST_ALIKE)
    left = count - shown
    lines = concise.render(many).splitlines()
    assert len(lines) == shown + bool(left)
    assert lines[shown:] == [f"and {left} more of this kind in lan.xml; --show-all lists them"] * bool(left)
    assert full.render(many).count("[ip-on-bridged-network]") == shown
    assert full.render(many).splitlines()[-1].startswith(f"Checked 1 file: {count or 'no'} ")
    every = Report(many.result, show_all=True)
    assert len(concise.render(every).splitlines()) == full.render(every).count("[ip-on-bridged-network]") == count


def test_other_kinds_and_other_files_are_shown() -> None:
    parts = [
        repeated(9),
        repeated(9, message="<ip{}> is not <ip> '{}'"),
        repeated(9, message="another thing is wrong"),
        repeated(9, "b.xml"),
        repeated(3, "c.xml"),
    ]
    findings = [each for part in parts for each in part.result.findings]
    found = list(folded(outcome(*findings)))
    assert [each for each in found if isinstance(each, Fold)] == [Fold(path, 4) for path in ["lan.xml"] * 3 + ["b.xml"]]
    assert len(found) == 4 * MOST_ALIKE + 3 + 4


def test_formats_for_machines_list_everything(folder: Path) -> None:
    ports = "".join(f"    <interface dev='eth{n}' bad='1'/>\n" for n in range(20))
    Path("lan.xml").write_text(
        f"<network>\n  <name>n</name>\n  <forward mode='bridge'>\n{ports}  </forward>\n</network>\n"
    )
    concise_lines = Ran("check", "--output-format", "concise").out.splitlines()
    assert len(concise_lines) < 20
    assert concise_lines[-1].startswith("and 15 more of this kind in lan.xml; --show-all")
    assert len(Ran("check", "--output-format", "concise", "--show-all").out.splitlines()) >= 20
    assert len(json.loads(Ran("check", "--output-format", "json").out)["findings"]) >= 20
    assert len(Ran("check", "--output-format", "github").out.splitlines()) >= 20
    assert Ran("check").code == Ran("check", "--show-all").code == 1


# -- what fails in JUnit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("threshold", "failing"), [("error", 0), ("warning", 1), ("info", 2)])
def test_findings_that_do_not_fail_the_run_are_not_failures(threshold: str, failing: int) -> None:
    root = ElementTree.fromstring(Ran("check", "--output-format", "junit", "--fail-on", threshold).out)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", str(failing), "0")
    outputs = [each.text or "" for each in root.iter("system-out")]
    assert len(outputs) == 2 - failing
    assert all("lan.xml:" in each and " = fix" in each for each in outputs)


# -- characters that never reach a terminal ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
def test_no_character_moves_the_cursor_or_turns_the_text(code: int) -> None:
    assert chr(code) not in clean(f"a{chr(code)}b")
    assert len(clean(f"a{chr(code)}b")) == 3
    assert (chr(code) in clean_lines(f"a{chr(code)}b")) == (chr(code) in "\t\r\n")


def test_the_diff_of_a_fix_has_the_lines_of_the_file() -> None:
    text = "<a>\u2028<b/>\x85<c/>\r\n<d/></a>"
    source = named("a.xml", text)
    at = text.index("<c/>")
    shown = list(full.diff_lines(source, [Edit("a.xml", Span(at, at + 4), "<e/>")]))
    assert shown == [("-", "<a>\u2028<b/>\x85<c/>"), ("+", "<a>\u2028<b/>\x85<e/>")]


def test_an_unreadable_file_counts_as_checked(folder: Path) -> None:
    Path("binary.xml").write_bytes(b"\0\1")
    Path("pom.xml").write_text("<project/>")
    ran = Ran("check")
    assert ran.code == 2
    assert ran.out.splitlines()[-1].startswith("Checked 2 files: 1 error, 1 warning, 1 info.")
