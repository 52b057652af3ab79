"""Connects the messages of the protocol with a session. The other modules know what the messages mean.

One loop reads messages, and one thread judges documents. pygls's own documents are not used: they treat form feeds and
U+2028 as line ends, and read files that nobody opened. A client that pulls diagnostics is never sent any, because it
would show each twice.
"""

import asyncio
import functools
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from vnetlint import __version__
from vnetlint.errors import UserError
from vnetlint.lsp import actions, garbage, hints, hover, lens, navigate, rulepages, status, views, workspace
from vnetlint.lsp.analysis import Judgement
from vnetlint.lsp.client import SECTION, Client, UserSettings, client_of, settings_of
from vnetlint.lsp.diagnostics import SOURCE, position_of, range_of
from vnetlint.lsp.documents import TextChange
from vnetlint.lsp.session import Editor, Session, folders_of
from vnetlint.lsp.uris import path_of
from vnetlint.project import Project
from vnetlint.rulebook.catalogue import Catalogue

if TYPE_CHECKING:
    from vnetlint.lsp.topology import Topologies

log = logging.getLogger(__name__)

_WATCHED = ("**/*.xml", "**/*.xml.*", "**/*.toml", "**/*.json", "**/*.rng", "**/*.rnc", "**/*.xsd", "**/.gitignore")

REQUEST_FAILED = int(types.LSPErrorCodes.RequestFailed)

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class Server(LanguageServer):
    """A pygls server that has a session of ours in place of pygls' documents."""

    def __init__(self) -> None:
        super().__init__("vnetlint", __version__)
        self.session: Session | None = None
        self.topologies: Topologies | None = None
        self.was_shut_down = False
        self._refreshing = False
        self._showing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        for method in (types.TEXT_DOCUMENT_DID_OPEN, types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_CLOSE):
            # In pygls' own documents, form feeds and U+2028 end a line, and files that are not open are read.
            self.protocol.fm.builtin_features.pop(method)
        _register(self)

    def close(self) -> None:
        """End the work that is going on."""
        if self.session is not None:
            self.session.schedule.close()
        if self.topologies is not None:
            self.topologies.close()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error. A popup with a traceback would not help the user."""
        if not _is_refusal(error):
            log.error("%s", error, exc_info=error)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something on the loop, and forget it when it is done. pygls would keep it until the session ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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

    def refresh_shown(self) -> None:
        """Make the client request inlay hints and code lenses again, because other files have changed."""
        if self.session is not None:
            self._showing = asyncio.get_running_loop().create_task(self._refresh_shown(self.session.client))

    async def _refresh_shown(self, client: Client) -> None:
        try:
            if client.refreshes_hints:
                await self.workspace_inlay_hint_refresh_async(None)
            if client.refreshes_lenses:
                await self.workspace_code_lens_refresh_async(None)
        except Exception:
            log.exception("the client did not refresh")

    async def _refresh(self) -> None:
        try:
            await self.workspace_diagnostic_refresh_async(None)
        except Exception:
            log.exception("the client did not refresh")
        finally:
            self._refreshing = False


def _is_refusal(error: object) -> bool:
    """Whether an error is the answer to a request that cannot be fulfilled, such as renaming to a name in use."""
    return isinstance(error, JsonRpcException) and error.code == REQUEST_FAILED


def _guarded(otherwise: Any = None) -> Callable[[_Handler], _Handler]:
    """Return a decorator for handlers: if one fails, it logs the error and answers `otherwise`."""

    def decorated(handler: _Handler) -> _Handler:
        if asyncio.iscoroutinefunction(handler):

            @functools.wraps(handler)
            async def guarded_async(*args: Any) -> Any:
                try:
                    return await handler(*args)
                except JsonRpcException:
                    raise
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
    for method, answer, options in views.ANSWERS:
        server.feature(method, options)(_answering(answer))
    server.command(actions.OPEN_PAGE)(_open_page)


@_guarded()
def _initialize(server: Server, params: types.InitializeParams) -> None:
    server.session = Session(
        client_of(params.capabilities),
        str(getattr(server.workspace.position_encoding, "value", server.workspace.position_encoding)),  # type: ignore[arg-type]
        list(folders_of(params, path_of)),
        Editor(server.publish, server.refresh, server.refresh_shown, server.say),
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
def _initialized(server: Server, _: types.InitializedParams) -> None:
    if server.session is not None:
        server.session.schedule.later(garbage.warm_up)
        server.begin(_introduce(server))


async def _introduce(server: Server) -> None:
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
def _did_change_configuration(server: Server, params: types.DidChangeConfigurationParams) -> None:
    if server.session is not None and server.session.client.configuration:
        server.begin(_ask_settings(server))
    elif isinstance(params.settings, dict):
        _configure(server, params.settings)


@_guarded()
def _did_change_folders(server: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
    if server.session is not None:
        found = (path_of(folder.uri) for folder in server.workspace.folders.values())
        server.session.folders = [path for path in found if path]
        server.session.start_over()


@_guarded()
def _did_change_files(server: Server, _: Any) -> None:
    server.begin(_read_again(server))


@_guarded()
async def _read_again(server: Server) -> None:
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
    session = server.session
    if session is None or not session.client.action_literals:
        return None
    analyst, client, unsafe = session.analyst, session.client, session.settings.unsafe_fixes

    def found(judgement: Judgement) -> list[types.CodeAction]:
        fixed = functools.partial(analyst.fixed, judgement)
        fixes = actions.actions_of(judgement, params, client, unsafe, fixed)
        return [*fixes, *actions.beside(judgement, params, client, analyst)]

    return await session.asked(params.text_document.uri, found)


@_guarded()
def _open_page(server: Server, rule: str) -> None:
    """Open the address on a rule's page. Only the rule is taken from the client."""
    known = server.session.analyst.memory.catalogue.by_name.get(rule) if server.session is not None else None
    url = known.info.page.url if known is not None else None
    if url is not None:
        server.window_show_document(types.ShowDocumentParams(url, external=True))


