"""The levels of a rule's fixes, as its example shows them."""

from vnetlint.rulebook.rule import Rule
from vnetlint.testing.cases import bad_case

_ORDER = ("safe", "unsafe", "choice")
_BY_HAND = "by hand"


def levels(rule: Rule) -> str:
    """Return the levels of the fixes that are offered for a rule's Bad example, such as "safe, choice"."""
    case = bad_case(rule)
    findings = case.lint().findings if case else ()
    offered = {fix.safety for each in findings if each.rule == rule.name for fix in each.fixes if fix.edits}
    return ", ".join(each for each in _ORDER if each in offered) or _BY_HAND
