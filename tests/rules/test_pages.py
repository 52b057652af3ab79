"""Every rule's page is a test: what it calls bad is found and fixed, and what it calls good is not."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import etree

from tests.rules.cases import Case, Files, bad_case, expected_report, fixed_files, good_cases, options_case, report_of
from tests.rules.variants import VARIANTS, Variant
from vnetlint.finding import Finding
from vnetlint.result import Result
from vnetlint.rulebook.catalogue import broken_conventions, builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.schema import gate
from vnetlint.settings import FixPolicy
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

TOOL_ONLY = {"internal-error", "unreadable-file", "not-utf-8"}
"""Findings that no XML shows by itself."""

REQUIRED = ["What to do", "Bad", "Report", "Fixed", "Good", "Options", "Fix safety", "Libvirt", "References"]
OPTIONAL = ("Fixed", "Options", "Fix safety")
RULES = [rule for rule in builtin() if rule.name not in TOOL_ONLY]
FIXED = [rule for rule in RULES if fixed_files(rule)]

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
WITH_OPTIONS = [rule for rule in RULES if rule.options]
each_fixed_rule = pytest.mark.parametrize("rule", FIXED, ids=lambda rule: rule.name)


def test_declarations_keep_the_conventions() -> None:
    assert list(broken_conventions(builtin())) == []


@each_rule
def test_page_has_its_sections_in_order(rule: Rule) -> None:
    sections = list(rule.page.sections)
    expected = [name for name in REQUIRED if name in sections or name not in OPTIONAL]
    assert sections == expected
    assert rule.page.reason
    assert rule.page.title.endswith(".")
    assert ("Fixed" in sections) == ("Fix safety" in sections) or rule.family != "tool"


@each_rule
def test_bad_is_reported_exactly(rule: Rule) -> None:
    case = _bad(rule)
    assert report_of(rule, case.lint()) == expected_report(rule)


@each_fixed_rule
def test_bad_is_fixed_exactly(rule: Rule) -> None:
    changed = _fixed(_only(rule, _bad(rule)))
    assert changed == fixed_files(rule)


@each_fixed_rule
def test_fixed_is_at_rest(rule: Rule) -> None:
    case = _bad(rule)
    fixed = case.with_files({**case.files, **fixed_files(rule)})
    assert report_of(rule, fixed.lint()) == ""
    assert _only(rule, fixed).fix().changed == ()


@each_rule
def test_good_is_left_alone(rule: Rule) -> None:
    cases = good_cases(rule)
    assert cases
    for case in cases:
        assert report_of(rule, case.lint()) == ""


MOMENTS = {"never": "Never", "define": "At define", "start": "At start", "plug": "When "}


@pytest.mark.parametrize("rule", builtin(), ids=lambda rule: rule.name)
def test_the_page_tells_the_moment_that_findings_tell(rule: Rule) -> None:
    assert rule.page.sections["Libvirt"].strip().startswith(MOMENTS[rule.when])


VERSIONS = ("9.0", "11.3", "12.8")
"""The versions of libvirt that are asked by tests/oracle/test_claims.py, which holds what the pages say of them."""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.family != "tool"], ids=lambda rule: rule.name)
def test_the_page_says_which_libvirts_were_seen(rule: Rule) -> None:
    said = rule.page.sections["Libvirt"]
    unseen = [version for version in VERSIONS if version not in rule.page.seen_on]
    assert set(rule.page.seen_on) <= set(VERSIONS)
    assert "Not seen: " in said or all(version in said for version in unseen)


@pytest.mark.parametrize("rule", WITH_OPTIONS, ids=lambda rule: rule.name)
def test_options_change_what_is_reported(rule: Rule) -> None:
    assert report_of(rule, options_case(rule).lint()) == expected_report(rule, "Options")
    assert expected_report(rule, "Options") != expected_report(rule)


@each_rule
def test_every_finding_has_a_fix(rule: Rule) -> None:
    found = _of(rule, _bad(rule).lint())
    assert found
    assert rule.family == "tool" or all(finding.fixes for finding in found)


@each_rule
def test_edits_of_one_fix_never_overlap(rule: Rule) -> None:
    for fix in (fix for finding in _of(rule, _bad(rule).lint()) for fix in finding.fixes):
        spans = sorted((edit.path, edit.span) for edit in fix.edits)
        for (path, one), (other_path, other) in pairwise(spans):
            assert path != other_path or one.end <= other.start


@each_rule
def test_finding_starts_on_what_it_names(rule: Rule) -> None:
    result = _bad(rule).lint()
    for finding in _of(rule, result):
        text = result.source(finding.path).excerpt(finding.span)
        assert text
        assert rule.family == "tool" or text[0] == "<" or re.match(r"[\w:.-]+\s*=", text)


@each_rule
def test_variants_are_found_alike(rule: Rule) -> None:
    case = _bad(rule)
    plain = _said(rule, case.lint())
    for name, variant in VARIANTS.items():
        assert _said(rule, _varied(case, variant).lint()) == plain, name


@each_fixed_rule
def test_variants_are_fixed_alike(rule: Rule) -> None:
    case = _only(rule, _bad(rule))
    expected = {path: _meaning(data) for path, data in fixed_files(rule).items()}
    for name, variant in VARIANTS.items():
        varied = _varied(case, variant)
        result = varied.fix()
        fixed = {each.before.path: each.after.encode() for each in result.changed}
        assert {path: _meaning(data) for path, data in fixed.items()} == expected, name
        for before, after, _ in result.changed:
            _assert_sound(before, after, name)
        again = varied.with_files({**varied.files, **fixed})
        assert _of(rule, again.lint()) == [], name
        assert again.fix().changed == (), name


@each_rule
def test_safe_fixes_keep_every_comment(rule: Rule) -> None:
    for name, variant in VARIANTS.items():
        case = _varied(_bad(rule), variant)
        cautious = Case(
            case.files, replace(case.settings, rules=frozenset({rule.name}), fixing=FixPolicy(threshold="info"))
        )
        for before, after, _ in cautious.fix().changed:
            assert before.text.count("<!--") == after.text.count("<!--"), name


def _assert_sound(before: Source, after: Source, variant: str) -> None:
    """What is fixed parses, is as valid as before, and keeps the file's line ends and its byte order mark."""
    documents = parse(after)
    assert documents, variant
    assert all(wellformed.check(document) is None for document in documents), variant
    if all(gate.is_valid(document) for document in parse(before) if wellformed.check(document) is None):
        assert all(gate.is_valid(document) for document in documents), variant
    assert _line_ends(after.text) <= _line_ends(before.text) or len(before.text.splitlines()) < 2, variant
    assert after.encode().startswith(before.bom), variant


