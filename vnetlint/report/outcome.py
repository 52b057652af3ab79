"""What a report is made from."""

from collections.abc import Iterable
from dataclasses import dataclass

from vnetlint.engine import Result
from vnetlint.finding import SEVERITIES, Finding, Safety, Severity


@dataclass(frozen=True)
class Outcome:
    """A result, how many fixes were made before it, and whether the report may use colour."""

    result: Result
    fixed: int = 0
    colour: bool = False

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity."""
        return sum(finding.severity == severity for finding in self.result.findings)

    def fixable(self, safety: Safety) -> int:
        """Count the findings that `--fix` would mend, by the safety of their first fix."""
        return sum(finding.fixes[0].safety == safety for finding in self.result.findings if finding.fixes)


def at_or_above(findings: Iterable[Finding], threshold: Severity) -> bool:
    """Tell whether any finding is as bad as the threshold."""
    limit = SEVERITIES.index(threshold)
    return any(SEVERITIES.index(finding.severity) <= limit for finding in findings)


def plural(count: int, noun: str) -> str:
    """Give a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
