"""The streams of a run, passed in so that a test needs no process, and the ways in which a run ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import RawIOBase
from typing import BinaryIO, TextIO

import typer

from vnetlint.errors import UserError
from vnetlint.report.display import clean

CLEAN = 0
FINDINGS = 1
FAILED = 2


class CommandError(UserError):
    """The job could not be done; the message is one line that says why and what to do."""


@dataclass(frozen=True)
class Streams:
    """Where a command reads and writes. The report alone goes to `out`."""

    stdin: BinaryIO
    out: TextIO
    err: TextIO

    def write(self, text: str) -> None:
        """Write a part of the report. Raises CommandError, and BrokenPipeError if its reader is gone."""
        with _explained():
            self.out.write(text)

    def flush(self) -> None:
        """Write what is still held back. Raises as `write` does."""
        with _explained():
            self.out.flush()

    def note(self, message: str) -> None:
        """Write a message that is not part of the report, as one line whatever text of a file is in it."""
        with suppress(OSError):
            self.err.write(f"vnetlint: {clean(message)}\n")

    def write_bytes(self, data: bytes) -> None:
        """Write what must keep its bytes; a stream without bytes, as in a test, gets them as UTF-8."""
        if (buffer := getattr(self.out, "buffer", None)) is None:
            self.out.write(data.decode("utf-8", "surrogateescape"))
            return
        self.flush()
        with _explained():
            buffer.write(data)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"standard output cannot be written: {error.strerror or error}") from None


class Closed(RawIOBase):
    """Standard input that the caller has closed."""

    def read(self, size: int = -1) -> bytes:
        """Raise CommandError."""
        raise CommandError("standard input cannot be read: it is closed")


def streams_of(context: typer.Context) -> Streams:
    """Return the streams that `main` put into the context."""
    streams: Streams = context.obj
    return streams


Command = Callable[..., int]
