"""Every rule's page is a test: what it calls bad is found and fixed, and what it calls good is not."""

from collections import Counter

import pytest

from vnetlint.rulebook.catalogue import broken_conventions, builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.testing import pages
from vnetlint.testing.pages import CHECKS, PageCheck
from vnetlint.testing.variants import VARIANTS

TOOL_ONLY = {"internal-error", "unreadable-file", "not-utf-8"}
"""Findings that no XML shows by itself."""

RULES = [rule for rule in builtin() if rule.name not in TOOL_ONLY]
WITH_VARIANTS = (pages.variants_are_found_alike, pages.variants_are_fixed_alike, pages.safe_fixes_keep_comments)
"""The checks that write a page in all variants."""

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)


def test_declarations_keep_the_conventions() -> None:
    assert list(broken_conventions(builtin())) == []


@each_check
@each_rule
def test_the_page_is_true(rule: Rule, check: PageCheck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "VARIANTS", {name: VARIANTS[name] for name in first_variants(rule)})
    check(rule)


@pytest.mark.slow
@each_rule
def test_the_page_is_true_in_all_other_variants(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    first = first_variants(rule)
    monkeypatch.setattr(pages, "VARIANTS", {name: each for name, each in VARIANTS.items() if name not in first})
    for check in WITH_VARIANTS:
        check(rule)


def test_every_variant_is_among_the_first_of_many_rules() -> None:
    tried = Counter(name for rule in RULES for name in first_variants(rule))
    assert tried.keys() == VARIANTS.keys()
    assert min(tried.values()) > len(RULES) / 9


def first_variants(rule: Rule) -> list[str]:
    """A sixth of the variants, others for each rule, because all of them take half a minute."""
    return list(VARIANTS)[int(rule.code[2:]) % 6 :: 6]


@each_rule
def test_the_page_tells_what_libvirt_does_and_where_that_is_documented(rule: Rule) -> None:
    assert {"Libvirt", "References"} <= rule.page.sections.keys()


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
