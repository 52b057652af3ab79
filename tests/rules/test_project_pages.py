"""What the rules across files say: levels of their fixes, words, and independence of the order of files."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from vnetlint.finding import Finding
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.testing.cases import PageExample, bad_case, good_cases, options_case

RULES = [rule for rule in builtin() if rule.family == "project"]
BULK = {
    "bridge-is-nic", "dhcp-leaves-guest-out", "dhcp-pool-too-small", "direct-device-in-bridge", "dns-forwarder-loop",
    "filter-reference-loop", "filter-variable-missing", "floor-not-guaranteed", "forward-dev-is-bridge",
    "ipv6-between-guests-filtered", "openvswitch-mismatch", "setting-refused-at-start", "target-name-in-use",
    "vlan-tag-refused",
}  # fmt: skip
"""Rules with a fix that is made in bulk; a rule is added here on purpose only."""

COLLISIONS = {
    "bridge-mac-used-twice", "bridge-name-in-use", "bridge-shared-by-networks", "device-in-two-pools",
    "device-pool-too-small", "domain-shared-by-networks", "duplicate-mac", "duplicate-network-name",
    "duplicate-network-uuid", "filter-reference-loop", "filter-uuid-conflict", "floor-overcommitted",
    "guest-identity-in-use", "passthrough-device-shared", "port-forward-taken", "subnet-overlap", "target-name-in-use",
}  # fmt: skip
"""Rules that report the later of two files; the engine reads files in the order of their paths."""

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def cases(rule: Rule) -> Iterator[PageExample]:
    bad = bad_case(rule)
    if bad is not None:
        yield bad
    if "Options" in rule.page.sections:
        yield options_case(rule)
    yield from good_cases(rule)


def findings(rule: Rule, case: PageExample) -> list[Finding]:
    alone = PageExample(case.files, replace(case.settings, rules=frozenset({rule.name})))
    return [each for each in alone.lint().findings if each.rule == rule.name]


def said(finding: Finding) -> list[str]:
    titles = [fix.title for fix in finding.fixes]
    places = [related.message for related in finding.related]
    return [finding.message, *titles, *places]


@each_rule
def test_no_fix_is_made_in_bulk_that_was_not_meant_to_be(rule: Rule) -> None:
    levels = {fix.safety for case in cases(rule) for each in findings(rule, case) for fix in each.fixes}
    assert rule.name in BULK or levels <= {"choice", "display"}


@each_rule
def test_what_is_only_shown_has_no_edits_and_the_rest_has(rule: Rule) -> None:
    for fix in (fix for case in cases(rule) for each in findings(rule, case) for fix in each.fixes):
        assert bool(fix.edits) == (fix.safety != "display")


@each_rule
def test_words_are_short(rule: Rule) -> None:
    for finding in (each for case in cases(rule) for each in findings(rule, case)):
        assert all(text and len(text) <= 120 for text in said(finding))


@each_rule
def test_a_missing_name_is_never_printed(rule: Rule) -> None:
    for case in cases(rule):
        nameless = {path: re.sub(rb"<name>[^<]*</name>|<mac address='[^']*'/>", b"", data)
                    for path, data in case.files.items()}  # fmt: skip
        for finding in findings(rule, case.with_files(nameless)):
            assert not [
                text for text in (*said(finding), finding.libvirt_message or "") if re.search(r"\bNone\b", text)
            ]


@each_rule
def test_no_stand_in_is_quoted_as_words_of_libvirt(rule: Rule) -> None:
    for finding in (each for case in cases(rule) for each in findings(rule, case)):
        assert not re.search(r"\bMAC\b(?! address)|UUID$|\bNAME\b|\bBRIDGE\b", finding.libvirt_message or "")


@each_rule
def test_the_order_of_files_does_not_matter(rule: Rule) -> None:
    for case in cases(rule) if rule.name not in COLLISIONS else ():
        turned = case.with_files(dict(reversed(list(case.files.items()))))
        assert [said(each) for each in findings(rule, turned)] == [said(each) for each in findings(rule, case)]