@_guarded()
async def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    session = server.session
    if session is None:
        return None
    analyst, markdown = session.analyst, session.client.markdown
    return await session.asked(
        params.text_document.uri, lambda each: hover.hover_of(each, analyst, params.position, markdown)
    )


@_guarded()
async def _inlay_hint(server: Server, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    session = server.session
    if session is None or not session.settings.inlay_hints:
        return None
    analyst, start, end = session.analyst, position_of(params.range.start), position_of(params.range.end)
    return await session.asked(params.text_document.uri, lambda each: hints.hints_of(each, analyst, start, end))


@_guarded()
async def _code_lens(server: Server, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    session = server.session
    if session is None:
        return None
    analyst = session.analyst
    return await session.asked(params.text_document.uri, lambda each: lens.lenses_of(each, analyst))


async def _resolve_lens(server: Server, one: types.CodeLens) -> types.CodeLens:
    session = server.session
    if session is None:
        return one
    analyst, client = session.analyst, session.client
    found = await session.asked(lens.document_of(one), lambda each: lens.resolved(one, each, analyst, client))
    return found or one


@_guarded(types.WorkspaceDiagnosticReport([]))
async def _workspace_diagnostic(
    server: Server, params: types.WorkspaceDiagnosticParams
) -> types.WorkspaceDiagnosticReport:
    session, token = server.session, params.partial_result_token
    if session is None:
        return types.WorkspaceDiagnosticReport([])
    reports = await session.workspace_reports({each.uri: each.value for each in params.previous_result_ids})
    if token is None:
        return types.WorkspaceDiagnosticReport(reports)

    def send(part: list[workspace.WorkspaceReport]) -> None:
        value = types.WorkspaceDiagnosticReportPartialResult(part)
        server.protocol.notify(types.PROGRESS, types.ProgressParams(token, value))

    workspace.in_chunks(reports, send)
    return types.WorkspaceDiagnosticReport([])


@_guarded()
async def _completion(server: Server, params: types.CompletionParams) -> types.CompletionList | None:
    session, uri = server.session, params.text_document.uri
    buffer = session.buffers.get(uri) if session is not None else None
    if session is None or buffer is None:
        return None
    judgement, trigger = await session.recent(uri), (params.context.trigger_character if params.context else None) or ""

    def found() -> types.CompletionList | None:
        from vnetlint.lsp.complete import completions  # here, as it is not needed until something is completed

        return completions(buffer, position_of(params.position), trigger, session.client, session.analyst, judgement)

    return await session.schedule.call(found)


@_guarded()
async def _topology(server: Server, params: Any) -> dict[str, Any] | None:
    session = server.session
    if session is None:
        return None
    from vnetlint.lsp import topology  # here, as it is not needed until a picture is shown

    if server.topologies is None:
        server.topologies = topology.Topologies()
    drawer, analyst, place = server.topologies, session.analyst, position_of(params.position)

    def found(judgement: Judgement) -> topology.TopologyView:
        return drawer.view(judgement, analyst, judgement.buffer.span(place, place).start)

    view = await session.asked(params.textDocument.uri, found)
    if view is None:
        return None
    return topology.answer(view, await drawer.drawn(view.topology), getattr(params, "previous", None))


@_guarded()
async def _status(server: Server, params: Any) -> dict[str, Any] | None:
    session = server.session
    judged = await session.current(params.textDocument.uri) if session is not None else None
    if session is None or judged is None:
        return None
    if judged.judgement is None:
        return status.broken(judged.error)
    return await session.schedule.call(functools.partial(status.status_of, judged.judgement, session.analyst))


async def _catalogue(server: Server, params: Any) -> Catalogue | None:
    """Return the rules that there are for a document, with those of its policies; for none, vnetlint's own."""
    session, document = server.session, getattr(params, "textDocument", None)
    if session is None:
        return None
    judgement = await _judgement(server, document.uri) if document is not None else None
    memory = session.analyst.memory
    return memory.selection(judgement.run.settings).catalogue if judgement is not None else memory.catalogue


@_guarded()
async def _rules(server: Server, params: Any) -> list[dict[str, str]] | None:
    catalogue = await _catalogue(server, params)
    return rulepages.listed(catalogue) if catalogue is not None else None


@_guarded()
async def _rule(server: Server, params: Any) -> dict[str, Any] | None:
    catalogue = await _catalogue(server, params)
    return rulepages.page(catalogue, params.name) if catalogue is not None else None


@_guarded()
async def _definition(server: Server, params: types.DefinitionParams) -> list[types.Location] | None:
    return await _located(server, params, navigate.definitions)


async def _located(
    server: Server,
    params: types.DefinitionParams,
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


def _answering(answer: views.ViewAnswer) -> Callable[..., Awaitable[Any]]:
    """Return the handler of a request that is answered in the thread. A refusal is shown to the user."""

    @_guarded()
    async def answered(server: Server, params: Any) -> Any:
        judgement = await _judgement(server, params.text_document.uri)
        session = server.session
        if session is None or judgement is None:
            return None
        try:
            return await session.schedule.call(functools.partial(answer, session, judgement, params))
        except UserError as refused:
            raise JsonRpcException(str(refused), REQUEST_FAILED) from None

    return answered


@_guarded()
async def _workspace_symbols(
    server: Server, params: types.WorkspaceSymbolParams
) -> list[types.SymbolInformation] | None:
    session = server.session
    if session is None:
        return None
    return await session.schedule.call(functools.partial(views.workspace_symbols, session, params.query))


@_guarded()
def _shutdown(server: Server, *_: Any) -> None:
    server.was_shut_down = True
    server.close()


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
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=SOURCE),
    ),
    (types.TEXT_DOCUMENT_CODE_ACTION, _code_action, types.CodeActionOptions(code_action_kinds=list(actions.KINDS))),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, _completion, types.CompletionOptions(list("< '\"/["))),
    (types.WORKSPACE_DIAGNOSTIC, _workspace_diagnostic, None),
    (types.TEXT_DOCUMENT_INLAY_HINT, _inlay_hint, None),
    (types.TEXT_DOCUMENT_CODE_LENS, _code_lens, types.CodeLensOptions(resolve_provider=True)),
    (types.CODE_LENS_RESOLVE, _resolve_lens, None),
    (types.TEXT_DOCUMENT_DEFINITION, _definition, None),
    (types.WORKSPACE_SYMBOL, _workspace_symbols, None),
    ("vnetlint/topology", _topology, None),
    (status.METHOD, _status, None),
    (rulepages.LIST_METHOD, _rules, None),
    (rulepages.PAGE_METHOD, _rule, None),
)


def serve(stdin: BinaryIO, stdout: BinaryIO) -> int:
    """Serve until the client disconnects. Return 0 if it requested the shutdown before, otherwise 1."""
    # pygls warns of what all clients do, such as cancelling a request that has been answered already.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    # It also logs each refusal with a traceback.
    answering = logging.getLogger("pygls.protocol.json_rpc")
    answering.addFilter(lambda record: not (record.exc_info and _is_refusal(record.exc_info[1])))
    server = Server()
    try:
        server.start_io(stdin, stdout)
    finally:
        server.close()
    return 0 if server.was_shut_down else 1


def take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output for the protocol only. Everything else that is printed goes to stderr."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return stdin, stdout
