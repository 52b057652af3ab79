"""One line for each finding, as compilers write: `path:line:col: severity: message [rule]`. Fixes made come first."""

from collections.abc import Iterator

from vnetlint.finding import Finding
from vnetlint.report.content import Fold, Report, folded
from vnetlint.report.display import clean
from vnetlint.result import MadeFix, Result


def render(report: Report) -> str:
    """Return the fixes that were made and the findings, one line each."""
    result = report.result
    found = (fold_line(each) if isinstance(each, Fold) else line(result, each) for each in folded(report))
    return "".join(f"{each}\n" for each in (*fixed_lines(report.made), *found, *_offered(report)))


def _offered(report: Report) -> Iterator[str]:
    if report.shows_fixes:
        from vnetlint.report.fixlist import fix_lines

        yield from fix_lines(report)


def fixed_lines(made: tuple[MadeFix, ...]) -> list[str]:
    """Return the lines about fixes that were made, one for each file that a fix changed."""
    return [
        f"fixed {clean(place.path)}:{place.line}: {each.rule}: {clean(each.title)}"
        for each in made
        for place in each.places
    ]


def fold_line(fold: Fold) -> str:
    """Return the line about findings that are not shown."""
    return f"and {fold.left_out} more of this kind in {clean(fold.path)}; --show-all lists them"


def line(result: Result, finding: Finding) -> str:
    """Return the line of a finding."""
    return f"{place(result, finding)}: {finding.severity}: {clean(finding.message)} [{finding.rule}]"


def place(result: Result, finding: Finding) -> str:
    """Return `path:line:col` of a finding, counted from 1, the column in code points."""
    line, column = result.source(finding.path).lines.position(finding.span.start)
    return f"{clean(finding.path)}:{line}:{column}"
