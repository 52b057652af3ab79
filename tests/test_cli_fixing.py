"""Which fixes the command line makes, how it reports them, and that only what was written counts as fixed."""

import io
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.sources import named
from tests.test_cli import BAD, GOOD, Ran
from vnetlint.api import Network, Problem, Project, edit, fix, problem
from vnetlint.cli import writing
from vnetlint.cli.diff import unified
from vnetlint.cli.main import main
from vnetlint.files.write import replace_together
from vnetlint.finding import Fix, Safety, Severity
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Check, Rule
from vnetlint.xml.node import Node

NETWORK = "<network>\n  <name>{}</name>\n  <mtu size='1500'/>\n</network>\n"
NAME = "bridge-without-uplink"
"""The rule that the tests replace by their own."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> "Probe":
    return Probe(monkeypatch)


class Probe:
    """A rule of the test that wants other MTUs, with fixes of given levels that set 9001, 9002 and so on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.levels: tuple[Safety, ...] = ()
        self.severity: Severity = "warning"
        _put(self._check, monkeypatch)

    def _check(self, network: Network, project: Project) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        if mtu is not None and mtu.get("size") == "1500":
            fixes = (self._fix(mtu, *each) for each in enumerate(self.levels, 1))
            yield problem(mtu, f"the MTU of '{network.name}' is 1500", *fixes, severity=self.severity)

    @staticmethod
    def _fix(mtu: Node, number: int, level: Safety) -> tuple[Fix, ...]:
        edits = edit.set_attribute(mtu, "size", str(9000 + number)) if level != "display" else ()
        return (Fix(f"Set {number}", edits, level),)


def _put(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a function in place of the rule's check."""
    given = Rule.check_with

    def check_with(rule: Rule, options: Mapping[str, object]) -> Check:
        return check if rule.name == NAME else given(rule, options)

    monkeypatch.setattr(Rule, "check_with", check_with)


def check(*arguments: str) -> Ran:
    return Ran("check", "--select", "VN3,VN1", "--output-format", "concise", *arguments)


def write(**texts: str) -> None:
    for name, text in texts.items():
        Path(f"{name}.xml").write_text(text)


def size(name: str = "a") -> str:
    return Path(f"{name}.xml").read_text().split("'")[1]


# -- choosing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("bridge-without-uplnk", "unknown rule 'bridge-without-uplnk'; did you mean 'bridge-without-uplink'?"),
        ("network", "unknown rule 'network'"),
        ("=1", "unknown rule ''"),
        (f"{NAME}=0", f"--choose {NAME}=0: invalid number '0': expected 1"),
        (f"{NAME}=-1", "invalid number '-1'"),
        (f"{NAME}=", "invalid number ''"),
        (f"{NAME}=two", "invalid number 'two'"),
        (f"{NAME}=²", "invalid number '²'"),
        (f"{NAME}=1.0", "invalid number '1.0'"),
        (f"{NAME}={'9' * 5000}", "invalid number '999"),
        (f"{NAME}=1=2", "invalid number '1=2'"),
    ],
)
def test_an_invalid_choice_is_a_usage_error(value: str, message: str) -> None:
    write(a=GOOD)
    for option in ("--fix", "--diff"):
        ran = check("a.xml", option, "--choose", value)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert message in ran.err


def test_two_fixes_of_one_rule_cannot_both_be_chosen() -> None:
    write(a=GOOD)
    ran = check("a.xml", "--fix", "--choose", f"{NAME}=1", "--choose", f"{builtin().find(NAME).code}=2")
    assert (ran.code, ran.err) == (
        2,
        f"vnetlint: --choose {builtin().find(NAME).code}=2: fix 1 of {NAME} is already chosen\n",
    )
    assert check("a.xml", "--fix", "--choose", f"{NAME}=1", "--choose", NAME).code == 0


