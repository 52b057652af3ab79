"""Options of rules of policies: a configuration adapts a rule without a copy of it."""

import io
import json
from pathlib import Path

import jsonschema
import pytest

from tests.policy.probe import HEAD, guest, policy
from vnetlint.cli.main import main
from vnetlint.config.load import forget
from vnetlint.policy.load import rules_of
from vnetlint.rulebook.rule import Rule

BRIDGED = guest("<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface>")
BRIDGES = "options = { bridges = { default = ['br-prod'], description = 'The bridges that guests may join.' } }\n"
RULE = HEAD + BRIDGES + "select = 'interface'\nvalue = 'bridge'\nallow = '{options.bridges}'\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("web.xml").write_text(BRIDGED)


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main(arguments, io.BytesIO(), out, err), out.getvalue(), err.getvalue()


def messages(rest: str, options: str = "", head: str = HEAD) -> list[str]:
    Path("site.toml").write_text(head + rest)
    table = f"[options.probe]\n{options}\n" if options else ""
    Path("vnetlint.toml").write_text(f"policies = ['site.toml']\nselect = ['probe']\n{table}")
    forget()
    code, out, err = run("check", "--output-format", "json")
    assert code in (0, 1), err
    return [each["message"] for each in json.loads(out)["findings"]]


def options(declared: str) -> str:
    return f"options = {{ x = {{ default = {declared}, description = 'One.' }} }}\n"


@pytest.mark.parametrize(
    ("rest", "chosen", "usual", "adapted"),
    [
        (BRIDGES + "select = 'interface'\nvalue = 'bridge'\nallow = '{options.bridges}'", "bridges = ['br0', 'br1']",
         ["invalid value 'br0' for 'bridge': expected 'br-prod'"], []),
        (options("['a']") + "select = 'interface'\nvalue = 'bridge'\ndeny = ['b', '{options.x}']", "x = ['br0']",
         [], ["invalid value 'br0' for 'bridge': expected anything but 'b' or 'br0'"]),
        (options("'b'") + "select = 'interface where bridge = {options.x}'\nrequired = 'filter'", "x = 'br0'",
         [], ["missing 'filter'"]),
        (options("['b']") + "select = 'interface where not bridge in {options.x}'\nrequired = 'filter'", "x = ['br0']",
         ["missing 'filter'"], []),
        (options("'b'") + "xpath = '//interface[source/@bridge={options.x}]'\nrequired = '/vlan'", "x = 'br0'",
         [], ["missing '/vlan'"]),
        (options("1") + "select = 'guest'\nvalue = 'interface'\ncount = { at-most = '{options.x}' }", "x = 0",
         [], ["1 of 'interface': expected at most 0"]),
        (options("'b'") + "select = 'interface'\nvalue = 'bridge'\npattern = '{options.x}[0-9]'", "x = 'br'",
         ["invalid value 'br0' for 'bridge'"], []),
        (options("'52:54:00:ff:ff:ff'")
         + "select = 'interface'\nvalue = 'mac'\nrange = { from = '52:54:00:00:00:00', to = '{options.x}' }",
         "x = '52:54:00:00:00:00'", [],
         ["invalid value '52:54:00:00:00:01' for 'mac': expected 52:54:00:00:00:00 to 52:54:00:00:00:00"]),
        (options("'team {a}'") + "select = 'interface'\nrequired = 'filter'\nmessage = 'ask {options.x}'", "x = 'us'",
         ["ask team {a}"], ["ask us"]),
    ],
)  # fmt: skip
def test_an_option_is_filled_in(rest: str, chosen: str, usual: list[str], adapted: list[str]) -> None:
    assert messages(rest) == usual
    assert messages(rest, chosen) == adapted


def test_a_fix_has_the_value_of_an_option() -> None:
    fix = "fix = { title = 'Use {options.x}', safety = 'safe', set = { 'source/@bridge' = '{options.x}' } }\n"
    messages(options("'b'") + "select = 'interface'\nvalue = 'bridge'\ndeny = ['br0']\n" + fix, "x = 'br-{1}'")
    assert run("check", "--fix", "--fail-on", "warning")[0] == 0
    assert "bridge='br-{1}'" in Path("web.xml").read_text()


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("bridges = 'br0'", "vnetlint.toml:3:1: invalid value for 'options.probe.bridges': expected a list"),
        ("bridge = ['br0']", "vnetlint.toml:3:1: options.probe: unknown key 'bridge'; did you mean 'bridges'?"),
        ("bridges = []", "vnetlint.toml:2:1: allow: expected at least 1 item"),
    ],
)
def test_a_broken_value_is_one_line_with_its_place(table: str, line: str) -> None:
    Path("site.toml").write_text(RULE)
    Path("vnetlint.toml").write_text(f"policies = ['site.toml']\n[options.probe]\n{table}\n")
    code, _, err = run("check")
    assert (code, err.count("\n")) == (2, 1)
    assert line.partition(": ")[2] in err
    assert err.startswith("vnetlint: vnetlint.toml:"), err


def test_the_page_the_list_and_the_schema_know_the_options() -> None:
    Path("site.toml").write_text(RULE)
    Path("vnetlint.toml").write_text("policies = ['site.toml']\n")
    page = run("rule", "probe")[1]
    assert "- `bridges`: The bridges that guests may join. By default br-prod." in page
    assert '[options.probe]\nbridges = ["br-prod"]' in page
    assert "`[options.probe]` sets its options" in page
    (listed,) = json.loads(run("rule", "probe", "--output-format", "json")[1])["options"]
    assert listed["name"] == "bridges"
    schema = json.loads(run("config", "schema")[1])
    jsonschema.validate({"options": {"probe": {"bridges": ["br0"]}}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"options": {"probe": {"bridges": "br0"}}}, schema)


def test_a_rule_without_other_values_is_the_same_rule() -> None:
    rule: Rule = rules_of(policy(RULE, ""))[0]
    assert rule.default_options == rule.options() if rule.options else False
