"""SARIF 2.1.0 for code scanning and editors: lines and columns from 1, columns in UTF-16 code units.

Suppressed findings are included with their reasons, as SARIF defines it, and so are those in the baseline. Only rules
with findings are listed.
"""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from vnetlint import __version__
from vnetlint.engine.fingerprint import fingerprints
from vnetlint.finding import Edit, Finding, Fix, Related, Severity, Span
from vnetlint.inputkey import is_uri
from vnetlint.report.content import Report
from vnetlint.report.text import to_json
from vnetlint.result import Result
from vnetlint.rulebook.info import RuleInfo
from vnetlint.xml.source import Source

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "vnetlint/v1"
MOST_RELATED = 100
"""The most related places of a finding. GitHub shows no more, and rejects a file with more than 1,000."""

_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM_SEVERITIES: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_CODECS = (
    ("^ascii$", "us-ascii"), ("^iso8859-", "iso-8859-"), ("^cp(?=125)", "windows-"), (r"^cp(?=\d)", "ibm"),
    ("^mac-roman$", "macintosh"), ("^utf-16-", "utf-16"), ("^euc_", "euc-"),
)  # fmt: skip
_Object = dict[str, Any]


def render(report: Report) -> str:
    """Return one run with all findings, including those that comments suppress or a baseline holds."""
    result = report.result
    reported = [
        *((each, ()) for each in result.findings),
        *((each, (_suppression(kind, reason),)) for each, kind, reason in report.suppressed),
    ]
    findings = [finding for finding, _ in reported]
    rules = sorted({result.rules[finding.rule] for finding in findings}, key=lambda each: each.code)
    indexes = {rule.name: index for index, rule in enumerate(rules)}
    artifacts = _artifacts(result, findings)
    run = {
        "tool": {
            "driver": {
                "name": "vnetlint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(each) for each in rules],
            }
        },
        "invocations": [_invocation(result)],
        "columnKind": "utf16CodeUnits",
        # A lone CR ends a line in XML, but by default not in SARIF.
        "newlineSequences": ["\r\n", "\n", "\r"],
        "artifacts": list(artifacts.values()),
        "results": [
            _result(result, finding, suppressions, indexes[finding.rule], mark)
            for (finding, suppressions), mark in zip(reported, fingerprints(result, findings), strict=True)
        ],
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def uri(path: str) -> str:
    """Return the URI of a path: `file:` if it is absolute, otherwise relative. Bytes that are not UTF-8 are kept.

    An object of a running libvirt has a URI already.
    """
    if is_uri(path):
        scheme, _, rest = path.partition("://")
        server, slash, below = rest.partition("/")
        return f"{scheme}://{quote(server, safe=':@[]')}{slash}{quote(below, safe='/:@')}"
    absolute = os.path.isabs(path)
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        name = path.encode("utf-8", "surrogatepass")
    # In a relative path a colon is escaped, because it would end a scheme.
    return "file:///" + quote(name.lstrip(b"/"), safe="/:") if absolute else quote(name, safe="/")


def _artifacts(result: Result, findings: Iterable[Finding]) -> dict[str, _Object]:
    """Return the files that were checked and those that findings point to, by path."""
    judged = {*result.sources.keys() - result.foreign.keys(), *(each.path for each in result.unreadable)}
    related = {each.path for finding in findings for each in finding.related}
    return {path: _artifact(path, result.opened(path), path in judged) for path in sorted(judged | related)}


def _artifact(path: str, source: Source | None, judged: bool) -> _Object:
    artifact: _Object = {"location": {"uri": uri(path)}}
    if source is not None:
        artifact["encoding"] = _iana(source.encoding)
    if judged:
        artifact["roles"] = ["analysisTarget"]
    return artifact


def _iana(codec: str) -> str:
    """Return the IANA name of one of Python's codecs."""
    for pattern, registered in _CODECS:
        codec = re.sub(pattern, registered, codec)
    return codec.upper()


def _rule(rule: RuleInfo) -> _Object:
    page = rule.page
    written: _Object = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": " ".join((page.reason or page.title).split())},
        "help": {"text": page.text, "markdown": f"# {page.text}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["libvirt", rule.family],
            "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
            "when": rule.when,
        },
    }
    if rule.url:
        written["helpUri"] = rule.url
    return written


def _invocation(result: Result) -> _Object:
    return {
        "executionSuccessful": not result.failed,
        "toolExecutionNotifications": [
            {"level": "error", "message": _message(each.message), "locations": [_place(result, each.path, each.span)]}
            for each in result.failures
        ],
    }


def _result(result: Result, finding: Finding, suppressions: Iterable[_Object], index: int, mark: str) -> _Object:
    location = _place(result, finding.path, finding.span)
    location["logicalLocations"] = [{"fullyQualifiedName": finding.element, "kind": "element"}]
    written: _Object = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: mark},
        "properties": {"when": finding.when, "confidence": finding.confidence},
    }
    if finding.libvirt_message:
        written["properties"]["libvirt_message"] = finding.libvirt_message
    if finding.related:
        written["relatedLocations"] = [
            _related(result, number, each) for number, each in enumerate(finding.related[:MOST_RELATED], 1)
        ]
    if fixes := [_fix(result, each) for each in finding.fixes if _is_made_of_edits(result, each)]:
        written["fixes"] = fixes
    if suppressions:
        written["suppressions"] = list(suppressions)
    return written


def _suppression(kind: str, reason: str) -> _Object:
    return {"kind": kind, **({"justification": reason} if reason else {})}


def _message(text: str) -> _Object:
    """Return a message that is shown literally: SARIF reads braces as placeholders, and `[text](1)` as a link."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (") or "?"}


def _related(result: Result, number: int, related: Related) -> _Object:
    return {"id": number, **_place(result, related.path, related.span), "message": _message(related.message)}


def _place(result: Result, path: str, span: Span) -> _Object:
    """Return a location. It has no region if this run did not open the file."""
    place: _Object = {"artifactLocation": {"uri": uri(path)}}
    source = result.opened(path)
    if source is not None:
        place["region"] = _region(source, span)
    return {"physicalLocation": place}


def _region(source: Source, span: Span) -> _Object:
    lines = source.lines
    return {
        "startLine": lines.position(span.start).line,
        "startColumn": lines.utf16_column(span.start) + 1,
        "endLine": lines.position(span.end).line,
        "endColumn": lines.utf16_column(span.end) + 1,
    }


def _is_made_of_edits(result: Result, fix: Fix) -> bool:
    return bool(fix.edits) and all(result.opened(each.path) is not None for each in fix.edits)


def _fix(result: Result, fix: Fix) -> _Object:
    paths = sorted({edit.path for edit in fix.edits})
    return {
        "description": _message(fix.title),
        "artifactChanges": [
            {
                "artifactLocation": {"uri": uri(path)},
                "replacements": [_replacement(result.source(path), each) for each in fix.edits if each.path == path],
            }
            for path in paths
        ],
        "properties": {"safety": fix.safety},
    }


def _replacement(source: Source, edit: Edit) -> _Object:
    written: _Object = {"deletedRegion": _region(source, edit.span)}
    if edit.text:
        written["insertedContent"] = {"text": edit.text}
    return written
