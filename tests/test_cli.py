"""The command line as a user meets it: streams, exit codes, formats and files."""

import io
import json
import os
import stat
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.silence import silenced

BAD = """<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
"""
AFTER = BAD.replace("  <ip address='10.0.0.1' prefix='24'/>\n", "")
SILENT_RULES = silenced(builtin().select(["default"]), builtin(), {"network"})
SILENT = f"{len(SILENT_RULES)} rules need the host's inventory (--host); --explain-silence lists them.\n"
FIXED = f"fixed {{}}:5: ip-on-bridged-network: Remove <ip>\n\n{SILENT}Fixed 1 finding. Checked 1 file: no findings.\n"
GOOD = "<network>\n  <name>lan</name>\n  <forward mode='nat'/>\n  <ip address='10.0.0.1' prefix='24'/>\n</network>\n"


class Ran:
    """One run in the current folder: its exit code and output."""

    def __init__(self, *arguments: str, stdin: bytes = b"") -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = main(arguments, io.BytesIO(stdin), out, err)
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(BAD)
    return tmp_path


def test_clean_files_exit_with_0() -> None:
    Path("lan.xml").write_text(GOOD)
    ran = Ran("check", "lan.xml")
    assert (ran.code, ran.out, ran.err) == (0, f"{SILENT}Checked 1 file: no findings.\n", "")


def test_findings_exit_with_1() -> None:
    ran = Ran("check", "lan.xml")
    assert (ran.code, ran.err) == (1, "")


