"""Policies on the command line and in configurations."""

import io
import json
import os
import tomllib
from pathlib import Path

import jsonschema
import pytest

from tests.policy.probe import HEAD, guest
from vnetlint.cli.main import main
from vnetlint.config.load import forget
from vnetlint.policy.packs import packs

BRIDGED = guest("<interface type='bridge'><source bridge='br0'/></interface>")
RULE = (
    HEAD
    + "select = 'interface'\nvalue = 'bridge'\ndeny = ['br0']\n"
    + "fix = { title = 'Join br1', set = { 'source/@bridge' = 'br1' } }\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("web.xml").write_text(BRIDGED)
    Path("site.toml").write_text(RULE)
    Path("vnetlint.toml").write_text("policies = ['site.toml']\n")


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(arguments, io.BytesIO(), out, err), out.getvalue(), err.getvalue()


def rules_found(*arguments: str) -> set[str]:
    code, out, err = run("check", "--output-format", "json", *arguments)
    assert code in (0, 1), err
    return {each["rule"] for each in json.loads(out)["findings"]}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--select", "probe"],
        ["--select", "PROBE01"],
        ["--select", "policy"],
        ["--policy", "site.toml"],
        ["--isolated", "--policy", "site.toml", "web.xml"],
        ["--policy", "site.toml", "--policy", "site.toml", "--policy", "hardening"],
    ],
)
def test_a_policy_runs(arguments: list[str]) -> None:
    assert "probe" in rules_found(*arguments)


@pytest.mark.parametrize("arguments", [["--ignore", "probe"], ["--isolated", "web.xml"], ["--select", "network"]])
def test_a_policy_does_not_run(arguments: list[str]) -> None:
    assert "probe" not in rules_found(*arguments)


def test_a_configuration_names_the_rules_of_its_policies() -> None:
    text = "policies = ['site.toml']\n[severity]\nPROBE01 = 'error'\n[per-file-ignores]\n'other.xml' = ['probe']\n"
    Path("vnetlint.toml").write_text(text)
    Path("other.xml").write_text(BRIDGED.replace("web", "other"))
    _, out, _ = run("check", "--output-format", "json", "--select", "probe")
    assert [(each["path"], each["severity"]) for each in json.loads(out)["findings"]] == [("web.xml", "error")]


def test_a_policy_is_relative_to_the_configuration_that_names_it() -> None:
    Path("sub").mkdir()
    os.rename("web.xml", "sub/web.xml")
    Path("sub/vnetlint.toml").write_text("extend = '../vnetlint.toml'\n")
    assert "probe" in rules_found()


def test_its_fix_is_made() -> None:
    assert run("check", "--fix", "--choose", "probe")[0] == 0
    assert "br1" in Path("web.xml").read_text()


@pytest.mark.parametrize("form", ["sarif", "gitlab", "github", "junit", "concise"])
def test_every_format_shows_it(form: str) -> None:
    code, out, _ = run("check", "--output-format", form)
    assert code == 1
    assert "br0" in out


def test_its_page_is_shown() -> None:
    code, out, _ = run("rule", "probe")
    assert code == 0
    assert "## What to do" in out
    assert "`<!-- vnetlint: ignore[probe] reason -->`" in out
    assert "PROBE01" in run("rules")[1]
    assert json.loads(run("rule", "PROBE01", "--output-format", "json")[1])["name"] == "probe"
    Path("vnetlint.toml").unlink()
    forget()
    assert run("rule", "probe")[0] == 2
    assert run("rule", "probe", "--policy", "site.toml")[0::2] == (0, "")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("policies = ['no.toml']", "vnetlint.toml:1:13: no.toml does not exist"),
        ("policies = ['.']", "vnetlint.toml:1:13: . is not a regular file"),
        ("policies = ['hardning']", "vnetlint.toml:1:13: unknown policy 'hardning'; did you mean 'hardening'?"),
        ("policies = 'hardening'", "vnetlint.toml:1:1: invalid value for 'policies': expected a list"),
        ("policies = [1]", "vnetlint.toml:1:13: invalid value for 'policies[0]': expected a string"),
        ("ignore = ['prob']\npolicies = ['site.toml']",
         "vnetlint.toml:1:11: unknown rule 'prob'; did you mean 'probe'?"),
    ],
)  # fmt: skip
def test_a_broken_configuration_is_one_line(line: str, message: str) -> None:
    Path("vnetlint.toml").write_text(line + "\n")
    assert run("check") == (2, "", f"vnetlint: {message}\n")


