"""`vnetlint baseline`, what `check` makes of a baseline, and that reformatting a file makes nothing new."""

import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reformat import Layout, reformatted
from tests.test_cli import BAD, GOOD, Ran
from tests.worktime import in_time, spent
from vnetlint.engine.baseline import Baseline, Held, HeldFindings, less, taken, without_held
from vnetlint.engine.baselinefile import MAX_BYTES, BaselineError, read, text_of
from vnetlint.engine.lint import lint
from vnetlint.files.read import opened
from vnetlint.inputkey import FileKey
from vnetlint.report.display import clean
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.settings import Settings
from vnetlint.testing.cases import PageExample, bad_case
from vnetlint.xml.normal import normal
from vnetlint.xml.source import Source

NAME = "vnetlint-baseline.json"
CONFIGURATION = f'baseline = "{NAME}"\n'
NAT = """<network>
  <name>nat</name>
  <forwad mode="nat"/>
  <bridge stp='yes' name="virbr7" />
  <ip address='10.0.7.1' prefix='24'>
    <dhcp><range start='10.0.8.100' end='10.0.8.200'/></dhcp>
  </ip>
</network>
"""
GUEST = """<domain type='kvm'>
  <name>web</name>
  <memory>1</memory>
  <os><type>hvm</type></os>
  <clock><timer name='t' track='b' frequency='d' mode='e' tickpolicy='c'/></clock>
  <devices>
    <graphics type='sdl' port='5900' autoport='no'/>
    <interface type='network'>
      <source network="lann" portgroup='x&amp;"y"'/>
      <filterref filter='none'/>
    </interface>
    <interface type='network'><source network='lann'/></interface>
  </devices>
</domain>
"""
TEMPLATE = """<network>
  <name>{{ name }}</name>
{% if routed %}
  <forward mode='rout'/>
{% endif %}
  ... see <NAME> above
  <ip address='10.0.9.1' prefix='240'/>
</network>
"""
FILES = {"lan.xml": BAD, "nat.xml": NAT, "guests/web.xml": GUEST, "t.xml.j2": TEMPLATE, "broken.xml": "<network><name>"}
ALL = Settings(rules=frozenset({"all"}))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    site = tmp_path / "site"
    (site / "guests").mkdir(parents=True)
    for name, text in FILES.items():
        (site / name).write_text(text)
    (site / "vnetlint.toml").write_text(CONFIGURATION)
    monkeypatch.chdir(site)
    return site


def sources(at: str = "/site") -> list[Source]:
    found = [opened(FileKey(f"{at}/{name}"), text.encode()) for name, text in FILES.items()]
    return [each for each in found if isinstance(each, Source)]


def held(at: str, files: list[Source], settings: Settings = ALL) -> Baseline:
    moved = [replace(each, key=FileKey(f"{at}/{each.path.removeprefix('/site/')}")) for each in files]
    return taken(at, lint(moved, settings), {each.path for each in moved})


def summary(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Ran("check", "--output-format", "json", *arguments).out)["summary"]
    return found


