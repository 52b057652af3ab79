"""How many findings each rule has, the most frequent first, as text or JSON."""

from collections import Counter
from dataclasses import dataclass

from vnetlint.finding import SEVERITIES, Safety, Severity
from vnetlint.report.content import Report
from vnetlint.report.text import to_json

VERSION = 1
_FIXABLE: tuple[Safety, ...] = ("safe", "unsafe", "choice")


@dataclass(frozen=True)
class RuleCount:
    """The findings of one rule."""

    rule: str
    code: str
    severity: Severity
    """That of the most severe one."""
    count: int
    fixable: Counter[Safety]
    """How many of them fixing at each safety level would fix."""


def rule_counts(report: Report) -> list[RuleCount]:
    """Return the findings by rule, the most frequent first, and of equally frequent ones the most severe."""
    counts: Counter[tuple[str, str]] = Counter()
    severity: dict[str, Severity] = {}
    fixable: dict[str, Counter[Safety]] = {}
    for each in report.result.findings:
        counts[each.rule, each.code] += 1
        severity[each.rule] = min(severity.get(each.rule, each.severity), each.severity, key=SEVERITIES.index)
        fixable.setdefault(each.rule, Counter())[report.offer(each)] += 1
    found = [RuleCount(rule, code, severity[rule], count, fixable[rule]) for (rule, code), count in counts.items()]
    return sorted(found, key=lambda each: (-each.count, SEVERITIES.index(each.severity), each.rule))


def as_text(report: Report) -> str:
    """Return a line for each rule: the count, the severity, the name, and how many findings can be fixed."""
    found = rule_counts(report)
    longest = max((len(each.rule) for each in found), default=0)
    return "".join(
        f"{each.count:6}  {each.severity:<7}  {each.rule:<{longest}}  {_offered(each)}".rstrip() + "\n"
        for each in found
    )


def _offered(each: RuleCount) -> str:
    offered = ", ".join(f"{each.fixable[level]} {level}" for level in _FIXABLE if each.fixable[level])
    return f"fixable: {offered}" if offered else ""


def as_json(report: Report) -> str:
    """Return an object with one for each rule, by its name."""
    rules = {
        each.rule: {
            "code": each.code,
            "severity": each.severity,
            "count": each.count,
            **{f"fixable_{level}": each.fixable[level] for level in _FIXABLE},
        }
        for each in rule_counts(report)
    }
    return to_json({"version": VERSION, "rules": rules})