@pytest.mark.parametrize("option", ["--unsafe-fixes", "--choose=bridge-without-uplink"])
def test_options_that_need_fix_or_diff_are_a_usage_error_without_it(option: str) -> None:
    ran = check(option)
    assert (ran.code, ran.err) == (2, f"vnetlint: {option.partition('=')[0]} needs --fix or --diff\n")


@pytest.mark.parametrize(
    ("levels", "arguments", "expected"),
    [
        (("safe", "unsafe"), (), "9001"),
        (("unsafe", "safe"), (), "1500"),
        (("unsafe", "safe"), ("--unsafe-fixes",), "9001"),
        (("choice", "safe", "unsafe"), ("--unsafe-fixes",), "1500"),
        (("choice", "safe", "unsafe"), ("--choose", NAME), "9001"),
        (("choice", "safe", "unsafe"), ("--choose", f"{NAME}=3"), "9003"),
        (("choice", "safe"), ("--choose", f"{NAME} = 2"), "9002"),
        (("display", "unsafe"), ("--choose", f"{NAME}=2"), "9002"),
        (("safe", "choice"), ("--choose", f"{NAME}=2"), "9002"),
        (("safe",), ("--choose", f"{NAME}=2"), "1500"),
    ],
)
def test_the_chosen_fix_is_made(
    probe: Probe, levels: tuple[Safety, ...], arguments: tuple[str, ...], expected: str
) -> None:
    probe.levels = levels
    write(a=NETWORK.format("a"))
    diff = check("a.xml", "--diff", *arguments)
    assert size() == "1500"
    ran = check("a.xml", "--fix", *arguments)
    assert size() == expected
    assert (f"+  <mtu size='{expected}'/>" in diff.out) == (expected != "1500")
    assert ran.out.startswith(f"fixed a.xml:3: {NAME}: Set {expected[-1]}\n") == (expected != "1500")


@pytest.mark.parametrize(
    ("levels", "arguments", "said"),
    [
        (("choice",), ("--choose", f"{NAME}=2"), "its findings offer only one fix"),
        (("choice", "safe"), ("--choose", f"{NAME}=7"), "its findings offer at most 2 fixes"),
        ((), ("--choose", NAME), "its findings offer no fix"),
        (("display", "safe"), ("--choose", NAME), "this fix must be made by hand"),
        (("safe",), ("--choose", "bridge-name-too-long"), "this rule has no findings"),
        (("safe",), ("--choose", "macvtap-host-isolation", "--ignore", "VN2"), "this rule is not selected"),
    ],
)
def test_a_choice_without_effect_says_why(
    probe: Probe, levels: tuple[Safety, ...], arguments: tuple[str, ...], said: str
) -> None:
    probe.levels = levels
    write(a=NETWORK.format("a"))
    for option in ("--fix", "--diff"):
        notes = [line for line in check("a.xml", option, *arguments).err.splitlines() if "--choose" in line]
        assert any(said in line and arguments[1].partition("=")[0] in line for line in notes)
        Path("a.xml").write_text(NETWORK.format("a"))


