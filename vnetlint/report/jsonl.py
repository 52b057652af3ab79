"""JSON lines, version 1: an object a line, for readers that filter or stream.

`type` is what a line is: `finding`, `suppressed`, `fixed`, or `summary`, which is the last line, so that a reader knows
that nothing is missing. The other keys are those of the format `json`.
"""

from collections.abc import Iterator

from vnetlint.report.content import Report
from vnetlint.report.json import VERSION, Object, findings, fixed, summary, suppressed
from vnetlint.report.text import to_json_line


def render(report: Report) -> str:
    """Return a line for each finding, for each suppressed one and for each fix that was made, and the summary."""
    return "".join(to_json_line({"version": VERSION, "type": kind, **each}) for kind, each in _lines(report))


def _lines(report: Report) -> Iterator[tuple[str, Object]]:
    yield from (("finding", each) for each in findings(report))
    yield from (("suppressed", each) for each in suppressed(report))
    yield from (("fixed", fixed(each)) for each in report.made)
    yield "summary", summary(report)
