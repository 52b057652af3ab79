"""Broken policies: one line with the place and what was expected, and hostile ones end soon."""

import io
from pathlib import Path

import pytest

from tests.policy.probe import EXAMPLE, HEAD
from tests.worktime import in_time, spent
from vnetlint.cli.main import main

SELECT = "select = 'interface'\n"
XPATH = 'xpath = "{}"\nrequired = "/mac"\n'
OPTION = "options = {{ {} }}\n"
VALUE = SELECT + "value = 'mac'\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def check(text: str) -> tuple[int, str]:
    Path("site.toml").write_text(text)
    err = io.StringIO()
    code = main(["check", "--policy", "site.toml", "-"], io.BytesIO(EXAMPLE.encode()), io.StringIO(), err)
    return code, err.getvalue()


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("", "site.toml:1:3: rule[0]: missing key 'select'"),
        (SELECT, "site.toml:1:3: probe: expected one assertion, got none; known: allow, deny, pattern, range, "
         "subnet-of, required, count, unique, reach, must"),
        (VALUE + "allow = ['a']\ndeny = ['b']", "site.toml:12:1: probe: expected one assertion, got 'allow' and "),
        (SELECT + "allow = ['a']", "site.toml:10:1: probe: 'allow' needs 'value', such as 'source/@dev'"),
        (VALUE + "required = 'mac'", "site.toml:10:1: probe: 'required' has no 'value'"),
        (VALUE + "alow = ['a']", "site.toml:11:1: rule[0]: unknown key 'alow'; did you mean 'allow'?"),
        (VALUE + "allow = 'a'", "site.toml:11:1: invalid value for 'rule[0].allow': expected a list"),
        (VALUE + "allow = [1]", "site.toml:11:10: invalid value for 'rule[0].allow[0]': expected a string"),
        (VALUE + "allow = []", "site.toml:11:1: invalid value for 'rule[0].allow': expected at least 1 item"),
        (VALUE + "unique = 'hsot'",
         "site.toml:11:1: invalid value for 'rule[0].unique': expected 'project' or 'host'; did you mean 'host'?"),
        (VALUE + "pattern = '[a'", "site.toml:11:1: pattern: invalid pattern '[a'"),
        (VALUE + "range = { from = 'a', to = 'b' }", "site.toml:11:11: range.from: 'a' is not a number, a MAC"),
        (VALUE + "range = { from = 9, to = 3 }", "site.toml:11:1: range: '9' is above '3'; did you mean"),
        (VALUE + "range = { from = 9, to = '10.0.0.1' }", "site.toml:11:1: range: '9' and '10.0.0.1' are values of"),
        (VALUE + "subnet-of = ['10.0.0.1/8']",
         "site.toml:11:14: subnet-of[0]: '10.0.0.1/8' is an address within a subnet; did you mean '10.0.0.0/8'?"),
        (VALUE + "subnet-of = ['ten']", "site.toml:11:14: subnet-of[0]: 'ten' is not a subnet such as 10.20.0.0/16"),
        (SELECT + "value = 'network.interface.mac'\nunique = 'host'",
         "site.toml:10:10: value: 'network.interface.mac' leads to all its neighbours: ask for them in a condition"),
        (VALUE + "count = {}", "site.toml:11:1: count: expected 'at-least' or 'at-most'"),
        ("select = 'interfaces'\nrequired = 'mac'",
         "site.toml:9:11: select: unknown kind of element 'interfaces'; did you mean 'interface'?"),
        ("select = 'interface where tpye = \"x\"'\nrequired = 'mac'",
         "site.toml:9:27: select: a guest's NIC has no 'tpye'; did you mean 'type'?"),
        ("select = 'interface where network.mod = \"x\"'\nrequired = 'mac'",
         "site.toml:9:35: select: a network has no 'mod'; did you mean 'mode'?"),
        ("select = 'interface where'\nrequired = 'mac'", "site.toml:9:26: select: unexpected the end: expected a name"),
        ("select = 'ip where address within \"10\"'\nrequired = 'address'",
         "site.toml:9:35: select: '10' is not a subnet"),
        (SELECT + "must = 'has fliter'", "site.toml:10:13: must: a guest's NIC has no 'fliter'; did you mean"),
        (VALUE + "allow = ['a']\nmessage = '{vlaue}'", "site.toml:12:13: message: a guest's NIC has no 'vlaue'"),
        (VALUE + "allow = ['a']\nmessage = 'a { b'", "site.toml:12:14: message: a single '{': write it twice"),
        (SELECT + "reach = { from = 'this', to = 'lan', verdict = 'blocked' }",
         "site.toml:10:1: reach: 'reach' is about networks and guests, and not about a guest's NIC"),
        ("select = 'network'\nreach = { from = 'host', to = 'lan', verdict = 'blocked' }",
         "site.toml:10:1: reach: expected 'this' as 'from' or 'to'"),
        ("select = '//interface'\nrequired = 'mac'",
         "site.toml:9:11: select: unexpected '//interface': expected a kind of element such as 'interface'; "
         "an XPath is for the key 'xpath'"),
        (XPATH.format("//interface[source/@network"),
         "site.toml:9:37: xpath: unexpected the end: expected ']'"),
        (XPATH.format("interface"), "site.toml:9:10: xpath: unexpected 'interface': expected a path from the"),
        (XPATH.format("//source/@dev"), "site.toml:9:10: xpath: selects values: expected elements; name the attribute"),
        (XPATH.format("//interface[docment()]"), "site.toml:9:22: xpath: unsupported function 'docment'; known"),
        (XPATH.format("//interface[document('/etc/passwd')]"), "site.toml:9:22: xpath: unsupported function 'docum"),
        (XPATH.format("//interface[re:test(@type, '(a+)+')]"), "site.toml:9:22: xpath: unsupported function 're:test'"),
        (XPATH.format("//interface[start-with(@type, 'a')]"),
         "site.toml:9:22: xpath: unsupported function 'start-with'; did you mean 'starts-with'?"),
        (XPATH.format("//interface[contains(@type, @model)]"),
         "site.toml:9:38: xpath: 'contains' looks for a text in quotes of at most 64 characters"),
        (XPATH.format("//interface[ancestors::domain]"),
         "site.toml:9:22: xpath: unsupported axis 'ancestors'; did you mean 'ancestor'?"),
        (XPATH.format("//interface[not(1, 2)]"), "site.toml:9:22: xpath: 'not' takes 1 argument"),
        (XPATH.format("//interface[$x]"), "site.toml:9:22: xpath: XPath has no variables here; write an option as {"),
        (XPATH.format("//*[//*[//*]]"), "site.toml:9:10: xpath: compares each element with all others more than once"),
        ("xpath = '//interface'\nvalue = 'bridge'\nallow = ['a']",
         "site.toml:10:10: value: an element that an XPath selects has no 'bridge'; known: document, element"),
        ("select = 'network'\nreach = { from = 'this', to = 'internt', verdict = 'blocked' }",
         "site.toml:10:26: reach.to: unknown end 'internt'; did you mean 'internet'?"),
        ("select = 'network'\nreach = { from = 'this', to = 'network', verdict = 'blocked' }",
         "site.toml:10:26: reach.to: unknown end 'network'; did you mean 'network:NAME'?"),
        (VALUE + "allow = '{options.macs}'",
         "site.toml:11:1: allow: the rule has no option 'macs'; 'options' of the rule declares them"),
        (OPTION.format("x = { default = ['a'], description = 'One.' }") + VALUE + "allow = '{options.y}'",
         "site.toml:12:1: allow: the rule has no option 'y'; known: x"),
        (OPTION.format("x = { default = ['a'], description = 'One.' }") + VALUE + "allow = ['a']",
         "site.toml:9:13: options.x: nothing uses it; write {options.x} where it applies"),
        (OPTION.format("x = { default = 'a', description = 'One.' }") + VALUE + "allow = '{options.x}'",
         "site.toml:12:1: invalid value for 'rule[0].allow': expected a list"),
        (OPTION.format("x = { default = 'a' }") + VALUE + "allow = '{options.x}'",
         "site.toml:9:13: rule[0].options.x: missing key 'description'"),
        (OPTION.format("x = { defalt = 'a', description = 'One.' }") + VALUE + "allow = '{options.x}'",
         "site.toml:9:19: rule[0].options.x: unknown key 'defalt'; did you mean 'default'?"),
        (OPTION.format("x = { default = 9, most = 3, description = 'One.' }") + SELECT + "value = 'mac'\n"
         "count = { at-most = '{options.x}' }", "site.toml:9:19: options.x.default: 9 is not within 'least' and"),
        (OPTION.format("x = { default = 'a', most = 3, description = 'One.' }") + VALUE + "pattern = '{options.x}'",
         "site.toml:9:34: options.x.most: 'most' is for options that are numbers"),
        (OPTION.format("class = { default = 'a', description = 'One.' }") + VALUE + "pattern = '{options.class}'",
         "site.toml:9:13: options.class: the name 'class' is reserved; did you mean 'our-class'?"),
        (OPTION.format("Our = { default = 'a', description = 'One.' }") + VALUE + "pattern = '{options.Our}'",
         "site.toml:9:13: options.Our: invalid name 'Our': expected one such as 'our-bridges'"),
        (OPTION.format('x = {{ default = "\\"\'", description = "One." }}'.replace("{{", "{").replace("}}", "}"))
         + "select = 'interface where type = {options.x}'\nrequired = 'mac'",
         "site.toml:10:34: select: the value '\"'' has both kinds of quotes, or a line end"),
        (OPTION.format("x = { default = ['a'], description = 'One.' }") + XPATH.format("//a[@b={options.x}]"),
         "site.toml:10:17: xpath: a list cannot be used in XPath"),
        (VALUE + "allow = ['a']\nfix = { title = 'x' }", "site.toml:12:1: fix: expected one of 'set', 'remove' and"),
        (VALUE + "allow = ['a']\nfix = { title = 'x', set = { mac = 'a' } }",
         "site.toml:12:30: fix.set.mac: 'mac' is a name of the model: expected a path such as 'source/@dev'"),
        (VALUE + "allow = ['a']\nfix = { title = 'x', insert = '<a>' }", "site.toml:12:22: fix.insert: invalid XML: "),
        (VALUE + "allow = ['a']\nfixed = ['x']", "site.toml:12:1: 'fixed' needs 'fix'"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_one_line_with_its_place(rest: str, line: str) -> None:
    code, err = check(HEAD + rest)
    assert code == 2
    assert err.count("\n") == 1
    assert err.startswith(f"vnetlint: {line}"), err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "site.toml: missing key 'rule'"),
        ("rule = 1", "site.toml:1:1: invalid value for 'rule': expected a list"),
        ("rules = []", "site.toml:1:1: unknown key 'rules'; did you mean 'rule'?"),
        ("[[rule]", "site.toml:1:7: not TOML: "),
        (HEAD.replace("probe", "Pro be") + VALUE + "deny = ['a']", "site.toml:2:1: invalid name 'Pro be': expected"),
        (HEAD.replace("PROBE01", "VN9999") + VALUE + "deny = ['a']", "site.toml:3:1: the code 'VN9999' starts with VN"),
        (HEAD.replace('"probe"', '"zero-mac"') + VALUE + "deny = ['a']",
         "site.toml:2:1: the name 'zero-mac' is taken by another rule, family or profile"),
        ((HEAD + VALUE + "deny = ['a']\n") * 2, "site.toml:13:1: the name 'probe' is used twice"),
        (HEAD.replace("A probe.", "A \\u001b[2J") + VALUE + "deny = ['a']",
         "site.toml:4:1: a control character, U+001B, in a text"),
        ("policy = 'network'\n" + HEAD + VALUE + "deny = ['a']", "site.toml:1:1: the name 'network' is taken by a"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_line_with_its_place(text: str, line: str) -> None:
    code, err = check(text)
    assert code == 2
    assert err.count("\n") == 1
    assert err.startswith(f"vnetlint: {line}"), err


@pytest.mark.parametrize(
    "rest",
    [
        VALUE + "pattern = '((((((a|b){64}){64}){64}){64}){64}){64}'",
        VALUE + "pattern = '(a*){64}'",
        VALUE + "pattern = '(((((a|aa)*)*)*)*)*b'",
        VALUE + f"pattern = '{'(' * 99}{')' * 99}'",
        VALUE + f"pattern = '{'a' * 10_000}'",
        VALUE + "range = { from = '::', to = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' }",
        VALUE + f"range = {{ from = 0, to = {'9' * 5000} }}",
        VALUE + "subnet-of = ['::/0', '0.0.0.0/0']",
        f"select = 'interface where {'(' * 900}'\nrequired = 'mac'",
        f"select = 'interface where {'not ' * 400}has mac'\nrequired = 'mac'",
        f"select = 'interface where {'has mac or ' * 170}has mac'\nrequired = 'mac'",
        VALUE + f"allow = {'[' * 5000}",
        VALUE + f"allow = [{','.join(['[1]'] * 50_000)}]",
        VALUE + f"allow = [{','.join(['[1]'] * 100_000)}]",
        "\n[[rule]]" * 20_000,
        VALUE + f"allow = ['a']\nfix = {{ title = 'x', insert = '{'<a>' * 1500}' }}",
        VALUE + f"allow = ['a']\nmessage = '{'{' * 1999}'",
        VALUE + "range = { from = 0, to = 1000000000000000000 }",
        VALUE + "range = { from = '::', to = 'fe80::1' }",
        VALUE + f"count = {{ at-least = 0, at-most = {'9' * 4000} }}",
        VALUE + "count = { at-most = 9223372036854775807 }",
        VALUE + f"count = {{ at-most = {'9' * 200_000} }}",
        VALUE + f"allow = {['x' * 190] * 1000}",
        VALUE + f"allow = {['x'] * 40_000}",
        XPATH.format(f"//a[{'(' * 900}1{')' * 90}]"),
        XPATH.format(f"//a{'[b' * 400}"),
        XPATH.format("//a[" + "b or " * 190 + "b]"),
        XPATH.format("//" + "a//" * 300 + "a"),
        XPATH.format("//*[count(//*[count(//*[count(//*) > 1]) > 1]) > 1]"),
        XPATH.format("//*[" + "contains(., 'x') and " * 40 + "b]"),
        OPTION.format(f"x = {{ default = {['y' * 100] * 1000}, description = 'One.' }}")
        + VALUE
        + f"allow = {['{options.x}'] * 1000}",
        OPTION.format(f"x = {{ default = {['y' * 100] * 1000}, description = 'One.' }}")
        + VALUE
        + f"allow = ['a']\nmessage = '{'{options.x}' * 180}'",
        OPTION.format(", ".join(f"x{n} = {{ default = 'a', description = 'One.' }}" for n in range(2000))) + VALUE,
        VALUE + "allow = ['a']\n" + "a." * 20_000 + "b = 1",
        VALUE + f"allow = ['a']\nx = {'{a=' * 3000}1{'}' * 3000}",
        VALUE + "allow = ['a']\nbad = ['" + "<a/>" * 50_000 + "']",
        VALUE + "allow = ['a']\n#" + "x" * 11_000_000,
        VALUE + "allow = ['a']\ngood = ['" + "<a/>" * 2_700_000 + "']",
        "select = 'interface where " + " or ".join(['type matches "((a|b){9}){9}"'] * 55) + "'\nrequired = 'mac'",
    ],
    ids=lambda rest: f"{rest.split(chr(10))[-1][:30]!a}-{len(rest)}",
)
def test_a_hostile_policy_ends_soon(rest: str) -> None:
    with spent() as work:
        code, err = check(HEAD + rest)
    assert in_time(work.seconds, 1)
    assert code in (0, 2)
    assert err.count("\n") <= 1


@pytest.mark.parametrize(
    "rest",
    [
        VALUE + "pattern = '((((((a|b){64}){64}){64}){64}){64}){64}'",
        XPATH.format("//*[" + "contains(., 'x') and " * 30 + "b]"),
        f"select = 'interface where {'has mac or ' * 63}has mac'\nrequired = 'mac'",
        OPTION.format("x = { default = 'a', description = 'One.' }") + VALUE + "pattern = '{options.x}'",
    ],
)
def test_many_hostile_rules_end_soon(rest: str) -> None:
    rules = (HEAD.replace("probe", f"probe-{number}").replace("PROBE01", f"PROBE{number:03}") for number in range(190))
    with spent() as work:
        code, err = check("".join(each + rest + "\n" for each in rules))
    assert in_time(work.seconds, 1)
    assert code in (0, 2)
    assert err.count("\n") <= 1
