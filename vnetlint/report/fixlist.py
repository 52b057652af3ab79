"""The fixes that findings offer, one line each, with the number that `--choose` takes."""

from collections.abc import Iterator

from vnetlint.report.concise import place
from vnetlint.report.content import Report
from vnetlint.report.display import clean


def fix_lines(report: Report) -> Iterator[str]:
    """Yield `path:line:col: fix 1 of 2 (safety): title [rule]` for each fix of each finding."""
    for finding in report.result.findings:
        where, count = place(report.result, finding), len(finding.fixes)
        for number, fix in enumerate(finding.fixes, 1):
            which = f"fix {number} of {count}" if count > 1 else "fix"
            safety = "by hand" if fix.safety == "display" else fix.safety
            yield f"{where}: {which} ({safety}): {clean(fix.title)} [{finding.rule}]"
