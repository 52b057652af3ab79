"""A thread that asks libvirt. One that hangs in libvirt's own code cannot be interrupted, but it can be left behind.

So a run ends after a limit, and with ^C. libvirt's keepalive would need an event loop, and ends no connection that is
still being made.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from glob import glob
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple, TypeVar, cast

from vnetlint.live.binding import LiveError

_Value = TypeVar("_Value")


class _Answered(NamedTuple):
    value: object
    error: BaseException | None


class Worker:
    """Asks one question after the other. It is of no use any more once it has not answered one in time."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._before = _children()
        self._questions: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._answers: SimpleQueue[_Answered] = SimpleQueue()
        # As a daemon it does not keep the process from ending.
        Thread(target=self._work, daemon=True).start()

    def ask(self, question: Callable[[], _Value], seconds: float) -> _Value:
        """Return the answer to a question. Raises what the question raises, and LiveError if there is none in time."""
        self._questions.put(question)
        try:
            answer = self._answers.get(timeout=seconds)
        except Empty:
            self._end_helpers()
            raise LiveError(f"{self.uri}: no answer within {seconds:g} seconds") from None
        except BaseException:
            self._end_helpers()
            raise
        if answer.error is not None:
            raise answer.error
        return cast("_Value", answer.value)

    def _work(self) -> None:
        while True:
            question = self._questions.get()
            try:
                answer = _Answered(question(), None)
            except BaseException as error:
                answer = _Answered(None, error)
            self._answers.put(answer)

    def _end_helpers(self) -> None:
        """End the programs that libvirt started, such as an ssh that waits for a password on the terminal."""
        for each in _children() - self._before:
            with suppress(OSError):
                os.kill(each, signal.SIGTERM)


def _children() -> frozenset[int]:
    """Return the numbers of the programs that this process has started, on Linux."""
    found: set[int] = set()
    for path in glob("/proc/self/task/*/children"):
        with suppress(OSError), open(path, encoding="ascii") as file:
            found.update(map(int, file.read().split()))
    return frozenset(found)
