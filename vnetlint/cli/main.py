"""The commands, and the start and end of a run."""

import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, BinaryIO, NoReturn, TextIO, cast

import typer

from vnetlint import __version__
from vnetlint.cli.streams import CLEAN, FAILED, Closed, Streams
from vnetlint.errors import UserError

_COMMANDS = (
    "check",
    "baseline",
    "rule",
    "rules",
    "show",
    "reach",
    "graph",
    "mode",
    "host",
    "schema",
    "config",
    "policy",
    "server",
)
_MODULES = {"rule": "rules"}
"""The modules of commands whose names differ."""


def _app(arguments: Sequence[str]) -> typer.Typer:
    """Return the program with the command that is asked for, or with all if none is named.

    Loading a command takes longer than linting a file, and only some need the engine.
    """
    app = typer.Typer(
        name="vnetlint",
        help="Understands, checks and fixes libvirt's virtual network XML.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(options)
    asked = next((each for each in arguments if not each.startswith("-")), "")
    for name in (asked,) if asked in _COMMANDS else _COMMANDS:
        module = import_module(f"vnetlint.cli.{_MODULES.get(name, name)}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Understands, checks and fixes libvirt's virtual network XML."""
    if version:
        context.obj.write(f"vnetlint {__version__}\n")
        raise typer.Exit(CLEAN)
    if context.invoked_subcommand is None:
        context.obj.write(context.get_help() + "\n")
        raise typer.Exit(FAILED)


_NO_OUTPUT = frozenset({errno.ENOSPC, errno.EIO, errno.EBADF})
"""What the system answers where a help text, which Typer writes, cannot be written."""


def main(arguments: Sequence[str], stdin: BinaryIO, out: TextIO, err: TextIO) -> int:
    """Run a command line and return its exit code: 0 clean, 1 findings, 2 the job could not be done.

    No exception leaves it, unless VNETLINT_DEBUG is set in the environment.
    """
    streams = Streams(stdin, out, err)
    if any("\0" in each for each in arguments):
        streams.note("an argument cannot contain a NUL character")
        return FAILED
    try:
        code = _app(arguments)(list(arguments), obj=streams, standalone_mode=False, prog_name="vnetlint")
        streams.flush()
    except typer.Exit as error:
        return error.exit_code
    except UserError as error:
        streams.note(str(error))
        return FAILED
    except typer.TyperException as error:
        message = error.format_message().rstrip(".")
        streams.note(f"{message}; `vnetlint --help` shows the usage" if message else "see `vnetlint --help`")
        return FAILED
    except BrokenPipeError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_OUTPUT:
            streams.note(f"standard output cannot be written: {error.strerror}")
            return FAILED
        # A bug. A traceback would not help the user.
        if os.environ.get("VNETLINT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        streams.note(f"internal error: {what}; please report this with the output under VNETLINT_DEBUG=1")
        return FAILED
    return code if isinstance(code, int) else CLEAN


def run() -> None:
    """Run as the console script."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it is used until the process ends
    if sys.stdout is None:
        sys.stderr.write("vnetlint: standard output is closed, so there is nowhere to report to\n")
        sys.exit(FAILED)
    for stream in (sys.stdout, sys.stderr):
        # If a terminal cannot show a character, a report must not end in a traceback.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    # A run is short, and its reference cycles are all in use until it ends.
    gc.disable()
    try:
        stdin = sys.stdin.buffer if sys.stdin is not None else cast("BinaryIO", Closed())
        code = main(sys.argv[1:], stdin, sys.stdout, sys.stderr)
    except BrokenPipeError:
        # The reader of the report is gone. Python must not write to it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    sys.exit(code)


def _stop(number: int, _frame: object) -> NoReturn:
    """End the run as an exception, so that no half-written file stays behind."""
    sys.exit(128 + number)
