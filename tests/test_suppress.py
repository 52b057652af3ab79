"""Suppressions: what they cover, and the findings about them."""

import os

import pytest

from tests.sources import named
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import FileIgnore, FixPolicy, Settings

IP = "<ip address='10.0.0.1' prefix='24'/>"
NETWORK = "<network>\n  <name>lan</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n{}</network>\n"
RULES = frozenset({"ip-on-bridged-network", *builtin().select(["tool"])})


def findings(text: str) -> list[str]:
    return [each.rule for each in lint([named("lan.xml", text)], Settings(rules=RULES)).findings]


def mark(names: str = "ip-on-bridged-network", verb: str = "ignore", reason: str = " known") -> str:
    return f"<!-- vnetlint: {verb}[{names}]{reason} -->"


@pytest.mark.parametrize(
    "inner",
    [
        f"  {mark()}\n  {IP}\n",
        f"  {IP} {mark()}\n",
        f"  {mark()} {IP}\n",
        f"  {mark()}\n\n  <!-- and why -->\n  {IP}\n",
        f"  <ip address='10.0.0.1' prefix='24'>\n    {mark()}\n  </ip>\n",
        f"  {mark('unknown-network, ip-on-bridged-network')}\n  {IP}\n",
        f"  {mark(verb='ignore-file')}\n  {IP}\n",
        f"  {IP}\n  {mark(verb='ignore-file')}\n",
    ],
)
def test_covers_the_element_next_to_it(inner: str) -> None:
    assert "ip-on-bridged-network" not in findings(NETWORK.format(inner))


@pytest.mark.parametrize(
    "text",
    [
        NETWORK.format(f"  {mark()}\n  <mtu size='1500'/>\n  {IP}\n"),
        NETWORK.format(f"  {IP}\n  {mark()}\n  <mtu size='1500'/>\n"),
        NETWORK.format(f"  {mark('VN1010')}\n  {IP}\n"),
        NETWORK.format(f"  <!-- vnetlint: ignore -->\n  {IP}\n"),
    ],
)
def test_covers_nothing_else(text: str) -> None:
    assert "ip-on-bridged-network" in findings(text)


def test_before_the_root_covers_the_document_and_no_other() -> None:
    bad = NETWORK.format(f"  {IP}\n")
    assert findings(f"{mark()}\n{bad}") == []
    assert findings(f"{mark()}\n{bad}{bad}") == ["ip-on-bridged-network"]


def test_a_suppressed_finding_is_kept_with_its_reason_and_not_fixed() -> None:
    text = NETWORK.format(f"  {mark(reason=' the old host')}\n  {IP}\n")
    result = lint([named("lan.xml", text)], Settings(rules=RULES))
    assert [(finding.rule, reason) for finding, reason in result.suppressed] == [
        ("ip-on-bridged-network", "the old host")
    ]
    assert fix([named("lan.xml", text)], Settings(rules=RULES, fixing=FixPolicy(unsafe=True))).changed == ()


def test_a_suppression_of_a_rule_that_does_not_run_is_not_unused() -> None:
    text = NETWORK.format(f"  {mark('unknown-network')}\n")
    assert findings(text) == []
    both = lint([named("lan.xml", text)], Settings(rules=RULES | {"unknown-network"}))
    assert [each.rule for each in both.findings] == ["unused-suppression"]


def test_only_unused_names_are_removed() -> None:
    text = NETWORK.format(f"  {mark('ip-on-bridged-network, xml-syntax')}\n  {IP}\n")
    (change,) = fix([named("lan.xml", text)], Settings(rules=RULES)).changed
    assert change.after.text == NETWORK.format(f"  {mark()}\n  {IP}\n")


@pytest.mark.parametrize(
    ("comment", "reported"),
    [
        ("<!-- vnetlint: ignore -->", ["unknown-suppression"]),
        ("<!-- vnetlint: ignore[] -->", ["unknown-suppression"]),
        ("<!-- vnetlint: ignore[*] all -->", ["unknown-suppression"]),
        ("<!-- vnetlint: disable[xml-syntax] x -->", ["unknown-suppression"]),
        ("<!-- vnetlint: ignore[xml-syntax] -->", ["suppression-without-reason", "unused-suppression"]),
        ("<!-- about vnetlint: it is good -->", []),
        ("<!-- vnetlint is good -->", []),
    ],
)
def test_a_broken_suppression_is_reported(comment: str, reported: list[str]) -> None:
    assert sorted(findings(f"<network>\n  <name>lan</name>\n  {comment}\n</network>\n")) == reported


def test_a_code_is_replaced_by_the_name() -> None:
    text = NETWORK.format(f"  {mark('VN1010')}\n  {IP}\n")
    (change,) = fix([named("lan.xml", text)], Settings(rules=RULES)).changed
    assert change.after.text == NETWORK.format(f"  {mark()}\n  {IP}\n")


def test_a_suppressed_finding_has_the_configured_severity() -> None:
    source = named("lan.xml", NETWORK.format(f"  {mark()}\n  {IP}\n"))
    suppressed = lint([source], Settings(rules=RULES, severity={"ip-on-bridged-network": "info"})).suppressed
    assert [finding.severity for finding, _ in suppressed] == ["info"]
    left_out = FileIgnore(os.getcwd(), "lan.xml", frozenset({"ip-on-bridged-network"}))
    assert lint([source], Settings(rules=RULES, ignores=(left_out,))).suppressed == ()


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ("{}lan", "lan"),
        ("lan{}", "lan"),
        ("\n    {}\n    lan", "lan"),
        ("lan\r\n    {}\r\n  ", "lan"),
        ("lan {}", "lan "),
        ("l{}an", "lan"),
    ],
)
def test_a_suppression_in_a_value_is_removed_with_its_line_breaks(value: str, left: str) -> None:
    text = f"<network>\n  <name>{value.format(mark())}</name>\n  <ip address='10.0.0.1' prefix='24'/>\n</network>\n"
    changed = fix([named("lan.xml", text)], Settings(rules=RULES, fixing=FixPolicy(unsafe=True))).changed
    assert f"<name>{left}</name>" in changed[0].after.text


@pytest.mark.parametrize(
    ("names", "levels"),
    [
        ("ip-on-bridge-network", ["safe", "choice"]),
        ("quite-another-thing", ["choice"]),
        ("", ["choice"]),
        ("unknown-network", []),
    ],
)
def test_levels_of_fixes(names: str, levels: list[str]) -> None:
    text = NETWORK.format(f"  {mark(names)}\n  <mtu size='1500'/>\n")
    found = lint([named("lan.xml", text)], Settings(rules=RULES)).findings
    assert [each.safety for finding in found for each in finding.fixes] == levels
