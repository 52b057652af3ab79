"""Connects the messages of the protocol with a session. The other modules know what the messages mean.

One loop reads messages, and one thread judges documents. pygls's own documents are not used: they treat form feeds and
U+2028 as line ends, and read files that nobody opened. A client that pulls diagnostics is never sent any, because it
would show each twice.
"""

import asyncio
import functools
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from vnetlint import __version__
from vnetlint.errors import UserError
from vnetlint.lsp import actions, garbage, hover, navigate
from vnetlint.lsp.analysis import Judgement
from vnetlint.lsp.client import SECTION, UserSettings, client_of, settings_of
from vnetlint.lsp.diagnostics import SOURCE, position_of, range_of
from vnetlint.lsp.documents import TextChange
from vnetlint.lsp.session import Editor, Session, folders_of
from vnetlint.lsp.uris import path_of
from vnetlint.project import Project

log = logging.getLogger(__name__)

_WATCHED = ("**/*.xml", "**/*.xml.*", "**/*.toml", "**/*.json", "**/*.rng", "**/*.rnc", "**/*.xsd", "**/.gitignore")

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class Server(LanguageServer):
    """A pygls server that has a session of ours in place of pygls' documents."""

    def __init__(self) -> None:
        super().__init__("vnetlint", __version__)
        self.session: Session | None = None
        self.was_shut_down = False
        self._refreshing = False
        for method in (types.TEXT_DOCUMENT_DID_OPEN, types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_CLOSE):
            # In pygls' own documents, form feeds and U+2028 end a line, and files that are not open are read.
            self.protocol.fm.builtin_features.pop(method)
        _register(self)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error. A popup with a traceback would not help the user."""
        log.error("%s", error, exc_info=error)

    def say(self, message: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """Show the user a message of one line."""
        self.window_show_message(types.ShowMessageParams(type=kind, message=f"vnetlint: {message}"))

    def publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        """Send the diagnostics of a document to the client."""
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def refresh(self) -> None:
        """Make the client request diagnostics again, unless an earlier refresh is not answered yet."""
        if self.session is None or not self.session.client.refreshes or self._refreshing:
            return
        self._refreshing = True
        asyncio.get_running_loop().create_task(self._refresh())

    async def _refresh(self) -> None:
        try:
            await self.workspace_diagnostic_refresh_async(None)
        except Exception:
            log.exception("the client did not refresh")
        finally:
            self._refreshing = False


def _guarded(otherwise: Any = None) -> Callable[[_Handler], _Handler]:
    """Return a decorator for handlers: if one fails, it logs the error and answers `otherwise`."""

    def decorated(handler: _Handler) -> _Handler:
        if asyncio.iscoroutinefunction(handler):

            @functools.wraps(handler)
            async def guarded_async(*args: Any) -> Any:
                try:
                    return await handler(*args)
                except Exception:
                    log.exception("%s failed", handler.__name__)
                    return otherwise

            return guarded_async  # type: ignore[return-value]

        @functools.wraps(handler)
        def guarded(*args: Any) -> Any:
            try:
                return handler(*args)
            except Exception:
                log.exception("%s failed", handler.__name__)
                return otherwise

        return guarded  # type: ignore[return-value]

    return decorated


def _register(server: Server) -> None:
    """Register the features. pygls passes the server to handlers whose first parameter has its type."""
    for method, handler, options in _FEATURES:
        server.feature(method, options)(handler)


@_guarded()
def _initialize(server: Server, params: types.InitializeParams) -> None:
    server.session = Session(
        client_of(params.capabilities),
        str(getattr(server.workspace.position_encoding, "value", server.workspace.position_encoding)),  # type: ignore[arg-type]
        list(folders_of(params, path_of)),
        Editor(server.publish, server.refresh, server.say),
    )
    _configure(server, params.initialization_options)


def _configure(server: Server, table: object) -> None:
    session = server.session
    if session is None:
        return
    if isinstance(table, dict) and isinstance(table.get(SECTION), dict):
        table = table[SECTION]
    try:
        session.configure(settings_of(table))
    except UserError as error:
        server.say(str(error))
        session.configure(UserSettings())


@_guarded()
async def _initialized(server: Server, _: types.InitializedParams) -> None:
    session = server.session
    if session is None:
        return
    session.schedule.later(garbage.warm_up)
    await _watch(server)
    await _ask_settings(server)


@_guarded()
async def _watch(server: Server) -> None:
    """Ask the client to report changes of files. A client that refuses is treated like one that cannot."""
    if server.session is None or not server.session.client.watches:
        return
    watchers = [types.FileSystemWatcher(glob) for glob in _WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = types.Registration("watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    await server.client_register_capability_async(types.RegistrationParams([registration]))


@_guarded()
async def _ask_settings(server: Server) -> None:
    if server.session is None or not server.session.client.configuration:
        return
    asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    answer = await server.workspace_configuration_async(asked)
    if answer and isinstance(answer[0], dict):
        _configure(server, answer[0])


@_guarded()
async def _did_change_configuration(server: Server, params: types.DidChangeConfigurationParams) -> None:
    if server.session is not None and server.session.client.configuration:
        await _ask_settings(server)
    elif isinstance(params.settings, dict):
        _configure(server, params.settings)


@_guarded()
def _did_change_folders(server: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
    if server.session is not None:
        found = (path_of(folder.uri) for folder in server.workspace.folders.values())
        server.session.folders = [path for path in found if path]
        server.session.start_over()


@_guarded()
async def _did_change_files(server: Server, _: Any) -> None:
    if server.session is not None:
        await server.session.disk_changed()


@_guarded()
def _did_open(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    if server.session is not None:
        server.session.opened(document.uri, document.version, document.text)


@_guarded()
def _did_change(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    if server.session is None:
        return
    document = params.text_document
    changes = [
        TextChange(each.text, position_of(each.range.start), position_of(each.range.end))
        if isinstance(each, types.TextDocumentContentChangePartial)
        else TextChange(each.text)
        for each in params.content_changes
    ]
    if server.session.buffers.change(document.uri, document.version, changes) is not None:
        server.session.changed(document.uri)


@_guarded()
def _did_close(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    if server.session is not None:
        server.session.closed(params.text_document.uri)


@_guarded(types.RelatedFullDocumentDiagnosticReport([]))
async def _diagnostic(
    server: Server, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    if server.session is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    result_id, found = await server.session.pulled(params.text_document.uri, params.previous_result_id)
    if found is None:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=result_id or None)


async def _judgement(server: Server, uri: str) -> Judgement | None:
    judged = await server.session.current(uri) if server.session is not None else None
    return judged.judgement if judged else None


@_guarded()
async def _code_action(server: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    judgement = await _judgement(server, params.text_document.uri)
    session = server.session
    if session is None or judgement is None or not session.client.action_literals:
        return None
    fixed = functools.partial(session.analyst.fixed, judgement)
    ask = functools.partial(actions.actions_of, judgement, params, session.client, session.settings.unsafe_fixes, fixed)
    return await session.schedule.call(ask)


@_guarded()
async def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    judgement = await _judgement(server, params.text_document.uri)
    if server.session is None or judgement is None:
        return None
    position = position_of(params.position)
    found = judgement.at(judgement.buffer.span(position, position))
    if not found:
        return None
    markdown = server.session.client.markdown
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    content = types.MarkupContent(kind, hover.hover_text(judgement, found, markdown))
    return types.Hover(content, range_of(judgement.texts, found[0].path, found[0].span))


@_guarded()
async def _definition(server: Server, params: types.DefinitionParams) -> list[types.Location] | None:
    return await _located(server, params, navigate.definitions)


@_guarded()
async def _references(server: Server, params: types.ReferenceParams) -> list[types.Location] | None:
    return await _located(
        server, params, functools.partial(navigate.references, declaration=params.context.include_declaration)
    )


async def _located(
    server: Server,
    params: types.DefinitionParams | types.ReferenceParams,
    look: Callable[[Project, str, int], list[navigate.Spot]],
) -> list[types.Location] | None:
    judgement = await _judgement(server, params.text_document.uri)
    session = server.session
    if session is None or judgement is None:
        return None
    position = position_of(params.position)
    offset = judgement.buffer.span(position, position).start

    def found() -> list[types.Location]:
        spots = look(session.analyst.project(judgement), judgement.buffer.path, offset)
        texts = judgement.texts
        return [types.Location(texts.uri(each.path), range_of(texts, each.path, each.span)) for each in spots]

    return await session.schedule.call(found)


@_guarded()
def _shutdown(server: Server, *_: Any) -> None:
    server.was_shut_down = True
    if server.session is not None:
        server.session.schedule.close()


_FEATURES: tuple[tuple[str, Callable[..., Any] | Callable[..., Awaitable[Any]], Any], ...] = (
    (types.INITIALIZE, _initialize, None),
    (types.INITIALIZED, _initialized, None),
    (types.SHUTDOWN, _shutdown, None),
    (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _did_change_configuration, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _did_change_folders, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _did_change_files, None),
    (types.TEXT_DOCUMENT_DID_OPEN, _did_open, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _did_change, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _did_close, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _did_change_files, types.SaveOptions(include_text=False)),
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        _diagnostic,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE),
    ),
    (types.TEXT_DOCUMENT_CODE_ACTION, _code_action, types.CodeActionOptions(code_action_kinds=list(actions.KINDS))),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, _definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, _references, None),
)


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve until the client disconnects. Return 0 if it requested the shutdown before, otherwise 1."""
    # pygls warns of what all clients do, such as cancelling a request that has been answered already.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    server = Server()
    try:
        server.start_io(stdin, stdout)
    finally:
        if server.session is not None:
            server.session.schedule.close()
    return 0 if server.was_shut_down else 1


def take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output for the protocol only. Everything else that is printed goes to stderr."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stdin, stdout
