"""Each rule's page says what libvirt does and on which versions it was seen; three libvirts are asked.

`make claims` asks each of them about each page. `make test-all` leaves out the one in the middle where the oldest and
the newest agree with it, because what all three do takes CI a third longer.
"""

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


def _is_between(rule: Rule, version: str) -> bool:
    return version == "11.3" and rule.page.seen_on == tuple(ROOTS)


ASKED = [
    pytest.param(
        *(rule, version), id=f"{rule.name}-{version}", marks=[pytest.mark.between] * _is_between(rule, version)
    )
    for rule in RULES
    for version in ROOTS
]


@pytest.mark.parametrize(("rule", "version"), ASKED)
def test_the_page_says_where_it_was_seen(rule: Rule, version: str) -> None:
    case = bad_case(rule)
    assert case
    against = doubts(rule, case, version)
    assert (version in rule.page.seen_on) == (not against), "\n".join(against) or f"it is seen on {version}"
