"""Schedules linting: at once when idle; newer text replaces older.

One thread lints one document at a time, the one that changed last first. There is no delay: a change during the work
supersedes the work, so many quick changes are linted once. The loop that reads messages never waits for the thread.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from vnetlint.interruption import interruptible

_Done = TypeVar("_Done")
_Value = TypeVar("_Value")

log = logging.getLogger(__name__)


class SupersededError(BaseException):
    """The present work is no longer needed.

    It is no Exception, because the engine reports those of rules and checks as findings.
    """


class Schedule(Generic[_Done]):
    """Calls `work` for documents in a thread, and `done` with the result on the loop.

    `work` should call `pause` often. It raises SupersededError if the work should stop.
    """

    def __init__(
        self,
        work: Callable[[str], _Done | None],
        done: Callable[[str, _Done], None],
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self._work = work
        self._done = done
        self._rest = rest
        """A function that is called in the thread when there is no work left."""
        self._waiting: dict[str, bool] = {}
        """The documents to lint, each with whether it is urgent. The last urgent one is next."""
        self._running: asyncio.Task[None] | None = None
        self._texts = 0
        """The number of urgent changes so far. Work that began before the latest one is outdated."""
        self._requests = 0
        """The number of requests so far. Work in the background gives way to them."""
        self._is_outdated: Callable[[], bool] = lambda: False
        """Whether the present work is no longer needed."""
        self._closed = False
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}
        self._thread = ThreadPoolExecutor(1, "vnetlint")

    def pause(self) -> None:
        """End the present work if it was superseded. To be called in the thread. Raises SupersededError."""
        if self._is_outdated():
            raise SupersededError

    def touch(self, key: str, urgent: bool = True) -> None:
        """Request that a document is linted: before all others if it is urgent, otherwise after all urgent ones."""
        if self._closed:
            return
        urgent = self._waiting.pop(key, False) or urgent
        self._waiting[key] = urgent
        if urgent:
            self._texts += 1
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())

    def forget(self, key: str) -> None:
        """Drop a document, and end the waiting for it."""
        self._waiting.pop(key, None)
        self._release(key)

    async def judged(self, key: str) -> None:
        """Wait until a document that was touched has been linted or dropped."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(key, []).append(waiter)
        await waiter

    def is_awaited(self, key: str) -> bool:
        """Whether a request waits for a document."""
        return any(not waiter.done() for waiter in self._waiters.get(key, ()))

    def call(self, function: Callable[[], _Value]) -> Awaitable[_Value]:
        """Call a function in the thread, and return its result as an awaitable. Nothing interrupts it."""
        self._requests += 1
        return asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def ask(self, function: Callable[[], _Value], *, background: bool = False) -> _Value:
        """Return the result of a function, which is called in the thread.

        Cancelling the task ends it. So does newer text, and a request if it is in the `background`: then this raises
        SupersededError.
        """
        if self._closed:
            raise asyncio.CancelledError
        if not background:
            self._requests += 1
        cancelled, texts, requests = threading.Event(), self._texts, self._requests

        def is_outdated() -> bool:
            busy = background and self._requests != requests
            return busy or self._texts != texts or cancelled.is_set()

        try:
            future = asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: self._interruptibly(function, is_outdated)
            )
            return await future
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def later(self, function: Callable[[], None]) -> None:
        """Call a function in the thread without waiting for it. Errors are logged."""

        def done(future: asyncio.Future[None]) -> None:
            if not future.cancelled() and (error := future.exception()) is not None:
                log.error("work in the background failed", exc_info=error)

        if not self._closed:
            asyncio.get_running_loop().run_in_executor(self._thread, function).add_done_callback(done)

    def close(self) -> None:
        """End the thread as soon as possible."""
        self._closed = True
        self._waiting.clear()
        self._texts += 1
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting and not self._closed:
            key = self._next()
            urgent = self._waiting.pop(key)
            try:
                found = await loop.run_in_executor(self._thread, self._worked, key, self._texts)
                if found is not None and key not in self._waiting:
                    self._done(key, found)
            except SupersededError:
                # If it was touched again, it is waiting already. If another one comes first, it waits behind that.
                self._waiting = {key: urgent, **self._waiting} if key not in self._waiting else self._waiting
                continue
            except Exception:
                log.exception("linting %s failed", key)
            if key not in self._waiting:
                self._release(key)
            if not self._waiting and not self._closed:
                # Those who waited get their answers first.
                await asyncio.sleep(0)
                self.later(self._rest)

    def _worked(self, key: str, texts: int) -> _Done | None:
        return self._interruptibly(lambda: self._work(key), lambda: self._texts != texts)

    def _interruptibly(self, function: Callable[[], _Value], is_outdated: Callable[[], bool]) -> _Value:
        """Call a function in the thread, which `pause` ends once it is outdated."""
        self._is_outdated = is_outdated
        try:
            with interruptible(self.pause):
                self.pause()
                return function()
        finally:
            self._is_outdated = lambda: False

    def _next(self) -> str:
        return next((key for key in reversed(self._waiting) if self._waiting[key]), next(iter(self._waiting)))

    def _release(self, key: str) -> None:
        for waiter in self._waiters.pop(key, []):
            if not waiter.done():
                waiter.set_result(None)
