"""GitHub's workflow commands, one line for each finding, which a runner turns into annotations.

Lines and columns are counted from 1, columns in UTF-16 code units. The end column is the one after the last unit. A
runner accepts columns only if the finding is within one line.
"""

from collections.abc import Iterator, Mapping

from vnetlint.finding import Finding, Severity
from vnetlint.report.concise import place
from vnetlint.report.content import Report
from vnetlint.report.display import clean, clean_lines
from vnetlint.report.full import libvirt_says
from vnetlint.report.text import scalar
from vnetlint.result import Result

_COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """Return one command for each finding."""
    return "".join(_command(report.result, finding) + "\n" for finding in report.result.findings)


def _command(result: Result, finding: Finding) -> str:
    written = ",".join(f"{name}={scalar(value).translate(_PROPERTY)}" for name, value in _properties(result, finding))
    return f"::{_COMMANDS[finding.severity]} {written}::{scalar(_message(result, finding)).translate(_DATA)}"


def _message(result: Result, finding: Finding) -> str:
    """Return the message of a command. It begins with the place, because a runner's log shows nothing else."""
    said = libvirt_says(finding)
    return f"{place(result, finding)}: {clean(finding.message)}" + (f"\n{said}" if said else "")


def _properties(result: Result, finding: Finding) -> Iterator[tuple[str, str]]:
    lines = result.source(finding.path).lines
    first, last = (lines.position(offset).line for offset in finding.span)
    # A runner's log is a terminal, so control characters are replaced. Line ends can stay, as they are escaped.
    yield "file", clean_lines(finding.path)
    yield "line", str(first)
    yield "endLine", str(last)
    if first == last:
        yield "col", str(lines.utf16_column(finding.span.start) + 1)
        yield "endColumn", str(lines.utf16_column(finding.span.end) + 1)
    yield "title", f"vnetlint ({finding.rule})"
