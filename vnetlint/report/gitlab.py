"""GitLab's Code Quality report: an array of findings, each with a fingerprint of its own."""

from typing import Any

from vnetlint.engine.fingerprint import fingerprints
from vnetlint.finding import Finding
from vnetlint.report.content import Report
from vnetlint.report.text import to_json
from vnetlint.result import Result


def render(report: Report) -> str:
    """Return the findings as a JSON array."""
    result = report.result
    prints = fingerprints(result, result.findings)
    return to_json([_issue(result, *each) for each in zip(result.findings, prints, strict=True)])


def _issue(result: Result, finding: Finding, fingerprint: str) -> dict[str, Any]:
    lines = result.source(finding.path).lines
    begin, end = (lines.position(offset).line for offset in finding.span)
    return {
        "description": f"{finding.rule}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _severity(finding),
        "location": {"path": finding.path, "lines": {"begin": begin, "end": end}},
    }


def _severity(finding: Finding) -> str:
    """Return GitLab's severity: critical if libvirt refuses it, major if it cannot work."""
    if finding.severity != "error":
        return "minor" if finding.severity == "warning" else "info"
    return "critical" if finding.when in ("define", "start") else "major"
