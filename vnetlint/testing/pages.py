"""What the page of a rule promises, checked: what it calls bad is found and fixed, and what it calls good is not.

Each check raises AssertionError with what is wrong.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from lxml import etree

from vnetlint.finding import Finding
from vnetlint.result import Result
from vnetlint.rulebook.rule import Rule
from vnetlint.schema import gate
from vnetlint.settings import FixPolicy
from vnetlint.testing.cases import (
    PageExample,
    PageFiles,
    bad_case,
    expected_report,
    fixed_files,
    good_cases,
    options_case,
    report_of,
)
from vnetlint.testing.variants import VARIANTS, Variant
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

PageCheck = Callable[[Rule], None]

SECTIONS = ("What to do", "Bad", "Report", "Fixed", "Good", "Options", "Fix safety", "Libvirt", "References")
"""The sections of a page, in order."""
OPTIONAL = ("Fixed", "Options", "Fix safety", "Libvirt", "References")


def check_page(rule: Rule) -> None:
    """Check all that the page of a rule promises. Raises AssertionError with what is wrong."""
    for check in CHECKS:
        check(rule)


def sections_are_in_order(rule: Rule) -> None:
    """Check that the page has its sections, a title that is a sentence, and a reason."""
    sections = list(rule.page.sections)
    expected = [name for name in SECTIONS if name in sections or name not in OPTIONAL]
    assert sections == expected, f"{rule.name}: expected the sections {', '.join(expected)}; got {', '.join(sections)}"
    assert rule.page.reason, f"{rule.name}: missing text between the title and the first section"
    assert rule.page.title.endswith("."), f"{rule.name}: the first line of a page is a sentence"
    together = ("Fixed" in sections) == ("Fix safety" in sections)
    # Other pages may say how safe the fixes are that a person has to choose.
    assert together or rule.family != "tool", f"{rule.name}: Fixed and Fix safety belong together"


def bad_is_reported(rule: Rule) -> None:
    """Check that the Bad example has exactly the findings under Report."""
    _same(rule, "Report", report_of(rule, _bad(rule).lint()), expected_report(rule))


def bad_is_fixed(rule: Rule) -> None:
    """Check that fixing makes exactly what is under Fixed, and that this has no finding and no fix."""
    if not (expected := fixed_files(rule)):
        return
    case = _bad(rule)
    made = _fixed(_only(rule, case))
    assert made.keys() == expected.keys(), f"{rule.name}: fixing changes {sorted(made)}; Fixed has {sorted(expected)}"
    for path, data in expected.items():
        _same(rule, "Fixed", made[path].decode(), data.decode())
    fixed = case.with_files({**case.files, **expected})
    _same(rule, "Fixed, checked again", report_of(rule, fixed.lint()), "")
    assert _only(rule, fixed).fix().changed == (), f"{rule.name}: Fixed is fixed again"


def good_is_left_alone(rule: Rule) -> None:
    """Check that there is a Good example, and that none has a finding of the rule."""
    cases = good_cases(rule)
    assert cases, f"{rule.name}: missing example under Good"
    for case in cases:
        _same(rule, "Good", report_of(rule, case.lint()), "")


def options_change_the_report(rule: Rule) -> None:
    """Check that the configuration under Options changes the report as shown there."""
    if rule.options is None:
        return
    _same(rule, "Options", report_of(rule, options_case(rule).lint()), expected_report(rule, "Options"))
    assert expected_report(rule, "Options") != expected_report(rule), f"{rule.name}: Options changes nothing"


def every_finding_has_a_fix(rule: Rule) -> None:
    """Check that there is a finding, that each has a fix, and that the edits of one fix never overlap."""
    found = _of(rule, _bad(rule).lint())
    assert found, f"{rule.name}: no finding in Bad"
    assert rule.family == "tool" or all(finding.fixes for finding in found), f"{rule.name}: a finding without a fix"
    for fix in (fix for finding in found for fix in finding.fixes):
        spans = sorted((edit.path, edit.span) for edit in fix.edits)
        for (path, one), (other_path, other) in pairwise(spans):
            assert path != other_path or one.end <= other.start, f"{rule.name}: edits of '{fix.title}' overlap"


def findings_start_on_what_they_name(rule: Rule) -> None:
    """Check that each finding marks a tag or an attribute."""
    result = _bad(rule).lint()
    for finding in _of(rule, result):
        text = result.source(finding.path).excerpt(finding.span)
        assert text, f"{rule.name}: a finding marks nothing"
        is_marked = text[0] == "<" or re.match(r"[\w:.-]+\s*=", text)
        assert rule.family == "tool" or is_marked, f"{rule.name}: marks neither a tag nor an attribute: {text[:40]}"


def variants_are_found_alike(rule: Rule) -> None:
    """Check that the finding does not depend on how the file is written: line ends, quotes, comments, encoding."""
    case = _only(rule, _bad(rule))
    plain = _said(rule, case.lint())
    for name, variant in VARIANTS.items():
        said = _said(rule, _varied(case, variant).lint())
        assert said == plain, f"{rule.name}: other findings if written with {name}: {said}; expected {plain}"


def variants_are_fixed_alike(rule: Rule) -> None:
    """Check that the fix does not depend on how the file is written, and keeps line ends and validity."""
    if not fixed_files(rule):
        return
    case = _only(rule, _bad(rule))
    expected = {path: _meaning(data) for path, data in fixed_files(rule).items()}
    for name, variant in VARIANTS.items():
        varied = _varied(case, variant)
        result = varied.fix()
        fixed = {each.before.path: each.after.encode() for each in result.changed}
        made = {path: _meaning(data) for path, data in fixed.items()}
        assert made == expected, f"{rule.name}: another fix if written with {name}"
        for before, after, _ in result.changed:
            _assert_sound(before, after, f"{rule.name}: {name}")
        again = varied.with_files({**varied.files, **fixed})
        assert _of(rule, again.lint()) == [], f"{rule.name}: still found after fixing, if written with {name}"
        assert again.fix().changed == (), f"{rule.name}: fixed again, if written with {name}"


def safe_fixes_keep_comments(rule: Rule) -> None:
    """Check that no fix that is made without asking removes a comment."""
    for name, variant in VARIANTS.items():
        case = _varied(_bad(rule), variant)
        cautious = case.with_settings(
            replace(case.settings, rules=frozenset({rule.name}), fixing=FixPolicy(threshold="info"))
        )
        for before, after, _ in cautious.fix().changed:
            kept = before.text.count("<!--") == after.text.count("<!--")
            assert kept, f"{rule.name}: a safe fix removes a comment, if written with {name}"


CHECKS: tuple[PageCheck, ...] = (
    sections_are_in_order,
    bad_is_reported,
    bad_is_fixed,
    good_is_left_alone,
    options_change_the_report,
    every_finding_has_a_fix,
    findings_start_on_what_they_name,
    variants_are_found_alike,
    variants_are_fixed_alike,
    safe_fixes_keep_comments,
)
"""All checks, in the order in which an author should see their failures."""


def _same(rule: Rule, section: str, got: str, expected: str) -> None:
    assert got == expected, f"{rule.name}: {section}: got\n{got}\nexpected\n{expected}"


def _assert_sound(before: Source, after: Source, what: str) -> None:
    """Check that what is fixed parses, is as valid as before, and keeps the line ends and the byte order mark."""
    documents = parse(after)
    assert documents, what
    assert all(wellformed.check(document) is None for document in documents), f"{what}: not well formed after fixing"
    if all(gate.is_valid(document) for document in parse(before) if wellformed.check(document) is None):
        assert all(gate.is_valid(document) for document in documents), f"{what}: not valid after fixing"
    kept = _line_ends(after.text) <= _line_ends(before.text) or len(before.text.splitlines()) < 2
    assert kept, f"{what}: other line ends after fixing"
    assert after.encode().startswith(before.bom), f"{what}: no byte order mark after fixing"


def _bad(rule: Rule) -> PageExample:
    case = bad_case(rule)
    assert case is not None, f"{rule.name}: missing example under Bad"
    return case


def _only(rule: Rule, case: PageExample) -> PageExample:
    """Return the case with no other rule, whose fixes would mix with this one's."""
    # Whether a suppression is used depends on the rules that it names.
    if rule.name == "unused-suppression":
        return case
    return case.with_settings(replace(case.settings, rules=frozenset({rule.name})))


def _fixed(case: PageExample) -> PageFiles:
    return {each.before.path: each.after.encode() for each in case.fix().changed}


def _varied(case: PageExample, variant: Variant) -> PageExample:
    return case.with_files({path: variant(data) for path, data in case.files.items()})


def _of(rule: Rule, result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.rule == rule.name]


def _said(rule: Rule, result: Result) -> list[tuple[str, str, str, str]]:
    return [
        (each.path, each.element, each.severity, each.message) for each in result.findings if each.rule == rule.name
    ]


def _meaning(data: bytes) -> bytes:
    """Return the document's content in one form, whatever way it is written in."""
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    root = etree.fromstring(data.strip(), parser)
    for element in root.iter():
        element.text, element.tail = (text if text and text.strip() else None for text in (element.text, element.tail))
    return etree.tostring(root, method="c14n", with_comments=False)


def _line_ends(text: str) -> set[str]:
    return set(re.findall(r"\r\n|\r|\n", text))
