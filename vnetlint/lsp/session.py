"""One editor's session: its documents, their findings, and the diagnostics that were sent."""

import asyncio
import functools
import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from lsprotocol import types

from vnetlint.errors import UserError
from vnetlint.lsp import garbage
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.client import Client, UserSettings
from vnetlint.lsp.diagnostics import diagnostics_of
from vnetlint.lsp.documents import Buffer, Buffers
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.positions import Units
from vnetlint.lsp.schedule import Schedule, SupersededError
from vnetlint.lsp.workspace import WorkspaceFindings, WorkspaceReport, WorkspaceReports, diagnostics_in

_Value = TypeVar("_Value")

_LOOK = 5.0
"""Seconds after which the disk is read again, if the client does not report changes of files."""

_LOOK_SELDOM = 30.0
"""Seconds after which the disk is read again, if the client reports changes in the folders that it has opened."""

_QUIET = 1.0
"""Seconds without a change before the whole workspace is linted again, because that takes long."""

_PREPARATIONS = 10
"""How often a new document is gone through in the background if other work interrupts that."""

_ATTEMPTS = 3
"""How often a document that keeps changing is linted for one request. After that, the last result is the answer."""


@dataclass(frozen=True, eq=False)
class JudgedBuffer:
    """The result of linting one version of a document: a judgement, or the error that prevented all or part of it."""

    buffer: Buffer
    generation: int
    judgement: Judgement | None
    diagnostics: list[types.Diagnostic]
    error: str = ""


@dataclass
class DocumentState:
    """The latest result of a document, and what the editor got of it."""

    latest: JudgedBuffer | None = None
    sent: list[types.Diagnostic] | None = None
    sent_version: int | None = None
    answered: list[types.Diagnostic] | None = None
    """The diagnostics that `result_id` identifies."""
    result_id: str = ""

    @property
    def is_outdated(self) -> bool:
        """Whether the diagnostics of the same text differ from those that were sent."""
        now = self.latest
        return now is not None and self.sent_version == now.buffer.version and self.sent != now.diagnostics


@dataclass
class Editor:
    """The ways to send something to the editor."""

    publish: Callable[[str, int | None, list[types.Diagnostic]], None]
    refresh: Callable[[], None]
    refresh_shown: Callable[[], None]
    """Makes it ask again for what it shows between the lines."""
    show_error: Callable[[str], None]