def test_the_current_folder_is_checked_by_default() -> None:
    assert Ran("check", "--output-format", "concise").out == Ran("check", "lan.xml", "--output-format", "concise").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "missing.xml"),
        ("check", "--select", "no-such-rule"),
        ("chek",),
        ("check", "--fail-on", "never"),
        ("check", "--unsafe-fixes"),
        ("rule", "no-such-rule"),
        ("check", "-", "lan.xml"),
    ],
)
def test_an_impossible_job_exits_with_2_and_one_line(arguments: tuple[str, ...]) -> None:
    ran = Ran(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("vnetlint: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(("threshold", "code"), [("error", 1), ("warning", 1), ("info", 1)])
def test_fail_on_counts_findings_at_its_severity_or_above(threshold: str, code: int) -> None:
    assert Ran("check", "--fail-on", threshold).code == code


def test_fail_on_ignores_milder_findings() -> None:
    Path("lan.xml").write_text(GOOD.replace("nat", "route"))
    assert Ran("check").code == 0
    assert Ran("check", "--fail-on", "info").code == 1


def test_exit_zero_still_reports() -> None:
    ran = Ran("check", "--exit-zero", "--output-format", "concise")
    assert ran.code == 0
    assert "[ip-on-bridged-network]" in ran.out


def test_selecting_and_ignoring() -> None:
    assert Ran("check", "--ignore", "ip-on-bridged-network,bridge-without-uplink").code == 0
    assert Ran("check", "--select", "VN3").code == 0
    assert Ran("check", "--select", "VN3", "--extend-select", "VN1010").code == 1
    assert Ran("check", "--select", "network").code == 1


def test_fix_writes_the_file_and_says_so() -> None:
    assert Ran("check", "--fix").code == 1
    assert Path("lan.xml").read_text() == BAD
    ran = Ran("check", "--fix", "--unsafe-fixes")
    assert (ran.code, ran.out) == (0, FIXED.format("lan.xml"))
    assert Path("lan.xml").read_text() == AFTER


def test_fix_keeps_the_mode_and_writes_the_target_of_a_link() -> None:
    os.chmod("lan.xml", 0o640)
    os.symlink("lan.xml", "link.xml")
    Ran("check", "link.xml", "--fix", "--unsafe-fixes")
    assert Path("link.xml").is_symlink()
    assert Path("lan.xml").read_text() == AFTER
    assert stat.S_IMODE(os.stat("lan.xml").st_mode) == 0o640


def test_fix_does_not_write_unchanged_files() -> None:
    before = os.stat("lan.xml")
    Ran("check", "--fix")
    after = os.stat("lan.xml")
    # Reading may change the access time.
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )


def test_diff_writes_nothing_and_fails_if_fix_would_change_a_file() -> None:
    ran = Ran("check", "--diff", "--unsafe-fixes")
    assert ran.code == 1
    assert ran.out.splitlines()[:2] == ["--- a/lan.xml", "+++ b/lan.xml"]
    assert "-  <ip address='10.0.0.1' prefix='24'/>" in ran.out.splitlines()
    assert Path("lan.xml").read_text() == BAD


def test_stdin_is_named_and_fixed_to_stdout() -> None:
    ran = Ran("check", "-", "--stdin-filename", "new.xml", "--output-format", "concise", stdin=BAD.encode())
    assert (ran.code, ran.out.split(":")[0]) == (1, "new.xml")
    ran = Ran("check", "-", "--fix", "--unsafe-fixes", stdin=BAD.encode())
    assert (ran.code, ran.out) == (0, AFTER)
    assert ran.err == FIXED.format("<stdin>")


def test_stdin_may_hold_several_documents() -> None:
    ran = Ran("check", "-", "--output-format", "concise", stdin=(GOOD.replace("lan", "wan") + BAD).encode())
    assert ran.out.startswith("<stdin>:10:3: error: ")


def test_paths_are_relative_below_the_current_folder_and_absolute_elsewhere(folder: Path) -> None:
    (folder / "sub").mkdir()
    os.chdir(folder / "sub")
    assert Ran("check", "../lan.xml", "--output-format", "concise").out.startswith(f"{folder.as_posix()}/lan.xml:")
    os.chdir(folder)
    assert Ran("check", f"{folder}/./lan.xml", "--output-format", "concise").out.startswith("lan.xml:")


def test_foreign_files_are_skipped_quietly_in_a_folder_and_noted_when_named() -> None:
    Path("lan.xml").unlink()
    Path("pom.xml").write_text("<project/>")
    ran = Ran("check", ".")
    assert (ran.code, ran.err) == (0, "")
    ran = Ran("check", "pom.xml")
    assert (ran.code, ran.err) == (
        0,
        "vnetlint: pom.xml: skipped: <project> is not a libvirt network, domain or filter\n",
    )


def test_a_misspelt_root_is_recognised() -> None:
    Path("x.xml").write_text("<netwrok/>")
    note = "vnetlint: x.xml: skipped: <netwrok> is not a libvirt network, domain or filter; did you mean <network>?\n"
    assert Ran("check", "x.xml").err == note


def test_many_foreign_files_are_noted_in_one_line() -> None:
    # A hook names every XML file of a repository.
    names = [f"{letter}.xml" for letter in "abcdef"]
    for name in names:
        Path(name).write_text("<project/>")
    note = "vnetlint: 6 files skipped: not a libvirt network, domain or filter, such as a.xml, a <project>\n"
    assert Ran("check", *names).err == note
    assert Ran("check", *names[1:]).err.count("skipped") == 5


def test_json_is_the_contract() -> None:
    document = json.loads(Ran("check", "--output-format", "json").out)
    (finding,) = document["findings"]
    assert document["version"] == 1
    assert document["summary"] == {
        "files": 1, "linted": 1, "skipped": 0, "errors": 1, "warnings": 0, "infos": 0, "fixable_safe": 0,
        "fixable_unsafe": 1, "fixable_choice": 0, "fixed": 0, "hidden": 0,
        "suppressed": 0, "baselined": 0, "unchanged": 0,
    }  # fmt: skip
    assert finding["range"] == {"start": {"line": 5, "column": 3}, "end": {"line": 5, "column": 39}}
    assert (finding["rule"], finding["code"], finding["path"]) == ("ip-on-bridged-network", "VN1010", "lan.xml")
    assert (finding["severity"], finding["when"], finding["element"]) == ("error", "define", "/network/ip[1]")
    assert finding["libvirt_message"] == "Unsupported <ip> element in network lan with forward mode='bridge'"
    fix = finding["fixes"][0]
    assert (fix["title"], fix["safety"]) == ("Remove <ip>", "unsafe")
    assert fix["edits"] == [{"path": "lan.xml", "text": "",
        "range": {"start": {"line": 5, "column": 1}, "end": {"line": 6, "column": 1}}}]  # fmt: skip
    assert finding["related"][0]["range"]["start"] == {"line": 3, "column": 12}
    assert len(finding["fingerprint"]) == 16
    assert finding["url"].startswith("https://libvirt.org/")


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in Ran("check").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror\x1b[0m" in Ran("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in Ran("check").out


def test_control_characters_of_a_file_never_reach_the_terminal() -> None:
    Path("lan.xml").write_text(BAD.replace("br0", "br0\x85\u202e"))
    for form in ("full", "concise"):
        assert not set(Ran("check", "--output-format", form).out) & {"\x85", "\u202e", "\x1b"}


def test_statistics_count_by_rule() -> None:
    assert Ran("check", "--statistics").out == "     1  error    ip-on-bridged-network  fixable: 1 unsafe\n"


def test_rule_shows_the_page_by_name_and_code() -> None:
    ran = Ran("rule", "ip-on-bridged-network")
    assert ran.code == 0
    assert "## Libvirt\nAt define: `Unsupported <ip> element" in ran.out
    assert Ran("rule", "VN1010").out == ran.out


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        (
            "ip-on-bridged-network",
            ("`[severity]`", "`ignore`", "<!-- vnetlint: ignore[ip-on-bridged-network] reason -->"),
        ),
        ("nat-ports-few", ("`[severity]`", "`[options.nat-ports-few]`", "`ignore`", "docs/suppressions.md")),
        ("xml-syntax", ("`[severity]`", "No comment in a file suppresses its findings.")),
    ],
)
def test_a_page_ends_with_how_to_configure_and_suppress_its_rule(rule: str, named: tuple[str, ...]) -> None:
    end = Ran("rule", rule).out.rpartition("\n## Configuration\n")[2]
    assert "##" not in end
    assert all(each in end for each in named)