class TestCommands:
    def test_what_is_held_is_not_reported_and_does_not_fail(self) -> None:
        count = len(json.loads(Ran("check", "--isolated", "--output-format", "json").out)["findings"])
        ran = Ran("baseline", "write")
        assert (ran.code, ran.out, ran.err) == (0, f"{NAME}: {count} findings ({count} new, 0 gone)\n", "")
        ran = Ran("check")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines()[-1] == f"Checked 5 files: no findings ({count} in the baseline)."
        assert summary()["baselined"] == count
        assert Ran("check", "--output-format", "concise").out == ""

    def test_a_new_fault_is_reported(self) -> None:
        Ran("baseline", "write")
        Path("new.xml").write_text(BAD.replace("lan", "new"))
        ran = Ran("check", "--output-format", "concise")
        assert (ran.code, ran.err) == (1, "")
        assert {line.split(":")[0] for line in ran.out.splitlines()} == {"new.xml"}

    def test_equal_findings_in_an_element_are_counted(self) -> None:
        one = Held("a.xml", "r", "/network", "0" * 16)
        twice = Baseline("/", {one: HeldFindings("m", 2)})
        assert less(twice, Baseline("/", {one: HeldFindings("m", 1)})).entries == {one: HeldFindings("m", 1)}
        result = lint([opened(FileKey("lan.xml"), Path("lan.xml").read_bytes())], ALL)
        doubled = replace(result, findings=tuple(each for each in result.findings for _ in range(2)))
        here, by_path = os.getcwd(), {"lan.xml": taken(os.getcwd(), result, {"lan.xml"})}
        assert taken(here, doubled, {"lan.xml"}).count == 2 * len(result.findings)
        assert len(without_held(doubled, by_path).findings) == len(result.findings)
        assert without_held(without_held(doubled, by_path), by_path) == without_held(doubled, by_path)

    def test_what_was_fixed_is_noted_and_pruned(self) -> None:
        Ran("baseline", "write")
        Path("lan.xml").write_text(GOOD)
        count = read(NAME).count
        note = f"vnetlint: {NAME}: 1 finding in the baseline no longer found; `vnetlint baseline prune` removes it\n"
        assert (Ran("check").code, Ran("check").err) == (0, note)
        ran = Ran("baseline", "check")
        stale = "lan.xml: no longer found at /network/ip[1]: "
        assert (ran.code, ran.out[: len(stale)]) == (1, stale)
        assert ran.out.splitlines()[-1] == "0 new findings, 1 no longer found"
        ran = Ran("baseline", "prune")
        assert (ran.code, ran.out.splitlines()[-1]) == (0, f"{NAME}: 1 removed, {count - 1} findings left")
        assert (Ran("check").err, Ran("baseline", "check").code) == ("", 0)

    def test_prune_adds_nothing(self) -> None:
        Ran("baseline", "write")
        before = Path(NAME).read_bytes()
        Path("new.xml").write_text(BAD)
        Ran("baseline", "prune")
        assert Path(NAME).read_bytes() == before
        ran = Ran("baseline", "check")
        assert ran.code == 1
        assert [line.split(":")[0] for line in ran.out.splitlines()[:-1]] == ["new.xml", "new.xml"]
        assert ran.out.splitlines()[-1] == "2 new findings, 0 no longer found"

    def test_only_what_is_judged_is_changed(self) -> None:
        Ran("baseline", "write")
        count = read(NAME).count
        Path("lan.xml").write_text(GOOD)
        Path("nat.xml").write_text(NAT.replace("prefix='24'", "prefix='25'").replace("forwad", "forward"))
        assert Ran("check", "guests").err == ""
        assert Ran("baseline", "write", "guests").out == f"{NAME}: {count} findings (unchanged)\n"
        assert Ran("baseline", "prune", "--select", "xml-syntax").out == f"{NAME}: 0 removed, {count} findings left\n"
        assert Ran("baseline", "write", "lan.xml").out == f"{NAME}: {count - 1} findings (0 new, 1 gone)\n"

    def test_a_file_that_is_gone_is_no_longer_held(self) -> None:
        Ran("baseline", "write")
        Path("lan.xml").unlink()
        assert "1 finding in the baseline no longer found" in Ran("check", "nat.xml").err
        Ran("baseline", "prune", "nat.xml")
        assert all(each.path != "lan.xml" for each in read(NAME).entries)

    def test_a_rule_that_is_gone_is_no_longer_held(self) -> None:
        Path(NAME).write_text(text_of(Baseline("", {Held("lan.xml", "no-rule", "/x", "0" * 16): HeldFindings("m", 1)})))
        assert "1 finding in the baseline no longer found" in Ran("check").err
        assert Ran("baseline", "prune").out.splitlines()[-1] == f"{NAME}: 1 removed, 0 findings left"

    def test_the_folder_of_the_run_does_not_matter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Ran("baseline", "write")
        before = Path(NAME).read_bytes()
        monkeypatch.chdir("guests")
        assert Ran("check", "--output-format", "concise").out == ""
        assert Ran("baseline", "write", "..").out.endswith("(unchanged)\n")
        assert Path("..", NAME).read_bytes() == before

    def test_a_folder_that_is_moved_keeps_its_baseline(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        Ran("baseline", "write")
        moved = folder.parent / "else" / "where"
        shutil.copytree(folder, moved)
        monkeypatch.chdir(moved)
        assert Ran("baseline", "check").out == "0 new findings, 0 no longer found\n"

    def test_an_option_names_a_baseline(self) -> None:
        Path("vnetlint.toml").unlink()
        ran = Ran("baseline", "write", "--baseline", "guests/known.json")
        assert (ran.code, ran.err) == (0, "")
        assert {each.path for each in read("guests/known.json").entries} >= {"../lan.xml", "web.xml"}
        assert Ran("check").code == 1
        assert Ran("check", "--baseline", "guests/known.json").code == 0

    def test_without_a_name_the_usual_one_is_used_and_said(self) -> None:
        Path("vnetlint.toml").unlink()
        note = f'vnetlint: `vnetlint check` uses it if a configuration has: baseline = "{NAME}"\n'
        assert Ran("baseline", "write").err == note
        assert Ran("baseline", "check").code == 0
        assert Ran("check").code == 1

    def test_several_configurations_have_a_baseline_each(self) -> None:
        Path("guests/vnetlint.toml").write_text('baseline = "guests.json"\n')
        ran = Ran("baseline", "write")
        assert sorted(line.split(":")[0] for line in ran.out.splitlines()) == ["guests/guests.json", NAME]
        assert {each.path for each in read("guests/guests.json").entries} == {"web.xml"}
        assert Ran("check").code == 0

    def test_standard_input_has_the_baseline_of_its_name(self) -> None:
        Ran("baseline", "write")
        ran = Ran("check", "-", "--stdin-filename", "lan.xml", stdin=BAD.encode())
        assert (ran.code, ran.err) == (0, "")
        assert Ran("check", "-", stdin=BAD.encode()).code == 1
        ran = Ran("baseline", "write", "-")
        assert (ran.code, ran.err) == (2, "vnetlint: a baseline holds findings in files: expected paths, not `-`\n")

    def test_a_file_that_cannot_be_read_is_never_held(self) -> None:
        Path("binary.xml").write_bytes(b"<network>\0")
        ran = Ran("baseline", "write")
        assert ran.code == 2
        assert ran.err.startswith("vnetlint: binary.xml:1:10: error: ")
        assert Ran("check").code == 2

    def test_fixing_fixes_what_is_held_and_notes_it(self) -> None:
        Ran("baseline", "write")
        ran = Ran("check", "--fix", "--unsafe-fixes", "lan.xml")
        assert (ran.code, ran.out.startswith("fixed lan.xml:5: ip-on-bridged-network")) == (0, True)
        assert "1 finding in the baseline no longer found" in ran.err

    def test_what_min_severity_hides_is_held(self) -> None:
        Path("vnetlint.toml").write_text(CONFIGURATION + 'min-severity = "error"\n')
        Ran("baseline", "write")
        assert (Ran("check").code, Ran("check", "--min-severity", "info", "--output-format", "concise").out) == (0, "")

    def test_a_report_does_not_replace_the_baseline(self) -> None:
        Ran("baseline", "write")
        ran = Ran("check", "--baseline", NAME, "--output-file", f"json={NAME}")
        assert (ran.code, ran.err) == (2, f"vnetlint: {NAME}: cannot be written: the run reads {NAME}\n")


def test_sarif_distinguishes_what_a_comment_suppresses_from_what_is_held() -> None:
    Path("nat.xml").write_text(NAT.replace("<bridge", "<!-- vnetlint: ignore[schema-bad-value] known -->\n<bridge"))
    Ran("baseline", "write")
    results = json.loads(Ran("check", "--output-format", "sarif").out)["runs"][0]["results"]
    kinds = {suppression["kind"] for each in results for suppression in each["suppressions"]}
    assert kinds == {"inSource", "external"}
    (in_source,) = (each for each in results if each["suppressions"][0]["kind"] == "inSource")
    assert in_source["suppressions"] == [{"kind": "inSource", "justification": "known"}]
    assert (summary()["suppressed"], summary()["baselined"]) == (1, len(results) - 1)


class TestFile:
    def test_it_is_sorted_and_readable(self) -> None:
        Ran("baseline", "write")
        lines = Path(NAME).read_text("ascii").splitlines()
        assert lines[:3] == ["{", '  "version": 1,', '  "findings": [']
        entries = [json.loads(line.removesuffix(",")) for line in lines[3:-2]]
        assert [(each["path"], each["rule"], each["element"]) for each in entries] == sorted(
            (each["path"], each["rule"], each["element"]) for each in entries
        )
        found = next(each for each in entries if each["path"] == "lan.xml")
        assert list(found) == ["path", "rule", "element", "count", "message", "source"]
        assert (found["rule"], found["element"], found["count"]) == ("ip-on-bridged-network", "/network/ip[1]", 1)

    def test_it_is_read_as_it_was_written(self) -> None:
        Path("ä\udcff.xml").write_text(BAD.replace("lan", "ä"))
        Ran("baseline", "write")
        assert text_of(read(NAME)) == Path(NAME).read_text()
        assert Ran("check").code == 0

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", ":1:1: not JSON: expected value"),
            ("{\n  ]", ":2:3: not JSON: expected property name enclosed in double quotes"),
            ("[]", ":1:1: a baseline is an object with the keys 'version' and 'findings'"),
            ("{}", ":1:1: missing key 'version'"),
            ('{"version": 2, "findings": []}', ":1:2: invalid value for 'version': expected 1"),
            ('{"version": true, "findings": []}', ":1:2: invalid value for 'version': expected 1"),
            ('{"version": 1,\n "finding": []}', ":2:2: unknown key 'finding'; did you mean 'findings'?"),
            ('{"version": 1, "findings": {}}', ":1:16: invalid value for 'findings': expected a list"),
            ('{"version": 1, "findings": [\n 7]}', ":2:2: invalid value for 'findings[0]': expected an object"),
            ('{"version": 1, "findings": [\n {}]}', ":2:2: findings[0]: missing key 'path'"),
            ('{"version": NaN}', ":1:13: not JSON: NaN is not a number"),
            ("[" * 100_000, ":1:101: nested too deeply to be a baseline"),
            ("1" * 10_000, ":1:1: not JSON: a number with more than 4300 digits"),
            ('{"version": 1, "findings": [],\n "version": 1}', ":2:2: the key 'version' is used twice"),
        ],
    )
    def test_what_is_wrong_is_one_line_with_its_place(self, text: str, message: str) -> None:
        Path(NAME).write_text(text)
        for command in (("check",), ("baseline", "write"), ("baseline", "check"), ("baseline", "prune")):
            ran = Ran(*command)
            assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
            assert ran.err.startswith(f"vnetlint: {NAME}{message}"), ran.err

    @pytest.mark.parametrize(
        ("key", "value", "message"),
        [
            ("path", 1, "invalid value for 'path': expected a string"),
            ("path", "/etc/passwd", "invalid value for 'path': expected a path from the baseline's folder"),
            ("path", "a\0b", "invalid value for 'path': expected a path from the baseline's folder"),
            ("count", 0, "invalid value for 'count': expected a whole number from 1 to 1000000"),
            ("count", True, "invalid value for 'count': expected a whole number from 1 to 1000000"),
            ("count", 1e3, "invalid value for 'count': expected a whole number from 1 to 1000000"),
            ("source", "xyz", "invalid value for 'source': expected 16 hexadecimal digits"),
            ("messages", "", "findings[0]: unknown key 'messages'; did you mean 'message'?"),
        ],
    )
    def test_a_wrong_entry(self, key: str, value: object, message: str) -> None:
        entry = {"path": "a", "rule": "r", "element": "/e", "count": 1, "message": "m", "source": "0" * 16, key: value}
        Path(NAME).write_text(json.dumps({"version": 1, "findings": [entry]}))
        ran = Ran("check")
        assert (ran.code, ran.err.split(": ", 2)[2]) == (2, f"{message}\n")
        assert ran.err.startswith(f"vnetlint: {NAME}:1:")

    @pytest.mark.parametrize("path", ["/etc/known.json", "../known.json", "a/../../known.json"])
    def test_a_configuration_names_none_elsewhere(self, path: str, folder: Path) -> None:
        Path("vnetlint.toml").write_text(f"baseline = '{path}'\n")
        ran = Ran("baseline", "write")
        message = f"invalid value '{path}' for 'baseline': expected a path below the folder of the configuration"
        assert (ran.code, ran.err) == (2, f"vnetlint: vnetlint.toml:1:1: {message}\n")

    def test_an_entry_twice(self) -> None:
        entry = {"path": "a", "rule": "r", "element": "/e", "count": 1, "message": "m", "source": "0" * 16}
        Path(NAME).write_text(json.dumps({"version": 1, "findings": [entry, {**entry, "count": 2}]}))
        assert Ran("check").err.endswith(
            "the same finding as in a line above: count 1 and 2; `vnetlint baseline write` counts again\n"
        )

    def test_one_that_is_not_there(self) -> None:
        hint = f"{NAME}: no such baseline; `vnetlint baseline write` makes it\n"
        assert (Ran("check").code, Ran("check").err) == (2, f"vnetlint: vnetlint.toml:1:1: {hint}")
        assert Ran("check", "--isolated", "--baseline", NAME).err == f"vnetlint: {hint}"
        assert Ran("baseline", "prune", "--isolated").err == f"vnetlint: {hint}"

    def test_one_that_is_no_file(self) -> None:
        Path(NAME).mkdir()
        assert Ran("check").err == f"vnetlint: {NAME}: the baseline is not a regular file\n"
        Path(NAME).rmdir()
        os.mkfifo(NAME)
        assert Ran("check").err == f"vnetlint: {NAME}: the baseline is not a regular file\n"

    def test_one_that_is_not_text_or_too_large(self) -> None:
        Path(NAME).write_bytes(b'{\n"\xff')
        assert Ran("check").err == f"vnetlint: {NAME}:2:2: the baseline is not UTF-8\n"
        Path(NAME).write_bytes(b" " * (MAX_BYTES + 1))
        assert Ran("check").err == f"vnetlint: {NAME}: the baseline is larger than 10 MiB\n"

    def test_hostile_ones_end_in_time(self) -> None:
        entries = [{"path": f"{number}", "rule": "r", "element": "/e", "count": 1, "message": "", "source": "0" * 16}
                   for number in range(60_000)]  # fmt: skip
        entries[-1]["count"] = 0
        Path(NAME).write_text(json.dumps({"version": 1, "findings": entries}))
        with spent() as work, pytest.raises(BaselineError, match="invalid value for 'count'"):
            read(NAME)
        assert in_time(work.seconds, 1)


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda data: data.decode("latin-1")))
def test_any_text_is_read_or_refused_with_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(text, "utf-8", "surrogatepass")
    ran = Ran("check", "--isolated", "--baseline", str(path), "lan.xml")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


