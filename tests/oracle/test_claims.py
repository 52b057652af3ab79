"""Each rule's page says what libvirt does and on which versions it was seen; three libvirts are asked."""

import pytest

from tests.oracle.claims import doubts
from tests.oracle.libvirtd import ROOTS
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.testing.cases import bad_case

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(300)]

ELSEWHERE = {"several-documents", "router-advertisements-lost", "openvswitch-missing"}
"""Rules whose host or file is not built from an example; test_host_facts.py and test_libvirt_verdict.py cover them."""

RULES = [rule for rule in builtin() if rule.family != "tool" and rule.name not in ELSEWHERE]
"""The tool's own rules tell of files as such; what libvirt says of a schema's faults is in test_libvirt_verdict.py."""


@pytest.mark.parametrize("version", ROOTS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_page_says_where_it_was_seen(rule: Rule, version: str) -> None:
    case = bad_case(rule)
    assert case
    against = doubts(rule, case, version)
    assert (version in rule.page.seen_on) == (not against), "\n".join(against) or f"it is seen on {version}"
