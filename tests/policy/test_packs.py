"""The policies that vnetlint has: their examples behave, and no two rules share a name or code."""

import pytest

from vnetlint.engine.examples import faults
from vnetlint.policy.load import rules_of, tables_of, with_policies
from vnetlint.policy.packs import packs, policy_source
from vnetlint.rulebook.catalogue import builtin


def test_there_are_policies() -> None:
    assert {*packs()} >= {"hardening", "lab", "portable"}


@pytest.mark.parametrize("name", packs())
def test_the_examples_of_a_policy_behave(name: str) -> None:
    assert list(faults(policy_source(name))) == []


@pytest.mark.parametrize("name", packs())
def test_a_policy_is_a_family_and_its_rules_begin_with_its_name(name: str) -> None:
    rules = rules_of(policy_source(name))
    assert {each.family for each in rules} == {name}
    assert all(each.name.startswith(f"{name}-") for each in rules)


@pytest.mark.parametrize("name", packs())
def test_every_fix_is_shown_by_an_example(name: str) -> None:
    assert [each.name for each in tables_of(policy_source(name)) if each.fix and not each.fixed] == []


def test_all_policies_can_be_used_together() -> None:
    every = with_policies(builtin(), map(policy_source, packs()))
    assert len(every.by_any_name) == 2 * len(every)
