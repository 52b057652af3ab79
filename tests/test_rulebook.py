"""The catalogue of a run: vnetlint's rules, and rules that are data or come from elsewhere."""

from collections.abc import Iterator

import pytest

from tests.sources import named
from vnetlint.api import Network, Problem, edit, fix, problem
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.rulebook.catalogue import UnknownRuleError, builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.settings import Settings

PAGE = """A network is not one of ours.

## What to do
Name it after its department.
"""


def _named_otherwise(network: Network) -> Iterator[Problem]:
    if network.name == "lan":
        yield problem(network, "unexpected name", fix("Remove it", edit.remove(network.node), safety="choice"))


POLICY = Rule(
    "our-names", "VN9001", "policy", "warning", "never", "0.1", PAGE, on=(Network,), check=_named_otherwise
)  # fmt: skip
"""A rule without a module, as a policy makes one."""
SITE = builtin().with_rules([POLICY])


@pytest.mark.parametrize("selector", ["our-names", "VN9001", "VN9", "policy", "default"])
def test_a_rule_without_a_module_is_selected_like_any(selector: str) -> None:
    assert "our-names" in SITE.select([selector])
    with pytest.raises(UnknownRuleError):
        builtin().select(["our-names"])


def test_a_rule_without_a_module_has_findings_and_a_page() -> None:
    text = "<network><name>lan</name></network>"
    result = lint([named("lan.xml", text)], Settings(rules=frozenset({"our-names"})), memory=Memory(catalogue=SITE))
    (finding,) = result.findings
    assert (finding.rule, finding.code, finding.severity) == ("our-names", "VN9001", "warning")
    info = result.rules["our-names"]
    assert (info.family, info.page.title) == ("policy", "A network is not one of ours.")
    assert info.page.sections["What to do"] == "Name it after its department.\n"


def test_a_suppression_knows_the_rules_of_the_run() -> None:
    text = "<network><!-- vnetlint: ignore-file[our-names] agreed --><name>lan</name></network>"
    settings = Settings(rules=frozenset({"our-names", "tool"}))
    site = lint([named("lan.xml", text)], settings, memory=Memory(catalogue=SITE))
    assert (site.findings, [finding.rule for finding, _ in site.suppressed]) == ((), ["our-names"])
    others = lint([named("lan.xml", text)], Settings(rules=frozenset({"tool"})))
    assert [each.rule for each in others.findings] == ["unknown-suppression"]


def test_which_rules_fail_a_run_is_their_own_property() -> None:
    assert {rule.name for rule in builtin() if rule.fails} == {"internal-error", "unreadable-file"}
    assert {rule.family for rule in builtin() if not rule.suppressible} == {"tool", "fleet"}
