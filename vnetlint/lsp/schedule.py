"""When what is judged: at once where nothing is going on, and never an older text than the one that there is.

One thread does the work, one document at a time, those first that changed last. There is no delay to wait out: what
arrives during the work supersedes it, and many changes become one. The loop that reads messages never waits for it.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

_Done = TypeVar("_Done")
_Value = TypeVar("_Value")

log = logging.getLogger(__name__)


class SupersededError(Exception):
    """The work under way is not wanted any more."""


class Schedule(Generic[_Done]):
    """Calls `work` for documents in a thread, and `done` on the loop with what comes of it.

    `work` may call `pause` as often as it likes, which raises SupersededError once it should stop.
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
        """Called in the thread when nothing is left to do."""
        self._waiting: dict[str, bool] = {}
        """The documents to judge, each with whether somebody waits for it; of those the last is the next."""
        self._running: asyncio.Task[None] | None = None
        self._stop = threading.Event()
        self._at_work = False
        self._closed = False
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}
        self._thread = ThreadPoolExecutor(1, "vnetlint")

    def pause(self) -> None:
        """End the work under way if it was superseded. For the thread."""
        if self._at_work and self._stop.is_set():
            raise SupersededError

    def touch(self, key: str, urgent: bool = True) -> None:
        """Have a document judged: before all others if somebody waits for it, else when there is nothing else to do."""
        if self._closed:
            return
        urgent = self._waiting.pop(key, False) or urgent
        self._waiting[key] = urgent
        if urgent:
            self._stop.set()
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())

    def forget(self, key: str) -> None:
        """Drop a document, and let go who waits for it."""
        self._waiting.pop(key, None)
        self._release(key)

    async def judged(self, key: str) -> None:
        """Wait until a document that was touched has been judged."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(key, []).append(waiter)
        await waiter

    def is_awaited(self, key: str) -> bool:
        """Whether somebody waits for a document."""
        return any(not waiter.done() for waiter in self._waiters.get(key, ()))

    def call(self, function: Callable[[], _Value]) -> Awaitable[_Value]:
        """Do something else in the thread that the work is done in."""
        return asyncio.get_running_loop().run_in_executor(self._thread, function)

    def later(self, function: Callable[[], None]) -> None:
        """Do something in the thread that nobody waits for."""

        def done(future: asyncio.Future[None]) -> None:
            if not future.cancelled() and (error := future.exception()) is not None:
                log.error("what was put off failed", exc_info=error)

        if not self._closed:
            asyncio.get_running_loop().run_in_executor(self._thread, function).add_done_callback(done)

    def close(self) -> None:
        """End the thread as soon as it can."""
        self._closed = True
        self._waiting.clear()
        self._stop.set()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            key = self._next()
            urgent = self._waiting.pop(key)
            self._stop.clear()
            try:
                found = await loop.run_in_executor(self._thread, self._worked, key)
                if found is not None and key not in self._waiting:
                    self._done(key, found)
            except SupersededError:
                # Touched again, it is waiting already; put off for another, it waits behind that.
                self._waiting = {key: urgent, **self._waiting} if key not in self._waiting else self._waiting
                continue
            except Exception:
                log.exception("judging %s failed", key)
            if key not in self._waiting:
                self._release(key)
            if not self._waiting and not self._closed:
                # Whoever waited is to be answered first.
                await asyncio.sleep(0)
                self.later(self._rest)

    def _worked(self, key: str) -> _Done | None:
        self._at_work = True
        try:
            return self._work(key)
        finally:
            self._at_work = False

    def _next(self) -> str:
        return next((key for key in reversed(self._waiting) if self._waiting[key]), next(iter(self._waiting)))

    def _release(self, key: str) -> None:
        for waiter in self._waiters.pop(key, []):
            if not waiter.done():
                waiter.set_result(None)
