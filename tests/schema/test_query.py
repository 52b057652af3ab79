"""What a pattern tells: what may be left out of a content."""

import pytest

from vnetlint.schema import judge
from vnetlint.schema.query import is_optional


@pytest.mark.parametrize(
    ("kind", "holder", "name", "is_attribute", "may_go"),
    [
        ("domain", "domain", "title", False, True),
        ("domain", "domain", "uuid", False, True),
        ("domain", "domain", "name", False, False),
        ("domain", "os", "kernel", False, True),
        ("network", "network", "forward", False, True),
        ("network", "network", "name", False, False),
        ("network", "ip", "dhcp", False, True),
        ("network", "forward", "mode", True, True),
        ("network", "route", "gateway", True, False),
        ("filter", "filter", "name", True, False),
        # A wildcard may stand for it, or a choice may depend on it.
        ("domain", "timer", "track", True, False),
        ("domain", "metadata", "x", False, False),
    ],
)
def test_what_a_content_does_not_need(kind: str, holder: str, name: str, is_attribute: bool, may_go: bool) -> None:
    grammar = judge.grammar_of(kind)
    contents = [grammar.content(each) for each in grammar.by_name[holder]]
    assert contents
    assert all(is_optional(content, name, is_attribute) for content in contents) == may_go