# -- in bulk -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "arguments", "config", "expected"),
    [
        ("warning", (), "", "9001"),
        ("info", (), "", "1500"),
        ("info", ("--fail-on", "info"), "", "9001"),
        ("warning", ("--fail-on", "error"), "", "1500"),
        ("error", ("--fail-on", "error"), "", "9001"),
        ("info", ("--select", NAME), "", "9001"),
        ("info", ("--extend-select", "VN3001"), "", "9001"),
        ("info", ("--select", "all"), "", "1500"),
        ("info", ("--select", "VN30"), "", "1500"),
        ("info", (), f"fixable = ['{NAME}']", "9001"),
        ("info", (), "fixable = ['project']", "9001"),
        ("info", (), f"select = ['all', '{NAME}']", "1500"),
        ("warning", (), f"unfixable = ['{NAME}']", "1500"),
        ("warning", (), f"fixable = ['{NAME}']\nunfixable = ['VN3']", "1500"),
        ("warning", ("--select", NAME), "unfixable = ['VN3']", "1500"),
        ("warning", ("--choose", NAME), "unfixable = ['VN3']", "9001"),
        ("warning", ("--isolated",), "unfixable = ['VN3']", "9001"),
    ],
)
def test_what_is_fixed_in_bulk(
    probe: Probe, severity: Severity, arguments: tuple[str, ...], config: str, expected: str
) -> None:
    assert builtin().find(NAME).code == "VN3001"
    probe.levels, probe.severity = ("safe",), severity
    write(a=NETWORK.format("a"))
    Path("vnetlint.toml").write_text(config)
    before = json.loads(Ran("check", "a.xml", "--output-format", "json", *_without_choice(arguments)).out)
    Ran("check", "a.xml", "--fix", *arguments)
    assert size() == expected
    # Exactly the offered fixes are made.
    counted = before["summary"]["fixable_safe"]
    assert counted == (expected == "9001" and "--choose" not in arguments)
    assert before["summary"]["fixable_choice"] == 1 - counted


def _without_choice(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return arguments if "--choose" not in arguments else ()


def test_a_fix_that_edits_an_unchecked_file_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=NETWORK.format("a"), b=NETWORK.format("b"))
    Path("vnetlint.toml").write_text("")
    _pairs(monkeypatch)
    summary = json.loads(Ran("check", "a.xml", "--output-format", "json").out)["summary"]
    assert (summary["fixable_safe"], summary["fixable_choice"]) == (0, 0)
    summary = json.loads(Ran("check", "a.xml", "b.xml", "--output-format", "json").out)["summary"]
    assert (summary["fixable_safe"], summary["fixable_choice"]) == (1, 0)


def test_the_full_report_numbers_the_fixes_as_they_are_chosen(probe: Probe) -> None:
    write(a=NETWORK.format("a"))
    probe.levels = ("choice", "display", "safe")
    out = Ran("check", "a.xml").out
    assert [line.strip() for line in out.splitlines() if " = fix" in line] == [
        "= fix 1 (choice): Set 1",
        "= fix 2 (by hand): Set 2",
        "= fix 3: Set 3",
    ]
    probe.levels = ("unsafe",)
    assert " = fix (unsafe): Set 1" in Ran("check", "a.xml").out


def test_the_summary_counts_what_each_way_of_fixing_would_fix(probe: Probe) -> None:
    write(a=NETWORK.format("a"), b=NETWORK.format("b"), lan=BAD)
    probe.levels = ("choice",)
    summary = Ran("check").out.splitlines()[-1]
    assert summary == (
        "Checked 3 files: 1 error, 2 warnings. Fixable: 1 with --fix --unsafe-fixes, 2 by choice (--choose RULE)."
    )
    probe.levels = ("safe",)
    assert Ran("check").out.splitlines()[-1].endswith("Fixable: 2 with --fix, 1 more with --fix --unsafe-fixes.")


def test_each_fix_is_listed_with_its_line_before_fixing(probe: Probe) -> None:
    probe.levels = ("safe",)
    write(a=BAD.replace("lan", "a").replace("</network>", "  <mtu size='1500'/>\n</network>"))
    document = json.loads(
        Ran("check", "--fix", "--unsafe-fixes", "--output-format", "json", "--ignore", "setting-on-bridged-network").out
    )
    assert [(each["rule"], each["places"]) for each in document["fixed"]] == [
        ("ip-on-bridged-network", [{"path": "a.xml", "line": 5}]),
        (NAME, [{"path": "a.xml", "line": 6}]),
    ]
    assert document["summary"]["fixed"] == 2


