"""What a report is made from."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from vnetlint.finding import SEVERITIES, Finding, Safety, Severity
from vnetlint.result import MadeFix, Result
from vnetlint.settings import FixPolicy

MOST_ALIKE = 5
"""Findings of one kind in one file that a report for people shows."""

_PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|\S*\d\S*")
"""What differs between the messages of one kind: what they quote, and what has a digit in it."""


@dataclass(frozen=True)
class Report:
    """A result, the fixes that were written before it, and how to report both."""

    result: Result
    made: tuple[MadeFix, ...] = ()
    colour: bool = False
    policies: Mapping[str, FixPolicy] = field(default_factory=dict)
    """Which fixes would be made in a file, by path."""
    fail_on: Severity = "warning"
    """The mildest severity that fails."""
    hidden: int = 0
    """How many findings are too mild to be shown."""
    show_all: bool = False
    """Whether findings that repeat are listed one by one."""

    @property
    def fixed(self) -> int:
        """How many fixes were written."""
        return len(self.made)

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(finding.severity == severity for finding in self.result.findings)

    def fixable(self, level: Safety) -> int:
        """Count the findings that fixing at a level would fix and a lower one would not."""
        offers = (self._policy(each).offer(each, self.result.sources) for each in self.result.findings)
        return sum(offer == level for offer in offers)

    def _policy(self, finding: Finding) -> FixPolicy:
        return self.policies.get(finding.path) or FixPolicy()


def offers(report: Report, option: str = "--fix") -> Iterator[str]:
    """Return, for each way of fixing, how many findings it would fix; `option` is the one to use it with."""
    safe, unsafe, choice = (report.fixable(level) for level in ("safe", "unsafe", "choice"))
    if safe:
        yield f"{safe} with {option}"
    if unsafe:
        yield f"{unsafe}{' more' if safe else ''} with {option} --unsafe-fixes"
    if choice:
        yield f"{choice} by choice (--choose RULE)"


def without_milder(result: Result, least: Mapping[str, Severity]) -> Result:
    """Leave out what is milder than the least severity that is shown of its file."""

    def shown(finding: Finding) -> bool:
        limit = least.get(finding.path, SEVERITIES[-1])
        return is_at_or_above(finding, limit)

    suppressed = tuple(each for each in result.suppressed if shown(each[0]))
    return replace(result, findings=tuple(filter(shown, result.findings)), suppressed=suppressed)


class Fold(NamedTuple):
    """Findings that are left out because they are of the same kind as the ones before."""

    path: str
    left_out: int


def folded(report: Report) -> Iterator[Finding | Fold]:
    """Return the findings, those of one kind in one file only as far as they are worth showing."""
    findings = report.result.findings
    if report.show_all or len(findings) <= MOST_ALIKE:
        yield from findings
        return
    kinds = [(each.path, each.rule, each.severity, _PARTICULAR.sub("", each.message)) for each in findings]
    total, seen = Counter(kinds), Counter[tuple[str, str, Severity, str]]()
    for finding, kind in zip(findings, kinds, strict=True):
        seen[kind] += 1
        if seen[kind] <= MOST_ALIKE:
            yield finding
        if seen[kind] == MOST_ALIKE and total[kind] > MOST_ALIKE:
            yield Fold(finding.path, total[kind] - MOST_ALIKE)


def at_or_above(findings: Iterable[Finding], threshold: Severity) -> bool:
    """Whether any finding is as bad as the threshold."""
    return any(is_at_or_above(finding, threshold) for finding in findings)


def is_at_or_above(finding: Finding, threshold: Severity) -> bool:
    """Whether a finding is as bad as the threshold."""
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(threshold)


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
