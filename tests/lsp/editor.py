"""An editor for tests: it keeps its own text of each document and checks every range that it receives against it."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient

from vnetlint.engine.lint import lint
from vnetlint.files.read import typed
from vnetlint.inputkey import FileKey
from vnetlint.lsp.documents import Buffers, TextChange
from vnetlint.lsp.positions import LinePosition, Lines, Units
from vnetlint.lsp.uris import uri_of
from vnetlint.settings import Settings

TIMEOUT = 20


def found_by_check(path: str, text: str, units: Units) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """The rules and places that `check` finds in a text alone."""
    lines = Lines(text, units)
    findings = lint([typed(FileKey(path), text)], Settings()).findings
    return [(each.rule, lines.position(each.span.start), lines.position(each.span.end)) for each in findings]


@dataclass
class Editor:
    """One editor with its documents."""

    client: LanguageClient
    units: Units
    pulls: bool
    buffers: Buffers = field(default_factory=Buffers)
    published: dict[str, list[types.PublishDiagnosticsParams]] = field(default_factory=dict)
    refreshes: int = 0
    registered: list[types.Registration] = field(default_factory=list)

    def attach(self) -> None:
        """Listen to what the server publishes, instead of using pytest-lsp's record of it."""
        for method in (types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, types.WORKSPACE_DIAGNOSTIC_REFRESH):
            self.client.protocol.fm.features.pop(method, None)

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.setdefault(params.uri, []).append(params)

        @self.client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)  # type: ignore[untyped-decorator]
        def refresh(_: None) -> None:
            self.refreshes += 1

        for method in (types.WORKSPACE_INLAY_HINT_REFRESH, types.WORKSPACE_CODE_LENS_REFRESH):
            self.client.protocol.fm.features.pop(method, None)
            self.client.feature(method)(lambda _: None)

    def open(self, path: Path | str, text: str) -> str:
        """Open a document under a path or a URI, with a text that may differ from the file's."""
        uri = path if isinstance(path, str) else uri_of(str(path))
        self.buffers.open(uri, 1, text, self.units)
        self.published.pop(uri, None)
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Xml, 1, text))
        )
        return uri

    def change(self, uri: str, start: int, end: int, text: str) -> None:
        """Replace a piece of a document, by offsets."""
        buffer = self.buffers.get(uri)
        assert buffer is not None
        places = buffer.lines.position(start), buffer.lines.position(end)
        self.buffers.change(uri, buffer.version + 1, [TextChange(text, *places)])
        change = types.TextDocumentContentChangePartial(range=_range(*places), text=text)
        identifier = types.VersionedTextDocumentIdentifier(buffer.version + 1, uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def replace(self, uri: str, old: str, new: str) -> None:
        """Replace the first occurrence of a piece of text."""
        start = self.text(uri).index(old)
        self.change(uri, start, start + len(old), new)

    def close(self, uri: str) -> None:
        """Close a document."""
        self.buffers.close(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def text(self, uri: str) -> str:
        """The text of an open document."""
        buffer = self.buffers.get(uri)
        assert buffer is not None
        return buffer.text

    def saw_change(self, path: Path) -> None:
        """Notify the server that a file changed on disk."""
        event = types.FileEvent(uri_of(str(path)), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics of the current text, pulled or pushed as this editor gets them."""
        buffer = self.buffers.get(uri)
        assert buffer is not None
        if self.pulls:
            report = await self.pull(uri)
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            assert not self.published
            found = list(report.items)
        else:
            found = list((await self.pushed(uri, buffer.version)).diagnostics)
        for each in found:
            self.check_range(uri, each.range)
        return found

    async def pull(self, uri: str, previous: str | None = None) -> Any:
        """Ask for diagnostics."""
        identifier = types.TextDocumentIdentifier(uri)
        params = types.DocumentDiagnosticParams(identifier, previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), TIMEOUT)

    async def pushed(self, uri: str, version: int | None) -> types.PublishDiagnosticsParams:
        """Wait until diagnostics of a version were published."""
        async with asyncio.timeout(TIMEOUT):
            while not (self.published.get(uri) and self.published[uri][-1].version == version):
                await asyncio.sleep(0.002)
        return self.published[uri][-1]

    async def until(self, uri: str, *rules: str) -> list[types.Diagnostic]:
        """Wait until the diagnostics of a document are of these rules."""
        async with asyncio.timeout(TIMEOUT):
            while True:
                found = await self.diagnostics(uri)
                if [each.code for each in found] == list(rules):
                    return found
                await asyncio.sleep(0.02)

    async def actions(
        self, uri: str, where: str, *only: types.CodeActionKind | str, sent: list[types.Diagnostic] | None = None
    ) -> list[types.CodeAction]:
        """The actions at the first occurrence of a piece of text."""
        context = types.CodeActionContext(sent or [], list(only) or None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), self.range_of(uri, where), context)
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), TIMEOUT)
        actions = [each for each in found or [] if isinstance(each, types.CodeAction)]
        # lsprotocol reads an action that has a command as the command.
        assert all(each.title.startswith("Open ") for each in found or [] if isinstance(each, types.Command))
        return actions

    def range_of(self, uri: str, piece: str) -> types.Range:
        """The range of the first occurrence of a piece of text."""
        buffer = self.buffers.get(uri)
        assert buffer is not None
        start = buffer.text.index(piece)
        return _range(buffer.lines.position(start), buffer.lines.position(start + len(piece)))

    def shown(self, uri: str, where: types.Range) -> str:
        """The text in a range."""
        buffer = self.buffers.get(uri)
        assert buffer is not None
        span = buffer.lines.span(LinePosition(*_pair(where.start)), LinePosition(*_pair(where.end)))
        return buffer.text[span.start : span.end]

    def check_range(self, uri: str, where: types.Range) -> None:
        """Check that both ends of a range are places in the text."""
        buffer = self.buffers.get(uri)
        assert buffer is not None
        for each in (where.start, where.end):
            place = LinePosition(*_pair(each))
            assert buffer.lines.position(buffer.lines.offset(place)) == place

    def apply(self, edit: types.WorkspaceEdit | None) -> None:
        """Make an edit in the open documents, and notify the server."""
        assert edit is not None
        changes = {uri: list(edits) for uri, edits in (edit.changes or {}).items()}
        for each in edit.document_changes or []:
            assert isinstance(each, types.TextDocumentEdit)
            buffer = self.buffers.get(each.text_document.uri)
            assert each.text_document.version == (buffer.version if buffer else None)
            changes[each.text_document.uri] = [one for one in each.edits if isinstance(one, types.TextEdit)]
        for uri, edits in changes.items():
            buffer = self.buffers.get(uri)
            assert buffer is not None
            spans = []
            for one in edits:
                self.check_range(uri, one.range)
                spans.append(
                    (buffer.lines.span(LinePosition(*_pair(one.range.start)), LinePosition(*_pair(one.range.end))), one)
                )
            for span, one in sorted(spans, key=lambda pair: pair[0], reverse=True):
                self.change(uri, span.start, span.end, one.new_text)


def _range(start: LinePosition, end: LinePosition) -> types.Range:
    return types.Range(types.Position(*start), types.Position(*end))


def _pair(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def lines_of(text: str) -> list[str]:
    """The lines of a text as the protocol counts them."""
    return re.split(r"\r\n|\r|\n", text)
