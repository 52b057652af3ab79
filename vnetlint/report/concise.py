"""`path:line:col: severity: message [rule]`, a line a finding, as compilers write them."""

from vnetlint.engine import Result
from vnetlint.finding import Finding
from vnetlint.report.display import clean
from vnetlint.report.outcome import Outcome


def render(outcome: Outcome) -> str:
    """Write the findings, a line each; nothing where there are none."""
    return "".join(line(outcome.result, finding) + "\n" for finding in outcome.result.findings)


def line(result: Result, finding: Finding) -> str:
    """Write one finding."""
    return f"{place(result, finding)}: {finding.severity}: {clean(finding.message)} [{finding.rule}]"


def place(result: Result, finding: Finding) -> str:
    """Give `path:line:col`."""
    line, column = result.source(finding.path).lines.position(finding.span.start)
    return f"{clean(finding.path)}:{line}:{column}"
