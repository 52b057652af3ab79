"""Findings as diagnostics of the protocol."""

from lsprotocol import types

from vnetlint.finding import Finding, Severity, Span
from vnetlint.lsp.analysis import Judgement, Texts
from vnetlint.lsp.client import Client
from vnetlint.lsp.positions import LinePosition
from vnetlint.report.full import libvirt_says

SOURCE = "vnetlint"

_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_UNNECESSARY = "unused-suppression"


def diagnostics_of(judgement: Judgement, client: Client) -> list[types.Diagnostic]:
    """Return the diagnostics of a document, in the same order as in a report."""
    return [diagnostic_of(finding, judgement, client) for finding in judgement.findings]


def diagnostic_of(finding: Finding, judgement: Judgement, client: Client) -> types.Diagnostic:
    """Return one finding as a diagnostic."""
    said, texts = libvirt_says(finding), judgement.texts
    url = judgement.result.rules[finding.rule].url if client.code_description else None
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(texts.uri(each.path), range_of(texts, each.path, each.span)), each.message
        )
        for each in finding.related
    ]
    return types.Diagnostic(
        range=range_of(texts, finding.path, finding.span),
        message=f"{finding.message}\n{said}" if said else finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(url) if url else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if client.unnecessary_tag and finding.rule == _UNNECESSARY else None,
        related_information=related if related and client.related_information else None,
    )


def range_of(texts: Texts, path: str, span: Span) -> types.Range:
    """Return a span of a file as a range."""
    start, end = texts.positions(path, span)
    return range_between(start, end)


def range_between(start: LinePosition, end: LinePosition) -> types.Range:
    """Return the range between two positions."""
    return types.Range(types.Position(*start), types.Position(*end))


def position_of(position: types.Position) -> LinePosition:
    """Return a position of the protocol as ours."""
    return LinePosition(position.line, position.character)
