"""Policies that are broken at random: each is valid, or one line with its place."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.errors import UserError
from vnetlint.policy.load import rules_of
from vnetlint.policy.packs import packs, policy_source
from vnetlint.settings import Settings

RULES = [
    re.sub("VN8", "ZZ8", f"[[rule]]{rule}")
    for name in packs()
    for rule in policy_source(name).text.split("[[rule]]")[1:]
]
PIECES = st.sampled_from(
    ["'", '"', "[", "]", "{", "}", "=", "\n", "0", "true", "inf", "2020-01-01", "[[rule]]", "'''", "this", "@", "/",
     ".", " where ", "not ", "(", "network.", "interface", "{value}", "[]", "-1", "é", "\t", "", "", ""]
)  # fmt: skip
NETWORK = named("lan.xml", "<network><name>lan</name><forward mode='nat'/><ip address='10.0.0.1'/></network>")
LINE = re.compile(r"site\.toml:\d+:\d+: \S.*")


@st.composite
def broken(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(RULES))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text) - 1))
        text = text[:start] + draw(PIECES) + text[start + draw(st.integers(0, 20)) :]
    return text


@given(broken())
def test_a_broken_policy_is_one_line(text: str) -> None:
    try:
        (rule, *_) = rules_of(named("site.toml", text))
    except UserError as error:
        message = str(error)
    else:
        message = ""
        settings = Settings(rules=frozenset({rule.name, "internal-error"}), policies=(named("site.toml", text),))
        found = lint([NETWORK], settings).findings
        assert [each.message for each in found if each.rule == "internal-error"] == []
    assert not message or LINE.fullmatch(message)
