"""Schema faults that a rule explains better, so that they are not reported as well."""

from bisect import bisect_right
from collections.abc import Iterable

from vnetlint.finding import Finding, Span


class Explained:
    """The faults that findings explain: those of the same element, and those in an element that a fix moves."""

    def __init__(self, findings: Iterable[tuple[str, Finding]]) -> None:
        """`findings` are given with the rule whose faults they explain."""
        self._elements: set[tuple[str, str]] = set()
        moved: dict[str, set[Span]] = {}
        for rule, finding in findings:
            self._elements.add((rule, finding.element))
            moved.setdefault(rule, set()).update(each.span for fix in finding.fixes for each in fix.edits)
        self._moved = {rule: _joined(spans) for rule, spans in moved.items()}

    def __contains__(self, fault: Finding) -> bool:
        if (fault.rule, fault.element) in self._elements:
            return True
        moved, at = self._moved.get(fault.rule, []), fault.span.start
        number = bisect_right(moved, at, key=lambda each: each.start) - 1
        return number >= 0 and at < moved[number].end


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
