"""reviewdog's diagnostic format, which it turns into comments on a pull request with suggestions to accept.

Lines and columns are counted from 1, columns in bytes of UTF-8; an end is the place behind the last byte. Comments are
Markdown, so elements in messages are marked as code and no text can become a link. A suggestion has one range, and
reviewdog offers each by itself, so the edits of a fix are one suggestion with the text between them.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vnetlint.finding import Finding, Fix, Severity, Span
from vnetlint.report.content import Report
from vnetlint.report.display import clean
from vnetlint.report.full import libvirt_says
from vnetlint.report.text import to_json
from vnetlint.result import Result
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply

SOURCE = {"name": "vnetlint"}

_SEVERITIES: Mapping[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}
_ELEMENT = re.compile(r"`[^`]*`|</?[^<>`]*>")
_Object = dict[str, Any]


def render(report: Report) -> str:
    """Return the findings as the message DiagnosticResult."""
    result = report.result
    return to_json({"source": SOURCE, "diagnostics": [_diagnostic(result, each) for each in result.findings]})


def _diagnostic(result: Result, finding: Finding) -> _Object:
    source = result.source(finding.path)
    code: _Object = {"value": finding.rule}
    if url := result.rules[finding.rule].page.url:
        code["url"] = url
    written: _Object = {
        "message": _message(finding),
        "location": {"path": finding.path, "range": _range(source, finding.span)},
        "severity": _SEVERITIES[finding.severity],
        "source": SOURCE,
        "code": code,
    }
    if suggestions := _suggestions(source, finding):
        written["suggestions"] = suggestions
    return written


def _message(finding: Finding) -> str:
    said = libvirt_says(finding)
    return markdown(clean(finding.message) + (f"\n{said}" if said else ""))


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is: elements are code, which it would otherwise drop as HTML."""
    marked = _ELEMENT.sub(lambda found: found[0] if found[0].startswith("`") else f"`{found[0]}`", text)
    return marked.replace("](", "] (") or "?"


def _suggestions(source: Source, finding: Finding) -> list[_Object]:
    """Return the fixes that edit only the finding's file.

    reviewdog places a comment at the lines of the first one, and shows an error instead of one that has other lines.
    """
    made_here = [fix for fix in finding.fixes if fix.edits and all(each.path == finding.path for each in fix.edits)]
    spans = [_covered(fix) for fix in made_here]
    return [
        {"range": _range(source, span), "text": _replaced(source, fix, span)}
        for fix, span in zip(made_here, spans, strict=True)
        if _lines(source, span) == _lines(source, spans[0])
    ]


def _covered(fix: Fix) -> Span:
    return Span(min(each.span.start for each in fix.edits), max(each.span.end for each in fix.edits))


def _replaced(source: Source, fix: Fix, span: Span) -> str:
    """Return what a fix makes of a span."""
    moved = (replace(each, span=Span(each.span.start - span.start, each.span.end - span.start)) for each in fix.edits)
    return apply(source.excerpt(span), moved)


def _lines(source: Source, span: Span) -> tuple[int, ...]:
    return tuple(source.lines.position(offset).line for offset in span)


def _range(source: Source, span: Span) -> _Object:
    start, end = (
        {"line": source.lines.position(offset).line, "column": source.lines.utf8_column(offset) + 1} for offset in span
    )
    return {"start": start, "end": end}