def _bad(rule: Rule) -> Case:
    case = bad_case(rule)
    assert case is not None, "a rule shows what it is about"
    return case


def _only(rule: Rule, case: Case) -> Case:
    """The case with no other rule, whose fixes would mix with this one's."""
    # Whether a suppression is used depends on the rules that it names.
    if rule.name == "unused-suppression":
        return case
    return Case(case.files, replace(case.settings, rules=frozenset({rule.name})))


def _fixed(case: Case) -> Files:
    return {each.before.path: each.after.encode() for each in case.fix().changed}


def _varied(case: Case, variant: Variant) -> Case:
    return case.with_files({path: variant(data) for path, data in case.files.items()})


def _of(rule: Rule, result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.rule == rule.name]


def _said(rule: Rule, result: Result) -> list[tuple[str, str, str, str]]:
    return [
        (each.path, each.element, each.severity, each.message) for each in result.findings if each.rule == rule.name
    ]


def _meaning(data: bytes) -> bytes:
    """The document's content in one form, whatever way it is written in."""
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    root = etree.fromstring(data.strip(), parser)
    for element in root.iter():
        element.text, element.tail = (text if text and text.strip() else None for text in (element.text, element.tail))
    return etree.tostring(root, method="c14n", with_comments=False)


def _line_ends(text: str) -> set[str]:
    return set(re.findall(r"\r\n|\r|\n", text))