# -- what is not written -------------------------------------------------------------------------------------------


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> "list[str]":
    """Names of files or folders that cannot be written; this is simulated, because root can write anywhere."""
    names: list[str] = []
    access, replace, made = os.access, os.replace, tempfile.mkstemp

    def granted(path: str, mode: int) -> bool:
        return Path(path).name not in names and access(path, mode)

    def temporary(prefix: str, dir: Path) -> object:  # noqa: A002
        if dir.name in names:
            raise PermissionError(13, "Permission denied")
        return made(prefix=prefix, dir=dir)

    def renamed(name: str, target: Path) -> None:
        if f"late {Path(target).name}" in names:
            raise OSError(5, "Input/output error")
        replace(name, target)

    monkeypatch.setattr(os, "access", granted)
    monkeypatch.setattr(os, "replace", renamed)
    monkeypatch.setattr(tempfile, "mkstemp", temporary)
    return names


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("lan.xml", "lan.xml: cannot be written: the file is read-only"),
        ("late lan.xml", "lan.xml: cannot be written: Input/output error"),
        ("site", "lan.xml: cannot be written: Permission denied"),
    ],
)
def test_an_unwritable_file_is_not_fixed(folder: Path, refuse: list[str], refused: str, said: str) -> None:
    (folder / "site").mkdir()
    os.chdir("site")
    refuse.append(refused)
    write(lan=BAD)
    ran = Ran("check", "--fix", "--unsafe-fixes")
    assert (ran.code, ran.err) == (2, f"vnetlint: {said}\n")
    assert "lan.xml:5:3: error: " in ran.out
    assert "ixed" not in ran.out
    assert ran.out.splitlines()[-1].startswith("Checked 1 file: 1 error.")
    assert (os.listdir(), Path("lan.xml").read_text()) == (["lan.xml"], BAD)


def test_the_other_files_are_still_written(refuse: list[str]) -> None:
    refuse.append("a.xml")
    write(a=BAD.replace("lan", "a"), b=BAD.replace("lan", "b"))
    ran = Ran("check", "--fix", "--unsafe-fixes", "--output-format", "json")
    document = json.loads(ran.out)
    assert ran.code == 2
    assert [each["places"][0]["path"] for each in document["fixed"]] == ["b.xml"]
    left = [each["path"] for each in document["findings"] if each["rule"] == "ip-on-bridged-network"]
    assert left == ["a.xml"]
    assert document["summary"]["fixed"] == 1


def test_a_file_that_changes_meanwhile_is_reported_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    write(lan=BAD)
    together = replace_together

    def later(changes: object) -> None:
        Path("lan.xml").write_text(f"\n{BAD}")
        together(changes)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "replace_together", later)
    ran = Ran("check", "--fix", "--unsafe-fixes", "--output-format", "concise")
    assert (ran.code, ran.err.count("changed while it was being checked")) == (2, 1)
    assert [line.split(" ")[0] for line in ran.out.splitlines()] == ["lan.xml:6:3:"]
    assert Path("lan.xml").read_text() == f"\n{BAD}"


