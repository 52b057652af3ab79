"""The streams of a run, which tests replace, and its exit codes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from typing import TYPE_CHECKING, BinaryIO, TextIO

from vnetlint.dataclass import dataclass
from vnetlint.errors import UserError
from vnetlint.report.display import clean

if TYPE_CHECKING:
    import typer

CLEAN = 0
FINDINGS = 1
FAILED = 2
"""The exit codes: no finding that fails the run, at least one, and a job that could not be done."""


class CommandError(UserError):
    """The job could not be done. The message is one line with the reason and what to do."""


@dataclass(frozen=True)
class Streams:
    """Where a command reads and writes. Only the report goes to `out`."""

    stdin: BinaryIO
    out: TextIO
    err: TextIO
    is_quiet: bool = False
    """Whether notes are left out."""
    is_verbose: bool = False
    """Whether details are noted."""

    @property
    def width(self) -> int:
        """The columns of the terminal that `out` is; where it is none, the usual 80 or those of COLUMNS."""
        # Loading it takes a twentieth of the time of a command that needs no width.
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def write(self, text: str) -> None:
        """Write a part of the report. Raises CommandError, and BrokenPipeError if its reader is gone."""
        with _explained():
            self.out.write(text)

    def flush(self) -> None:
        """Write what is still held back. Raises as `write` does."""
        with _explained():
            self.out.flush()

    def note(self, message: str) -> None:
        """Write a message that is not part of the report, unless only errors are asked for."""
        if not self.is_quiet:
            self.error(message)

    def detail(self, message: str) -> None:
        """Write a message that only --verbose asks for."""
        if self.is_verbose:
            self.error(message)

    def error(self, message: str) -> None:
        """Write why part of the job was not done. It is one line, whatever text of a file it quotes."""
        with suppress(OSError):
            self.err.write(f"vnetlint: {clean(message)}\n")

    def write_bytes(self, data: bytes) -> None:
        """Write bytes unchanged to `out`. A stream without bytes, as in a test, gets them as text."""
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


def streams_of(context: "typer.Context") -> Streams:
    """Return the streams that `main` put into the context."""
    streams: Streams = context.obj
    return streams


Command = Callable[..., int]
