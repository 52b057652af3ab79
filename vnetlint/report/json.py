"""JSON, version 1: lines and columns from 1, columns in code points."""

from typing import Any

from vnetlint.engine.fingerprint import fingerprints
from vnetlint.finding import Edit, Finding, Fix, Span
from vnetlint.report.content import Report
from vnetlint.report.text import to_json
from vnetlint.result import Result

VERSION = 1


def render(report: Report) -> str:
    """Return all findings and the summary as a JSON object."""
    result = report.result
    prints = fingerprints(result, result.findings)
    document = {
        "version": VERSION,
        "findings": [_finding(result, *each) for each in zip(result.findings, prints, strict=True)],
        "fixed": [
            {"rule": each.rule, "title": each.title, "places": [place._asdict() for place in each.places]}
            for each in report.made
        ],
        "summary": {
            "files": result.files,
            "linted": result.linted,
            "skipped": len(result.foreign),
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "infos": report.count("info"),
            "fixable_safe": report.fixable("safe"),
            "fixable_unsafe": report.fixable("unsafe"),
            "fixable_choice": report.fixable("choice"),
            "fixed": report.fixed,
            "hidden": report.hidden,
            "suppressed": len(result.suppressed),
            "baselined": len(result.baselined),
        },
    }
    return to_json(document)


def _finding(result: Result, finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path,
        "range": _range(result, finding.path, finding.span),
        "element": finding.element,
        "when": finding.when,
        "libvirt_message": finding.libvirt_message,
        "confidence": finding.confidence,
        "related": [
            {"message": each.message, "path": each.path, "range": _range(result, each.path, each.span)}
            for each in finding.related
        ],
        "fixes": [_fix(result, fix) for fix in finding.fixes],
        "fingerprint": fingerprint,
        "url": result.rules[finding.rule].page.url,
    }


def _fix(result: Result, fix: Fix) -> dict[str, Any]:
    written: dict[str, Any] = {"title": fix.title, "safety": fix.safety}
    written["edits"] = [_edit(result, edit) for edit in fix.edits]
    if fix.snippet:
        written["snippet"] = fix.snippet
    return written


def _edit(result: Result, edit: Edit) -> dict[str, Any]:
    return {"path": edit.path, "range": _range(result, edit.path, edit.span), "text": edit.text}


def _range(result: Result, path: str, span: Span) -> dict[str, dict[str, int]]:
    lines = result.source(path).lines
    start, end = lines.position(span.start), lines.position(span.end)
    return {"start": start._asdict(), "end": end._asdict()}
