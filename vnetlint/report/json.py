"""JSON, version 1: lines and columns from 1, columns in code points."""

from typing import Any

from vnetlint.engine.fingerprint import fingerprints
from vnetlint.finding import Edit, Finding, Fix, Span
from vnetlint.report.content import Report
from vnetlint.report.text import to_json
from vnetlint.result import MadeFix, Result

VERSION = 1
Object = dict[str, Any]


def render(report: Report) -> str:
    """Return all findings, those that are suppressed, the fixes that were made and the summary as a JSON object."""
    return to_json(
        {
            "version": VERSION,
            "findings": findings(report),
            "suppressed": suppressed(report),
            "fixed": [fixed(each) for each in report.made],
            "summary": summary(report),
        }
    )


def findings(report: Report) -> list[Object]:
    """Return the findings that count."""
    result = report.result
    prints = fingerprints(result, result.findings)
    return [_finding(result, *each) for each in zip(result.findings, prints, strict=True)]


def suppressed(report: Report) -> list[Object]:
    """Return the findings that a comment or the baseline suppresses, each with its suppression."""
    if not report.suppressed:
        return []
    result = report.result
    prints = fingerprints(result, (*result.findings, *(each.finding for each in report.suppressed)))
    return [
        {**_finding(result, finding, mark), "suppression": {"kind": kind, "reason": reason}}
        for (finding, kind, reason), mark in zip(report.suppressed, prints[len(result.findings) :], strict=True)
    ]


def fixed(made: MadeFix) -> Object:
    """Return a fix that was made."""
    return {"rule": made.rule, "title": made.title, "places": [place._asdict() for place in made.places]}


def summary(report: Report) -> Object:
    """Return what is counted."""
    result = report.result
    return {
        "files": result.files,
        "linted": result.linted,
        "skipped": len(result.foreign),
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "infos": report.count("info"),
        "fixable_safe": report.fixable["safe"],
        "fixable_unsafe": report.fixable["unsafe"],
        "fixable_choice": report.fixable["choice"],
        "fixed": report.fixed,
        "hidden": report.hidden,
        "suppressed": len(result.suppressed),
        "baselined": len(result.baselined),
        "unchanged": len(result.unchanged),
    }


def _finding(result: Result, finding: Finding, fingerprint: str) -> Object:
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
        "url": result.rules[finding.rule].url,
    }


def _fix(result: Result, fix: Fix) -> Object:
    written: Object = {"title": fix.title, "safety": fix.safety}
    written["edits"] = [_edit(result, edit) for edit in fix.edits]
    if fix.snippet:
        written["snippet"] = fix.snippet
    return written


def _edit(result: Result, edit: Edit) -> Object:
    return {"path": edit.path, "range": _range(result, edit.path, edit.span), "text": edit.text}


def _range(result: Result, path: str, span: Span) -> dict[str, dict[str, int]]:
    lines = result.source(path).lines
    start, end = lines.position(span.start), lines.position(span.end)
    return {"start": start._asdict(), "end": end._asdict()}
