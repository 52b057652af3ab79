"""Suppressing from an editor: the comment suppresses the finding, wherever it has to go."""

from collections.abc import Callable

import pytest

from tests.documents import of_pages
from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.engine.suppress import suppressing
from vnetlint.finding import Finding
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

SETTINGS = Settings(builtin().select(["all"]) - builtin().select(["suppression-without-reason"]))

MEMORY = Memory()
"""The rules of the settings are chosen once for all documents."""


CASES = dict(of_pages("Bad"))
LAYOUTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "on one line": lambda text: "".join(line.strip() for line in text.splitlines()),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "tags behind tags": lambda text: text.replace(">\n", "> "),
}


def findings(text: str) -> list[Finding]:
    return list(lint([named("a.xml", text)], SETTINGS, memory=MEMORY).findings)


FIRST = "as it is"


@pytest.mark.parametrize(
    "layout", [pytest.param(each, marks=() if each == FIRST else pytest.mark.slow) for each in LAYOUTS]
)
@pytest.mark.parametrize("case", CASES)
def test_only_the_suppressed_finding_is_gone(case: str, layout: str) -> None:
    text = LAYOUTS[layout](CASES[case])
    before = findings(text)
    for finding in before:
        edits = suppressing(parse(named("a.xml", text)), finding, builtin()[finding.rule])
        if not edits:
            assert finding.code.startswith("VN00"), finding
            continue
        after = apply(text, edits)
        assert parse(named("a.xml", after))
        left = findings(after)
        assert not [each for each in left if (each.rule, each.element, each.message) == key(finding)]
        gone = [each for each in before if key(each) not in {key(one) for one in left}]
        assert {each.rule for each in gone} == {finding.rule}
        assert not {each.rule for each in left} - {each.rule for each in before}


def key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.element, finding.message


def test_a_second_rule_joins_the_existing_comment() -> None:
    text = "<network>\n  <!-- vnetlint: ignore[no-such] why -->\n  <forward mode='natt'/>\n</network>\n"
    [finding] = [each for each in findings(text) if each.rule == "schema-bad-value"]
    after = apply(text, suppressing(parse(named("a.xml", text)), finding, builtin()[finding.rule]))
    assert "<!-- vnetlint: ignore[no-such, schema-bad-value] why -->\n  <forward" in after
