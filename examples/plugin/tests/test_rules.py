"""The examples on the pages of the rules are true."""

import pytest

from vnetlint.testing import check_page, rules_of

RULES = rules_of("acme_vnetlint")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_page_of_a_rule_is_true(rule):
    check_page(rule)