def test_rules_are_listed_for_people_and_programs() -> None:
    listed = json.loads(Ran("rules", "--output-format", "json").out)
    assert [each["code"] for each in listed] == sorted(each["code"] for each in listed)
    assert len(Ran("rules").out.splitlines()) == len(listed)


def test_show_prints_what_was_understood() -> None:
    Path("web.xml").write_text("<domain type='kvm'><name>web</name><devices><interface type='network'>"
                               "<source network='lan'/></interface></devices></domain>")  # fmt: skip
    shown = Ran("show", ".").out
    assert shown.startswith(
        "lan.xml: network lan\n"
        "  mode       bridged, on a bridge of the host\n"
        "  bridge     br0, which the host must have\n"
        "  addresses  10.0.0.0/24, the host is 10.0.0.1; no DHCP\n"
        "  guest      web\n"
        "  IPv4       guests reach each other"
    )
    assert "\n\nweb.xml: domain web\n  interface  network lan (bridged)\n  IPv4       web reaches " in shown
    (network, _) = json.loads(Ran("show", ".", "--output-format", "json").out)
    assert network["facts"][0]["topic"] == "mode"


def test_version() -> None:
    assert Ran("--version").out.startswith("vnetlint ")


def test_a_rule_is_found_by_what_libvirt_said() -> None:
    ran = Ran("rule", "--message", "Network is already in use by interface virbr1")
    assert (ran.code, ran.out.split()[1]) == (0, "subnet-overlap")
    assert Ran("rule", "--message", "no space left on device").code == 1
    assert Ran("rule").code == 2


def test_every_profile_can_be_selected() -> None:
    for profile in ("default", "strict", "all"):
        assert Ran("check", "--select", profile).code == 1


def test_an_internal_error_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr("vnetlint.cli.checking.RunPlanner.plan", broken)
    ran = Ran("check")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("vnetlint: internal error: RuntimeError: first; please report this")
    assert ran.err.count("\n") == 1
