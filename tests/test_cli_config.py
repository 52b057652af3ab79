"""`vnetlint config` shows each setting and where it was set, and its schema accepts what the model accepts."""

import io
import json
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.policy.probe import HEAD
from tests.test_config import nearest_cache_clear
from tests.test_config_broken import VALUES
from vnetlint.cli.main import main
from vnetlint.config.file import ConfigError
from vnetlint.config.found import is_like_ours
from vnetlint.config.jsonschema import schema
from vnetlint.config.load import load
from vnetlint.config.model import Config
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.files.read import read
from vnetlint.rulebook.catalogue import builtin

WITH_OPTIONS = [rule for rule in builtin() if rule.options]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> tuple[int, str, str]:
    nearest_cache_clear()
    out, err = io.StringIO(), io.StringIO()
    code = main(["config", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def site() -> None:
    """A folder whose configuration extends the one above it."""
    Path("base.toml").write_text('host = "h.json"\ncomplete = true\n[severity]\nVN1010 = "info"\n')
    Path("site").mkdir()
    Path("site/pyproject.toml").write_text(
        '[tool.other]\ncomplete = 1\n[tool.vnetlint]\nextend = "../base.toml"\ncomplete = false\n'
        '[tool.vnetlint.options.VN1407]\nenough = 9\n[tool.vnetlint.metadata]\n"urn:a b" = "m.rng"\n'
    )


def test_each_key_is_shown_with_where_it_was_set() -> None:
    site()
    code, out, err = run("show", "site/lan.xml")
    assert (code, out, err) == (2, "", "vnetlint: site/lan.xml: no such file or folder\n")
    code, out, err = run("show", "site")
    assert (code, err) == (0, "")
    assert out.startswith(
        "# site: configured by site/pyproject.toml, the nearest in its folder and those above\n"
        "# extended at site/pyproject.toml:4:1: base.toml\n"
        'extend = "../base.toml"  # site/pyproject.toml:4:1\n'
    )
    for line in (
        'select = ["default"]  # default\n',
        'host = "h.json"  # base.toml:1:1: no such file\n',
        "complete = false  # site/pyproject.toml:5:1\n",
        "# target-libvirt is not set\n",
        '[severity]\nip-on-bridged-network = "info"  # base.toml:4:1\n',
        '[metadata]\n"urn:a b" = "site/m.rng"  # site/pyproject.toml:9:1\n',
        "[options.nat-ports-few]\nenough = 9  # site/pyproject.toml:7:1\n",
        "[options.stp-delays-network-boot]\npatience = 4  # default\n",
    ):
        assert line in out


def test_the_output_is_an_equivalent_configuration() -> None:
    site()
    shown = run("show", "site")[1]
    written = tomllib.loads(shown)
    assert written.pop("extend") == "../base.toml"
    Path("vnetlint.toml").write_text("".join(line for line in shown.splitlines(True) if not line.startswith("extend")))
    again = run("show")[1]
    assert tomllib.loads(again) == written


def test_json_shows_the_same() -> None:
    site()
    shown = json.loads(run("show", "site", "--output-format", "json")[1])
    assert (shown["version"], shown["path"], shown["config"], shown["extends"]) == (
        1, "site", "site/pyproject.toml", ["base.toml"],
    )  # fmt: skip
    by_key = {tuple(each["key"]): each for each in shown["settings"]}
    assert by_key["host",] == {
        "key": ["host"], "value": "h.json", "source": "configuration",
        "origin": {"path": "base.toml", "line": 1, "column": 1}, "missing": True,
    }  # fmt: skip
    assert by_key["ignore",] == {"key": ["ignore"], "value": [], "source": "default", "origin": None}
    written = tomllib.loads(run("show", "site")[1])
    for keys, each in by_key.items():
        value: Any = written
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        assert value == each["value"]


def test_a_missing_configuration_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = run("show")
    assert (code, err) == (0, "")
    assert out.startswith("# .: no configuration in ")
    assert json.loads(run("show", "--output-format", "json")[1])["config"] is None


def test_config_names_the_configuration_and_a_broken_one_is_refused() -> None:
    site()
    assert run("show", "--config", "base.toml")[1].startswith(
        "# .: configured by base.toml, as --config says\n# extend is not set\n"
    )
    Path("base.toml").write_text("ignroe = 1")
    assert run("show", "--config", "base.toml")[::2] == (
        2, "vnetlint: base.toml:1:1: unknown key 'ignroe'; did you mean 'ignore'?\n",
    )  # fmt: skip


def in_json(*arguments: str) -> Any:
    code, out, err = run("show", "--output-format", "json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_what_the_command_line_sets_is_shown() -> None:
    site()
    out = run("show", "site", "--select", "all", "--host", "x.json", "--ignore", "VN1", "--min-severity", "error")[1]
    for line in (
        'select = ["all"]  # command line\n',
        'ignore = ["VN1"]  # command line\n',
        'min-severity = "error"  # command line\n',
        'host = "x.json"  # command line: no such file\n',
        "complete = false  # site/pyproject.toml:5:1\n",
    ):
        assert line in out
    Path("base.toml").write_text('ignore = ["VN2"]\n')
    assert 'ignore = ["VN2", "VN1"]  # base.toml:1:1, command line\n' in run("show", "site", "--ignore", "VN1")[1]
    assert "ignore = []  # command line\n" in run("show", "site", "--select", "all")[1]
    by_key = {tuple(each["key"]): each for each in in_json("site", "--ignore", "VN1")["settings"]}
    assert by_key["ignore",]["source"] == "command line"
    assert by_key["ignore",]["origin"]["path"] == "base.toml"
    assert run("show", "site", "--isolated")[1].startswith("# site: no configuration, because of --isolated\n# extend ")


def test_the_effective_rules_are_those_of_check() -> None:
    """What is shown as TOML, used as the configuration, plans the same run as the options do."""
    site()
    Path("site/lan.xml").write_text("<network><name>n</name></network>\n")
    Path("h.json").write_text('{"version": 1}')
    Path("site/m.rng").write_text("<x/>")
    shown = run("show", "site/lan.xml", "--extend-select", "VN4", "--ignore", "VN1")[1]
    (run_of_options,) = RunPlanner(RunOptions(extend_select=("VN4",), ignore=("VN1",))).plan([read("site/lan.xml")])
    text = "".join(line for line in shown.splitlines(True) if not line.startswith("extend ="))
    Path("shown.toml").write_text(text)
    (run_of_text,) = RunPlanner(RunOptions(config="shown.toml")).plan([read("site/lan.xml")])
    assert run_of_text.settings.rules == run_of_options.settings.rules
    assert run_of_text.settings.severity == run_of_options.settings.severity
    assert run_of_text.settings.host == run_of_options.settings.host


def test_overrides_and_exclusions_are_shown() -> None:
    Path("a").mkdir()
    for name in ("a/lan.xml", "b.xml"):
        Path(name).write_text("<network/>")
    Path("vnetlint.toml").write_text(
        "exclude = ['*.tmp', 'b.xml']\n[[overrides]]\nfiles = ['a/']\nhost = 'h.json'\nseverity.VN1010 = 'info'\n"
    )
    out = run("show", "a/lan.xml")[1]
    assert '# overridden by vnetlint.toml:2:3: files = ["a/"]\n' in out
    assert 'host = "h.json"  # vnetlint.toml:4:1: no such file\n' in out
    assert '[severity]\nip-on-bridged-network = "info"  # vnetlint.toml:5:10\n' in out
    out = run("show", "b.xml")[1]
    assert '# not overridden by vnetlint.toml:2:3: files = ["a/"]\n' in out
    assert "# not checked: excluded by 'b.xml' at vnetlint.toml:1:21\n" in out
    shown = in_json("b.xml")
    assert shown["excluded"] == {"pattern": "b.xml", "origin": {"path": "vnetlint.toml", "line": 1, "column": 21}}
    assert shown["overrides"] == [
        {"origin": {"path": "vnetlint.toml", "line": 2, "column": 3}, "files": ["a/"], "applies": False}
    ]
    assert in_json("a")["excluded"] is None


def test_policies_and_the_baseline_are_shown_as_resolved() -> None:
    Path("conf").mkdir()
    Path("conf/site.toml").write_text(HEAD + "select = 'network'\nrequired = 'mode'\n")
    Path("conf/base.toml").write_text("policies = ['hardening', 'site.toml']\nbaseline = 'held.json'\n")
    Path("vnetlint.toml").write_text("extend = 'conf/base.toml'\n")
    out = run("show")[1]
    assert 'policies = ["hardening", "conf/site.toml"]  # conf/base.toml:1:1\n' in out
    assert 'baseline = "conf/held.json"  # conf/base.toml:2:1: no such file\n' in out
    Path("conf/held.json").write_text("{}")
    assert 'baseline = "conf/held.json"  # conf/base.toml:2:1\n' in run("show")[1]


def test_what_is_not_read_is_shown() -> None:
    Path("a/b").mkdir(parents=True)
    Path("vnetlint.toml").write_text("")
    Path("pyproject.toml").write_text("[tool.vnetlint]\n")
    Path("a/pyproject.toml").write_text("[project]\n")
    for name in (
        "a/.vnetlint.toml",
        "a/b/vnetlint.tml",
        "a/b/vnetlint.yaml",
        "a/b/vnetlint-baseline.json",
        "a/b/lan.toml",
    ):
        Path(name).write_text("")
    shown = in_json("a/b")
    assert shown["not_read"] == [
        {"path": "a/b/vnetlint.tml", "reason": "the name is not vnetlint.toml"},
        {"path": "a/b/vnetlint.yaml", "reason": "the name is not vnetlint.toml"},
        {"path": "a/pyproject.toml", "reason": "it has no [tool.vnetlint]"},
        {"path": "a/.vnetlint.toml", "reason": "the name is not vnetlint.toml"},
        {"path": "pyproject.toml", "reason": "a vnetlint.toml is beside it"},
    ]
    assert "# not read: a/pyproject.toml: it has no [tool.vnetlint]\n" in run("show", "a/b")[1]
    assert in_json("a/b", "--config", "a/.vnetlint.toml")["not_read"] == []


@pytest.mark.parametrize(
    ("name", "is_like"),
    [
        ("vnetlint.yml", True), ("VNetLint.toml", True), (".vnetlintrc", True), ("vnetlint.ini", True),
        ("vnet-lint.toml", True), ("vnetlnt.toml", True), ("vnetlint.toml.txt", True), (".vnetlint.json", True),
        ("vnetlint", False), ("vnetlint.html", False), ("vnetlint.sarif", False), ("vnetlint.py", False),
        ("vnetlint-baseline.json", False), ("vnetlint.schema.json", False), ("yamllint.yaml", False),
        ("ruff.toml", False), ("vnet.toml", False), ("vnetlint.toml.bak", False),
    ],
)  # fmt: skip
def test_which_names_are_nearly_that_of_a_configuration(name: str, is_like: bool) -> None:
    assert is_like_ours(name) == is_like


def test_the_schema_is_valid() -> None:
    code, out, err = run("schema")
    assert (code, err) == (0, "")
    printed = json.loads(out)
    assert printed == schema()
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(printed)


def test_the_schema_describes_every_key_option_and_rule() -> None:
    made = schema()
    assert set(made["properties"]) == {name.replace("_", "-") for name in Config.model_fields}
    assert all(each["description"] for each in made["properties"].values())
    for rule in WITH_OPTIONS:
        assert rule.options is not None
        keys = made["$defs"][rule.name]["properties"]
        assert set(keys) == {each.name.replace("_", "-") for each in fields(rule.options)}
        assert all(each["description"] and "default" in each for each in keys.values())
    for rule in builtin():
        assert rule.name in made["properties"]["severity"]["properties"]
        assert {rule.name, rule.code, rule.code[:3], rule.family} <= set(made["$defs"]["selector"]["enum"])


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def agree(document: dict[str, Any]) -> bool:
    """Whether the schema accepts a document; the model must agree."""
    nearest_cache_clear()
    text = "".join(f"{_quoted(key)} = {_toml(each)}\n" for key, each in document.items())
    Path("vnetlint.toml").write_text(text, "utf-8")
    try:
        load(str(Path("vnetlint.toml").absolute()))
        taken, reason = True, ""
    except ConfigError as error:
        taken, reason = False, str(error)
    faults = [each.message for each in validator().iter_errors(document)]
    assert taken == (not faults), (reason, faults)
    return taken


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_quoted(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return _quoted(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else repr(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


RULE_NAMES = st.sampled_from([rule.name for rule in (*builtin().rules[:3], *WITH_OPTIONS)])
RULES = RULE_NAMES | st.sampled_from(["VN1010", "VN1407", "VN9999", "network", "nothing"])
SELECTORS = st.lists(RULES | st.sampled_from(["all", "default", "VN1", "VN", "VN10x", "filter", ""]), max_size=3)
ODD = st.sampled_from([0, 1, 2, 1000, 64512, 64513, -1, 1.5, True, "", "52:54:00", "e1000", "br*", [], {}])
VERSIONS = ["9", "9.0.0", "9.0.0.0", "9.x", "", " 1.2 ", "٣", "123456"]
BY_KEY: dict[str, st.SearchStrategy[Any]] = {
    "select": SELECTORS,
    "extend-select": SELECTORS,
    "ignore": SELECTORS,
    "severity": st.dictionaries(RULE_NAMES | st.just("nothing"), st.sampled_from(["error", "info", "fatal", 1])),
    "options": st.dictionaries(
        RULE_NAMES,
        st.dictionaries(
            st.sampled_from(["enough", "own", "names", "patience", "spare", "accepted", "x"]),
            ODD | st.lists(ODD, max_size=2),
            max_size=2,
        ),
        max_size=2,
    ),
    "per-file-ignores": st.dictionaries(st.sampled_from(["*.xml", "old/", ""]), SELECTORS, max_size=2),
    "include": st.lists(st.sampled_from(["*", "a/", ""]), max_size=2),
    "exclude": st.lists(st.sampled_from(["*", "a/", "", 1]), max_size=2),
    "overrides": st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "files": st.lists(st.sampled_from(["*.xml", "a/", ""]), max_size=2),
                "complete": st.booleans() | st.just(1),
                "host": st.sampled_from(["host.json", ""]),
                "ignore": SELECTORS,
                "severity": st.dictionaries(RULE_NAMES, st.sampled_from(["error", "fatal"]), max_size=1),
                "options": st.dictionaries(
                    RULE_NAMES, st.dictionaries(st.sampled_from(["enough", "x"]), ODD), max_size=1
                ),
                "extend": st.just("x"),
            },
        ),
        max_size=2,
    ),
    "external": st.lists(st.text(max_size=3), max_size=2),
    "complete": st.booleans(),
    "host": st.sampled_from(["host.json", ""]),
    "target-libvirt": st.sampled_from(VERSIONS),
    "schemas": st.sampled_from(["bundled", "system", "x", ""]),
    "metadata": st.dictionaries(st.text(max_size=3), st.sampled_from(["x.rng", ""]), max_size=2),
}
DOCUMENTS = st.fixed_dictionaries({}, optional=BY_KEY)
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@PROPERTY
@given(DOCUMENTS)
def test_schema_and_model_accept_the_same_configurations(document: dict[str, Any]) -> None:
    agree(document)


@PROPERTY
@given(st.dictionaries(st.sampled_from([*BY_KEY, "x"]), VALUES, max_size=3))
def test_schema_and_model_reject_the_same_nonsense(document: dict[str, Any]) -> None:
    agree(document)


@pytest.mark.parametrize("key", BY_KEY)
def test_each_key_is_accepted_and_rejected(key: str) -> None:
    """Without this, the properties above would hold even if everything were rejected."""
    good: dict[str, Any] = {
        "select": ["all"], "extend-select": ["VN1"], "ignore": ["network"], "severity": {"VN1010": "info"},
        "options": {"nat-ports-few": {"enough": 5}}, "per-file-ignores": {"*": ["VN1010"]}, "include": ["*"],
        "external": ["x"], "complete": True, "host": "h.json", "target-libvirt": "9.0", "schemas": "system",
        "metadata": {"urn:x": "x.rng"}, "exclude": ["old/"], "overrides": [{"files": ["a/"], "complete": True}],
    }  # fmt: skip
    assert agree({key: good[key]})
    assert not agree({key: 3})


def test_codes_may_set_options_and_severities() -> None:
    assert agree({"options": {"VN1407": {"enough": 5}}, "severity": {"VN1407": "error"}})
    assert not agree({"options": {"VN1010": {"enough": 5}}})
    assert not agree({"severity": {"VN9999": "error"}})
