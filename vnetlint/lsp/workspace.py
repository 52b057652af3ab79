"""The diagnostics of all files in the opened folders, for clients that ask for them.

A file is reported if there is something in it, or if the client may still show something that is gone.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lsprotocol import types

from vnetlint.finding import Finding
from vnetlint.interruption import pause
from vnetlint.lsp.analysis import Judgement
from vnetlint.lsp.client import Client
from vnetlint.lsp.diagnostics import diagnostic_of

CHUNK = 100
"""The most files of one partial result."""

WorkspaceReport = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport


@dataclass(frozen=True, eq=False)
class WorkspaceFindings:
    """The diagnostics of all files that have any, by URI, and the versions of those that are open."""

    diagnostics: Mapping[str, list[types.Diagnostic]]
    versions: Mapping[str, int | None]


@dataclass
class WorkspaceReports:
    """What the client was told of each file, so that it is told only what has changed."""

    _told: dict[str, tuple[str, list[types.Diagnostic]]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def reports(self, found: WorkspaceFindings, previous: Mapping[str, str]) -> Iterator[WorkspaceReport]:
        """Yield a report for each file that has findings, or had some when the client asked before."""
        for uri in dict.fromkeys((*found.diagnostics, *previous)):
            now, version = found.diagnostics.get(uri, []), found.versions.get(uri)
            result_id = self._id(uri, now)
            if previous.get(uri) == result_id:
                yield types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result_id, version)
            else:
                yield types.WorkspaceFullDocumentDiagnosticReport(uri, now, version, result_id=result_id)

    def _id(self, uri: str, now: list[types.Diagnostic]) -> str:
        told = self._told.get(uri)
        if told is None or told[1] != now:
            # The prefix keeps it apart from the results of single documents.
            told = self._told[uri] = (f"w{next(self._ids)}", now)
        return told[0]


def diagnostics_in(judgements: Iterable[Judgement], client: Client) -> WorkspaceFindings:
    """Return the diagnostics of all files, by URI."""
    found: dict[str, list[types.Diagnostic]] = {}
    versions: dict[str, int | None] = {}
    for judgement in judgements:
        by_path: dict[str, list[Finding]] = {}
        for each in judgement.result.findings:
            by_path.setdefault(each.path, []).append(each)
        for path, findings in by_path.items():
            pause()
            uri = judgement.texts.uri(path)
            found[uri] = [diagnostic_of(each, judgement, client) for each in findings]
            versions[uri] = judgement.texts.version(path)
    return WorkspaceFindings(found, versions)


def in_chunks(reports: Iterable[WorkspaceReport], send: Callable[[list[WorkspaceReport]], None]) -> None:
    """Send reports in parts, so that the first are shown early and no message is huge."""
    every = list(reports)
    for start in range(0, len(every), CHUNK):
        send(every[start : start + CHUNK])