def test_an_unknown_rule_is_reported_with_policies_too() -> None:
    assert run("check", "--select", "prob") == (2, "", "vnetlint: unknown rule 'prob'; did you mean 'probe'?\n")


def test_examples_are_tested() -> None:
    code, out, _ = run("policy", "test", "site.toml")
    assert code == 1
    assert out == "site.toml:7:8: probe: bad example 1 has no finding\n"
    text = RULE.replace("bad = [", f'bad = ["""{BRIDGED}"""]\nfixed = ["""{BRIDGED}"""]\nold = [')
    Path("site.toml").write_text("\n".join(line for line in text.split("\n") if not line.startswith("old")))
    code, out, _ = run("policy", "test", "site.toml")
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith("site.toml:8:10: probe: the fix makes something else, such as")


def test_the_names_of_selectors_are_listed() -> None:
    assert "trust-rx-filters" in run("policy", "names", "interface")[1]
    assert run("policy", "names", "domain") == run("policy", "names", "guest")
    assert run("policy", "names", "nic")[0] == 2
    assert "  document the name of the network" in run("policy", "names", "element")[1]
    assert "  VN8101  hardening-guest-unfiltered  " in run("policy", "list")[1]


def test_a_baseline_holds_its_findings() -> None:
    Path("vnetlint.toml").write_text("policies = ['site.toml']\nbaseline = 'baseline.json'\n")
    assert run("baseline", "write")[0] == 0
    assert "probe" in Path("baseline.json").read_text()
    assert run("check", "--select", "probe")[0] == 0
    Path("web.xml").write_text(BRIDGED.replace("br0", "br1"))
    assert "[probe]" in run("baseline", "check")[1]


def test_the_schema_of_a_policy_accepts_those_that_there_are() -> None:
    schema = json.loads(run("policy", "schema")[1])
    for path in ("site.toml", *packs().values()):
        jsonschema.validate(tomllib.loads(Path(path).read_text("utf-8")), schema)


def test_the_schema_knows_the_rules_of_the_folder() -> None:
    _, out, _ = run("config", "schema")
    assert "probe" in json.loads(out)["$defs"]["selector"]["enum"]


def test_a_comment_suppresses_its_finding() -> None:
    Path("web.xml").write_text(BRIDGED.replace("<interface", "<!-- vnetlint: ignore[probe] agreed --><interface"))
    assert run("check")[0] == 0
    Path("web.xml").write_text(BRIDGED.replace("<interface", "<!-- vnetlint: ignore[prob] agreed --><interface"))
    assert rules_found() == {"probe", "unknown-suppression"}


def test_a_shipped_policy_is_adapted_by_a_configuration() -> None:
    mac = "<mac address='02:00:00:00:00:01'/>"
    Path("web.xml").write_text(BRIDGED.replace("<source", f"{mac}<source"))
    table = "policies = ['hardening']\nselect = ['hardening-mac-range']\n"
    Path("vnetlint.toml").write_text(table)
    assert rules_found() == {"hardening-mac-range"}
    Path("vnetlint.toml").write_text(
        f"{table}[options.hardening-mac-range]\nfirst = '02:00:00:00:00:00'\nlast = '02:00:00:00:00:ff'\n"
    )
    forget()
    assert rules_found() == set()
    Path("vnetlint.toml").write_text(f"{table}[options.VN8105]\nfirst = 'ff:ff:ff:ff:ff:ff'\n")
    forget()
    message = (
        "vnetlint.toml:3:10: range: 'ff:ff:ff:ff:ff:ff' is above '52:54:00:ff:ff:ff'; did you mean the other way round?"
    )
    assert run("check") == (2, "", f"vnetlint: {message}\n")