@dataclass
class Session:
    """The state between messages. It is used on the loop; only `_judge` runs in the thread."""

    client: Client
    units: Units
    folders: list[str]
    editor: Editor
    settings: UserSettings = field(default_factory=UserSettings)

    def __post_init__(self) -> None:
        self.buffers = Buffers()
        self.schedule = Schedule(self._judge, self._done, garbage.sweep)
        self.analyst = self._analyst()
        self._states: dict[str, DocumentState] = {}
        self._generation = 0
        self._ids = itertools.count(1)
        self._shown: set[str] = set()
        self._looked = time.monotonic()
        self._looking: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()
        """Held while the disk is read again."""
        self._changed = -_QUIET
        self._workspace: tuple[int, WorkspaceFindings] | None = None
        self._reports = WorkspaceReports()
        self._preparing: asyncio.Task[None] | None = None

    def _analyst(self) -> Analyst:
        return Analyst(GroupPlans(self.settings.options, self.folders), self.schedule.pause)

    # -- notifications of the editor ------------------------------------------------------------------------------

    def configure(self, settings: UserSettings) -> None:
        """Apply the settings of the user."""
        if settings != self.settings:
            self.settings = settings
            self.start_over()

    def start_over(self) -> None:
        """Plan and lint everything again, because folders or settings changed."""
        self.analyst = self._analyst()
        self._touch_all()

    def opened(self, uri: str, version: int, text: str) -> None:
        """Add a document and lint it."""
        self.buffers.open(uri, version, text, self.units)
        self._states[uri] = DocumentState()
        self._touch(uri)

    def changed(self, uri: str) -> None:
        """Lint a document again, and after it those that may depend on it."""
        self._touch(uri)

    def closed(self, uri: str) -> None:
        """Remove a document, and its diagnostics from the editor."""
        if self.buffers.close(uri) is None:
            return
        self._states.pop(uri, None)
        self.schedule.forget(uri)
        if not self.client.pulls:
            self.editor.publish(uri, None, [])
        self._touch_all()

    async def disk_changed(self) -> None:
        """Read the disk again: files of the project, configurations and inventories."""
        async with self._reading:
            self._looked = time.monotonic()
            try:
                changed = await self.schedule.call(self.analyst.plans.refresh)
            except UserError as error:
                self._show_error(str(error))
                return
            self._shown.clear()
            if changed:
                self._touch_all()
                self.editor.refresh_shown()

    def _look_again(self) -> None:
        """Read the disk again if that was long ago. Call this after an answer, so that no keystroke waits for it."""
        idle = self._looking is None or self._looking.done()
        if idle and time.monotonic() - self._looked > (_LOOK_SELDOM if self.client.watches else _LOOK):
            self._looking = asyncio.get_running_loop().create_task(self.disk_changed())

    # -- requests of the editor -----------------------------------------------------------------------------------

    async def current(self, uri: str) -> JudgedBuffer | None:
        """Return the result for the present version of a document, or None if the document is not open."""
        wanted = self._generation
        for _ in range(_ATTEMPTS):
            buffer, state = self.buffers.get(uri), self._states.get(uri)
            if buffer is None or state is None:
                return None
            judged = state.latest
            if judged is not None and judged.buffer is buffer and judged.generation >= wanted:
                return judged
            self.schedule.touch(uri)
            await self.schedule.judged(uri)
        state = self._states.get(uri)
        return state.latest if state else None

    async def recent(self, uri: str) -> Judgement | None:
        """Return the latest judgement of a document, even of an earlier version; wait only if there is none yet."""
        state = self._states.get(uri)
        judged = state.latest if state is not None and state.latest is not None else await self.current(uri)
        return judged.judgement if judged is not None else None

    async def pulled(self, uri: str, previous: str | None) -> tuple[str, list[types.Diagnostic] | None]:
        """Return an id and the diagnostics of a document, or None in their place if they are those of `previous`."""
        judged = await self.current(uri)
        state = self._states.get(uri)
        if judged is None or state is None:
            return "", []
        if state.answered != judged.diagnostics or not state.result_id:
            state.result_id = str(next(self._ids))
        state.answered = state.sent = judged.diagnostics
        state.sent_version = judged.buffer.version
        return state.result_id, None if previous == state.result_id else judged.diagnostics

    async def asked(self, uri: str, function: Callable[[Judgement], _Value]) -> _Value | None:
        """Return what a function finds in the present version of a document, or None if the document cannot be judged.

        It is called in the thread. If newer text comes, it is called again for that.
        """
        for _ in range(_ATTEMPTS):
            judged = await self.current(uri)
            if judged is None or judged.judgement is None:
                return None
            with suppress(SupersededError):
                return await self.schedule.ask(functools.partial(function, judged.judgement))
        return None

    async def workspace_reports(self, previous: Mapping[str, str]) -> list[WorkspaceReport]:
        """Return what has changed in the files of the opened folders, given the ids of what the client knows."""
        if not self.settings.workspace_diagnostics or not self.client.pulls or not self.folders:
            return []
        async with self._reading:
            # What the client has just said of the disk counts, although it waits for no answer to that.
            pass
        while self._workspace is None or self._workspace[0] != self._generation:
            await self._quiet()
            generation = self._generation
            try:
                found = await self.schedule.ask(self._judge_workspace, background=True)
            except SupersededError:
                continue
            except UserError as error:
                self._show_error(str(error))
                return []
            self._workspace = (generation, found)
        return list(self._reports.reports(self._workspace[1], previous))

    async def _quiet(self) -> None:
        """Wait until nothing was changed for a while, and at least so long that waiting work goes first."""
        await asyncio.sleep(0.01)
        while (left := self._changed + _QUIET - time.monotonic()) > 0:
            await asyncio.sleep(left)

    # -- the work -------------------------------------------------------------------------------------------------

    def _touch(self, uri: str) -> None:
        self._generation += 1
        self._changed = time.monotonic()
        self.schedule.touch(uri)

    def _touch_all(self) -> None:
        self._generation += 1
        for buffer in self.buffers:
            self.schedule.touch(buffer.uri, urgent=False)

    def _judge(self, uri: str) -> JudgedBuffer | None:
        generation = self._generation
        buffer = self.buffers.get(uri)
        if buffer is None:
            return None
        try:
            judgement = self.analyst.judge(buffer, self.buffers)
        except UserError as error:
            return JudgedBuffer(buffer, generation, None, [], str(error))
        return JudgedBuffer(buffer, generation, judgement, diagnostics_of(judgement, self.client), judgement.error)

    def _judge_workspace(self) -> WorkspaceFindings:
        return diagnostics_in(self.analyst.judge_workspace(self.buffers, self.units), self.client)

    def _done(self, uri: str, judged: JudgedBuffer) -> None:
        state = self._states.get(uri)
        if state is None or self.buffers.get(uri) is not judged.buffer:
            return
        before, state.latest = state.latest, judged
        if judged.error:
            self._show_error(judged.error)
        if before is None or before.buffer is not judged.buffer:
            self._touch_others(uri)
        if before is None and judged.judgement is not None:
            self._preparing = asyncio.get_running_loop().create_task(self._prepare(judged.judgement))
        if not self.client.pulls:
            self._push(uri, state, judged)
        elif state.is_outdated and not self.schedule.is_awaited(uri):
            self.editor.refresh()
        self._look_again()

    async def _prepare(self, judgement: Judgement) -> None:
        """Make the first fault of a new document quick to explain. A keystroke interrupts that."""
        for _ in range(_PREPARATIONS):
            try:
                await self.schedule.ask(functools.partial(self.analyst.rehearse, judgement), background=True)
                break
            except SupersededError:
                await self._quiet()
        # Its project has been read and stays in memory.
        self.schedule.later(garbage.settle)

    def _push(self, uri: str, state: DocumentState, judged: JudgedBuffer) -> None:
        if state.sent == judged.diagnostics and state.sent_version == judged.buffer.version:
            return
        state.sent, state.sent_version = judged.diagnostics, judged.buffer.version
        self.editor.publish(uri, judged.buffer.version, judged.diagnostics)

    def _touch_others(self, uri: str) -> None:
        """Lint the other documents when idle, because rules across files see the change too."""
        for buffer in self.buffers:
            if buffer.uri != uri:
                self.schedule.touch(buffer.uri, urgent=False)

    def _show_error(self, message: str) -> None:
        """Show an error once, and not again at each keystroke."""
        if message not in self._shown:
            self._shown.add(message)
            self.editor.show_error(message)


def folders_of(params: types.InitializeParams, path_of: Callable[[str], str | None]) -> Iterable[str]:
    """Return the paths of the folders that the editor has opened."""
    uris = [folder.uri for folder in params.workspace_folders or ()]
    if not uris and params.root_uri:
        uris = [params.root_uri]
    found = [path for uri in uris if (path := path_of(uri))]
    return found or ([params.root_path] if params.root_path and not uris else [])
