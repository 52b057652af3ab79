"""What the reports of all formats show, and how findings are counted, hidden and folded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Literal, NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.finding import SEVERITIES, Finding, Safety, Severity
from vnetlint.lazy import cached_property, pattern
from vnetlint.result import MadeFix, Result
from vnetlint.settings import FixPolicy

MOST_ALIKE = 5
"""The most findings of one kind in one file that a report for people shows."""

_PARTICULAR = pattern(r"'[^']*'|\"[^\"]*\"|\S*\d\S*")
"""What may differ between messages of one kind: quoted text, and words with a digit."""


@dataclass(frozen=True)
class Report:
    """What a report shows: a result, the fixes that were written before it, and how to show both."""

    result: Result
    made: tuple[MadeFix, ...] = ()
    colour: bool = False
    policies: Mapping[str, FixPolicy] = field(default_factory=dict)
    """The policy that decides which fixes would be made in a file, by path."""
    fail_on: Severity = "warning"
    """The lowest severity that makes the run fail."""
    hidden: int = 0
    """The number of findings that are not shown because of their severity."""
    show_all: bool = False
    """Whether all findings of one kind are listed."""
    silenced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys of an inventory without which a rule reports nothing, by rule name: those that nobody gave."""
    explains_silence: bool = False
    """Whether these rules are listed, and not only counted."""
    has_host: bool = False
    """Whether there is an inventory, so that only some of its keys are missing."""
    shows_fixes: bool = False
    """Whether every fix that findings offer is listed."""
    is_brief: bool = False
    """Whether only findings are shown, without a summary."""

    @property
    def fixed(self) -> int:
        """The number of fixes that were written."""
        return len(self.made)

    @property
    def suppressed(self) -> tuple["SuppressedFinding", ...]:
        """The findings that do not count, because a comment or the baseline suppresses them."""
        result = self.result
        return (
            *(SuppressedFinding(each, "inSource", reason) for each, reason in result.suppressed),
            *(SuppressedFinding(each, "external", "in the baseline") for each in result.baselined),
        )

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.result.findings)

    @cached_property
    def fixable(self) -> Mapping[Safety, int]:
        """The number of findings that fixing at a safety level would fix, and at a lower level would not."""
        return Counter(map(self.offer, self.result.findings))

    def offer(self, finding: Finding) -> Safety:
        """Return the safety level at which fixing would fix a finding."""
        return self._policy(finding).offer(finding, self.result.sources)

    def _policy(self, finding: Finding) -> FixPolicy:
        return self.policies.get(finding.path) or FixPolicy()


def offers(report: Report, option: str = "--fix") -> Iterator[str]:
    """Yield, for each way of fixing, how many findings it would fix. `option` is the flag for the first way."""
    safe, unsafe, choice = (report.fixable[level] for level in ("safe", "unsafe", "choice"))
    if safe:
        yield f"{safe} with {option}"
    if unsafe:
        yield f"{unsafe}{' more' if safe else ''} with {option} --unsafe-fixes"
    if choice:
        yield f"{choice} by choice (--choose RULE)"


def without_milder(result: Result, least: Mapping[str, Severity]) -> Result:
    """Return a result without the findings below the lowest severity to show, which `least` has by path."""

    def shown(finding: Finding) -> bool:
        limit = least.get(finding.path, SEVERITIES[-1])
        return is_at_or_above(finding, limit)

    suppressed = tuple(each for each in result.suppressed if shown(each[0]))
    findings, baselined = tuple(filter(shown, result.findings)), tuple(filter(shown, result.baselined))
    return replace(result, findings=findings, suppressed=suppressed, baselined=baselined)


class SuppressedFinding(NamedTuple):
    """A finding that is suppressed, and why."""

    finding: Finding
    kind: Literal["inSource", "external"]
    """By a comment in the file, or by the baseline; the words of SARIF."""
    reason: str
    """The comment's reason, which may be empty."""


class Fold(NamedTuple):
    """The number of findings that are left out, because they are of the same kind as those before."""

    path: str
    left_out: int


def folded(report: Report) -> Iterator[Finding | Fold]:
    """Yield the findings to show. After MOST_ALIKE of one kind in a file, a Fold stands for the rest."""
    findings = report.result.findings
    if report.show_all or len(findings) <= MOST_ALIKE:
        yield from findings
        return
    often = Counter((each.path, each.rule) for each in findings)
    # To look for what is particular takes long, and hardly any rule reports so much in a file.
    kinds = [
        (each.path, each.rule, each.severity, _PARTICULAR.sub("", each.message))
        if often[each.path, each.rule] > MOST_ALIKE
        else (each.path, each.rule, each.severity, "")
        for each in findings
    ]
    total, seen = Counter(kinds), Counter[tuple[str, str, Severity, str]]()
    for finding, kind in zip(findings, kinds, strict=True):
        seen[kind] += 1
        if seen[kind] <= MOST_ALIKE:
            yield finding
        if seen[kind] == MOST_ALIKE and total[kind] > MOST_ALIKE:
            yield Fold(finding.path, total[kind] - MOST_ALIKE)


def at_or_above(findings: Iterable[Finding], threshold: Severity) -> bool:
    """Whether any finding is at least as severe as the threshold."""
    return any(is_at_or_above(finding, threshold) for finding in findings)


def is_at_or_above(finding: Finding, threshold: Severity) -> bool:
    """Whether a finding is at least as severe as the threshold."""
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(threshold)


def plural(count: int, noun: str) -> str:
    """Return a count with its noun, such as `1 file` or `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