ENTRY = {"path": "a", "rule": "r", "element": "/e", "count": 1, "message": "m", "source": "0" * 16}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["version", "findings", "entry", *ENTRY]), VALUES, st.booleans())
def test_a_broken_baseline_is_one_line_with_its_place(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object, is_gone: bool
) -> None:
    entry: object = value if key == "entry" else {**ENTRY, **({key: value} if key in ENTRY else {})}
    document = {"version": 1, "findings": [ENTRY, entry], **({key: value} if key in ("version", "findings") else {})}
    if is_gone and key in document:
        del document[key]
    path = tmp_path_factory.getbasetemp() / "broken.json"
    path.write_text(json.dumps(document, indent=1))
    try:
        read(str(path))
        return
    except BaselineError as error:
        message = clean(str(error))
    assert re.match(re.escape(str(path)) + r":[0-9]+:[0-9]+: .+$", message)


LAYOUTS = st.builds(
    Layout,
    indent=st.sampled_from(["", " ", "  ", "    ", "\t", None]),
    quote=st.sampled_from("'\""),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    seed=st.integers(0, 100),
    breaks=st.booleans(),
)


@pytest.mark.slow
@given(st.lists(LAYOUTS, min_size=len(FILES), max_size=len(FILES)))
def test_reformatting_makes_nothing_new_and_loses_nothing(layouts: list[Layout]) -> None:
    """Each file has another layout, and the folder is another one."""
    before = held("/site", sources())
    after = held("/other/place", [reformatted(*each) for each in zip(sources(), layouts, strict=True)])
    assert before.count > 10
    assert (less(after, before).entries, less(before, after).entries) == ({}, {})


