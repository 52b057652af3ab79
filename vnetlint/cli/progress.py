"""How far a run is: a line on a terminal that waits, and the time of each stage for --verbose."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from vnetlint.cli.streams import Streams

PATIENCE = 1.0
"""Seconds until the line appears."""
BETWEEN = 0.1
"""Seconds between two changes of it."""


class Stages:
    """The stages of a run. The time that each took is noted for --verbose."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._since = time.monotonic()

    def ended(self, name: str) -> None:
        """Note that a stage ended, and begin the next one."""
        now = time.monotonic()
        self._streams.detail(f"{name} took {(now - self._since) * 1000:.0f} ms")
        self._since = now


@contextmanager
def progress(streams: Streams, files: int) -> Iterator[Callable[[], None]]:
    """Show how many files are checked, on a terminal and only after a second. Yields what to call for each file."""
    if streams.is_quiet or not streams.err.isatty():
        yield lambda: None
        return
    line = _Line(streams, files)
    try:
        yield line.step
    finally:
        line.clear()


class _Line:
    """The line. Fixing checks all files again, so the number of files that are done may start again."""

    def __init__(self, streams: Streams, files: int) -> None:
        self._streams = streams
        self._files = files
        self._done = 0
        self._next = time.monotonic() + PATIENCE
        self._is_shown = False

    def step(self) -> None:
        """Count a file, and show the number now and then."""
        self._done = self._done % max(self._files, 1) + 1
        if (now := time.monotonic()) >= self._next:
            self._next = now + BETWEEN
            self._is_shown = True
            self._write(f"\r\x1b[Kchecking file {self._done} of {self._files}")

    def clear(self) -> None:
        """Remove the line."""
        if self._is_shown:
            self._is_shown = False
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        with suppress(OSError):
            self._streams.err.write(text)
            self._streams.err.flush()