def _pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace a rule by one that fixes `a` and `b` together."""

    def check(network: Network, project: Project) -> Iterator[Problem]:
        mtus = [each.node.child("mtu") for each in project.networks.all if each.name in ("a", "b")]
        if network.name == "a" and all(mtu is not None and mtu.get("size") == "1500" for mtu in mtus):
            edits = [edit.set_attribute(mtu, "size", "9000") for mtu in mtus if mtu is not None]
            yield problem(network, "the MTU is 1500", fix("Set both", *edits, safety="safe"), severity="warning")

    _put(check, monkeypatch)


@pytest.mark.parametrize("refused", ["a.xml", "b.xml", "late a.xml", "late b.xml"])
def test_a_fix_of_two_files_is_written_in_both_or_in_none(
    refused: str, refuse: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _pairs(monkeypatch)
    texts = {name: NETWORK.format(name) for name in "abc"}
    write(**texts)
    refuse.append(refused)
    ran = check("--fix")
    assert ran.code == 2
    assert {name: Path(f"{name}.xml").read_text() for name in "abc"} == texts
    assert sorted(os.listdir()) == ["a.xml", "b.xml", "c.xml"]
    assert "fixed" not in ran.out
    assert "none of the files that share a fix was written: a.xml, b.xml" in ran.err
    refuse.clear()
    ran = check("--fix")
    assert (ran.code, size("a"), size("b"), size("c")) == (0, "9000", "9000", "1500")
    assert ran.out.splitlines() == [f"fixed a.xml:3: {NAME}: Set both", f"fixed b.xml:3: {NAME}: Set both"]


# -- the diff ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "arguments", "said"),
    [
        (("unsafe",), (), "would change nothing; fixable: 1 with --diff --unsafe-fixes"),
        (("choice",), ("--unsafe-fixes",), "would change nothing; fixable: 1 by choice (--choose RULE)"),
        (("safe",), (), "would fix 1 finding in 1 file; 0 remain"),
        (("display",), (), ""),
    ],
)
def test_a_diff_says_how_to_fix_more(
    probe: Probe, levels: tuple[Safety, ...], arguments: tuple[str, ...], said: str
) -> None:
    probe.levels = levels
    write(a=NETWORK.format("a"))
    ran = check("--diff", *arguments)
    assert (ran.code, ran.err) == (1, f"vnetlint: {said}\n" if said else "")
    assert bool(ran.out) == (levels == ("safe",))


CONTENTS = {
    "plain": BAD,
    "CRLF": BAD.replace("\n", "\r\n"),
    "no line end": BAD.rstrip("\n"),
    "CRLF, none at the end": BAD.rstrip("\n").replace("\n", "\r\n"),
    "lone CR": BAD.replace("<name>", "<!-- a\rb -->\r<name>"),
    "CR alone": BAD.replace("\n", "\r"),
    "mixed": BAD.replace("<name>", "<!-- a\r\n\rb\n\r -->\n<name>"),
    "separators": BAD.replace("<name>", "<!-- \u2028 \u2029 \x85 -->\n<name>"),
    "beside the edit": BAD.replace("<ip", "<!--\u2028--><ip").replace("24'/>", "24'/><!--\x85-->"),
    "one line": BAD.replace("\n", ""),
}


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_git_applies_the_diff(content: str, encoding: str, folder: Path) -> None:
    text = CONTENTS[content].replace("<name>", "<!-- ä -->\n<name>", 1)
    if encoding == "iso-8859-1":
        text = "<?xml version='1.0' encoding='ISO-8859-1'?>\n" + text.replace("\u2028", "").replace("\u2029", "")
    _applied(folder, b"lan.xml", text.encode(encoding))


@pytest.mark.parametrize(
    "name",
    [
        "lan.xml", "two words.xml", "größe.xml", "größe mit ä.xml", 'a"b.xml', "a\\b.xml", "tab\there.xml",
        "line\nend.xml", "bell\x07.xml", "c1\x85.xml", "de\x7fl.xml", "folder/x y/lan.xml", b"bytes \xff\xe9.xml",
        " lead.xml", "trail .xml", "a/b c", "'.xml", "2028\u2028.xml", "rtl\u202e.xml", "emoji😀.xml",
    ],
)  # fmt: skip
def test_git_finds_the_file_of_the_diff(name: str | bytes, folder: Path) -> None:
    _applied(folder, os.fsencode(name), BAD.encode())


def _applied(folder: Path, name: bytes, data: bytes) -> None:
    """Compare what git makes of a file by applying the diff with what --fix makes of it."""
    path = Path(os.fsdecode(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    written = io.BytesIO()
    out = io.TextIOWrapper(written, "utf-8", "backslashreplace")
    main(["check", str(path), "--diff", "--unsafe-fixes"], io.BytesIO(), out, io.StringIO())
    out.flush()
    diff = written.getvalue()
    assert diff
    assert path.read_bytes() == data
    by_git = _by_git(path, diff, folder)
    Ran("check", str(path), "--fix", "--unsafe-fixes")
    assert by_git == path.read_bytes() != data


@pytest.mark.parametrize("text", ["a\f\nb\n", "\f", "a\v\x1c\x1d\x1eb\n\f\n", "a\x1b\nb", "\n\n", "a", ""])
def test_git_applies_the_diff_of_a_broken_file(text: str, folder: Path) -> None:
    Path("a.xml").write_text(text)
    before = named("a.xml", text)
    after = before.with_text(f"{text}x\f")
    assert _by_git(Path("a.xml"), "".join(unified(before, after)).encode(), folder) == after.encode()


def _by_git(path: Path, diff: bytes, folder: Path) -> bytes:
    """Return what git makes of a file; the file is restored afterwards."""
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    environment = {**os.environ, **plain, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    data = path.read_bytes()
    ran = subprocess.run(["git", "apply", "-"], input=diff, cwd=folder, capture_output=True, env=environment)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    made = path.read_bytes()
    path.write_bytes(data)
    return made


def test_a_diff_on_a_terminal_has_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    write(lan=BAD.replace("<bridge", "<!-- hidden\r\u061c\x9b -->\r\n\t<bridge"))
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: True)
    main(["check", "--diff", "--unsafe-fixes"], io.BytesIO(), out, err)
    assert not set(out.getvalue().replace("\r\n", "\n")) & set("\r\u061c\x9b")
    assert "\r\n" in out.getvalue()
    assert "+++ b/lan.xml\n" in out.getvalue()


def test_lines_of_a_diff_are_those_of_git() -> None:
    before = named("a.xml", "a\u2028b\x85c\fd\re\nf")
    lines = unified(before, before.with_text(before.text + "g"))
    assert lines[3:] == [
        " a\u2028b\x85c\fd\re\n",
        "-f\n\\ No newline at end of file\n",
        "+fg\n\\ No newline at end of file\n",
    ]


def test_fixed_standard_input_keeps_its_bytes() -> None:
    data = ("<?xml version='1.0' encoding='ISO-8859-1'?>\n" + BAD.replace("lan", "l\xe4n")).encode("latin-1")
    written = io.BytesIO()
    out = io.TextIOWrapper(written, "utf-8")
    main(["check", "-", "--fix", "--unsafe-fixes"], io.BytesIO(data), out, io.StringIO())
    out.flush()
    expected = data.replace(b"  <ip address='10.0.0.1' prefix='24'/>\n", b"")
    assert written.getvalue() == expected


@pytest.mark.parametrize("data", [b"<network>\xff</network>", b"\0", b"", b"<project/>", b" " * (11 * 2**20)])
def test_standard_input_without_fixes_is_returned_unchanged(data: bytes) -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, "utf-8")
    main(["check", "-", "--fix"], io.BytesIO(data), out, io.StringIO())
    out.flush()
    assert written.getvalue() == data


# -- the order of files --------------------------------------------------------------------------------------------


def test_the_order_of_the_arguments_does_not_matter() -> None:
    Path("x").mkdir()
    site = {
        "a.xml": "<network><name>a</name><bridge name='virbr9'/></network>\n",
        "x/b.xml": "<network><name>b</name><bridge name='virbr9'/></network>\n",
        "c.xml": "<network><name>a</name><bridge name='virbr8'/></network>\n",
    }
    for name, text in site.items():
        Path(name).write_text(text)
    os.symlink("../a.xml", "x/link.xml")
    reports = {
        (ran.code, ran.out, ran.err)
        for arguments in (("a.xml", "x", "c.xml"), ("c.xml", "x", "a.xml"), ("x", "c.xml", "a.xml"), (".",))
        if (ran := Ran("check", "--output-format", "json", *arguments))
    }
    assert len(reports) == 1
    assert "bridge-name-in-use" in reports.pop()[1]
