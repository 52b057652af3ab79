"""`path:line:col: severity: message [rule]`, a line a finding, as compilers write them; before them what was fixed."""

from vnetlint.finding import Finding
from vnetlint.report.content import Fold, Report, folded
from vnetlint.report.display import clean
from vnetlint.result import MadeFix, Result


def render(report: Report) -> str:
    """Write the fixes that were made and the findings, a line each; nothing where there are none."""
    result = report.result
    found = (fold_line(each) if isinstance(each, Fold) else line(result, each) for each in folded(report))
    return "".join(f"{each}\n" for each in (*fixed_lines(report.made), *found))


def fixed_lines(made: tuple[MadeFix, ...]) -> list[str]:
    """Write the fixes that were made, a line for each file of each."""
    return [
        f"fixed {clean(place.path)}:{place.line}: {each.rule}: {clean(each.title)}"
        for each in made
        for place in each.places
    ]


def fold_line(fold: Fold) -> str:
    """Write how many findings are not shown."""
    return f"and {fold.left_out} more of this kind in {clean(fold.path)}; --show-all lists them"


def line(result: Result, finding: Finding) -> str:
    """Write one finding."""
    return f"{place(result, finding)}: {finding.severity}: {clean(finding.message)} [{finding.rule}]"


def place(result: Result, finding: Finding) -> str:
    """Return `path:line:col`."""
    line, column = result.source(finding.path).lines.position(finding.span.start)
    return f"{clean(finding.path)}:{line}:{column}"