@pytest.mark.parametrize("rule", list(builtin()), ids=lambda rule: rule.name)
def test_the_examples_of_rules_can_be_reformatted(rule: Rule) -> None:
    case = bad_case(rule)
    if case is None:
        return
    before = _of_case(case, None)
    for layout in (Layout("\t", '"', "\r\n", 3), Layout(None, "'", "\n", 7, breaks=True)):
        after = _of_case(case, layout)
        assert (less(after, before).entries, less(before, after).entries) == ({}, {}), layout


def _of_case(case: PageExample, layout: Layout | None) -> Baseline:
    inputs = [opened(FileKey(path), data) for path, data in case.files.items()]
    if layout is not None:
        inputs = [reformatted(each, layout) if isinstance(each, Source) else each for each in inputs]
    return taken(os.getcwd(), lint(inputs, case.settings), {each.path for each in inputs})


class TestNormal:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("<ip a='1' b='2'/>", '<ip\n  b="2"\r\n  a="1" ></ip>'),
            ("<ip a='&quot;'/>", "<ip a='\"'/>"),
            ("a='1' b='2'", 'b="2"  a="1"'),
            ("<a>\n  <b/>\n</a>", "<a><b/></a>"),
            ("<a><!-- x --><b/></a>", "<a><b/></a>"),
            (" some\n text ", "some text"),
        ],
    )
    def test_layout_makes_no_difference(self, one: str, other: str) -> None:
        assert normal(one) == normal(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("<ip a='1'/>", "<ip a='2'/>"),
            ("<ip a='1' b='2'/>", "<ip a='2' b='1'/>"),
            ("<a><b/></a>", "<a/><b/>"),
            ("<!-- a -->", "<!-- b -->"),
            ("<ip {% if x %}a='1'/>", "<ip {% if y %}a='1'/>"),
        ],
    )
    def test_content_makes_a_difference(self, one: str, other: str) -> None:
        assert normal(one) != normal(other)

    @given(st.text(alphabet="<>/='\"& ab!-?[]\n"))
    def test_any_text_has_one(self, text: str) -> None:
        assert normal(normal(text)) is not None
