"""The commands, and the start and end of a run."""

import errno
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated, BinaryIO, NoReturn, TextIO, cast

try:
    import typer
except ImportError as missing:
    sys.stderr.write(f"vnetlint: {missing}; vnetlint is not completely installed: install it again\n")
    sys.exit(2)

from vnetlint import __version__
from vnetlint.cli.helping import CommandWithHelp, GroupWithHelp
from vnetlint.cli.streams import CLEAN, FAILED, Closed, Streams
from vnetlint.errors import UserError

_CHECKING, _RULES, _UNDERSTANDING, _ENVIRONMENT = "Check and fix", "Rules", "Understand and change", "Set up"
_COMMANDS = {
    "check": _CHECKING,
    "baseline": _CHECKING,
    "facts": _CHECKING,
    "schema": _CHECKING,
    "rule": _RULES,
    "rules": _RULES,
    "policy": _RULES,
    "show": _UNDERSTANDING,
    "reach": _UNDERSTANDING,
    "graph": _UNDERSTANDING,
    "mode": _UNDERSTANDING,
    "init": _ENVIRONMENT,
    "config": _ENVIRONMENT,
    "host": _ENVIRONMENT,
    "server": _ENVIRONMENT,
    "cache": _ENVIRONMENT,
    "completion": _ENVIRONMENT,
    "self-check": _ENVIRONMENT,
}
"""The commands, each with its heading in the help."""
_MODULES = {"rule": "rules", "self-check": "selfcheck"}
"""The modules of commands whose names differ."""


def program(arguments: Sequence[str]) -> typer.Typer:
    """Return the program with the command that is asked for, or with all if none is named.

    Loading a command takes longer than linting a file, and only some need the engine.
    """
    app = typer.Typer(
        name="vnetlint",
        help="Understands, checks and fixes libvirt's virtual network XML.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        cls=GroupWithHelp,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(options)
    for name in _named(arguments):
        module, heading = import_module(f"vnetlint.cli.{_MODULES.get(name, name)}"), _COMMANDS[name]
        if hasattr(module, "app"):
            for each in module.app.registered_commands:
                each.cls = CommandWithHelp
            app.add_typer(module.app, name=name, cls=GroupWithHelp, rich_help_panel=heading)
        else:
            app.command(name, cls=CommandWithHelp, rich_help_panel=heading)(getattr(module, name.replace("-", "_")))
    return app


def _named(arguments: Sequence[str]) -> Iterable[str]:
    """Return the commands that may be meant: the one that is named, none for the version, otherwise all."""
    if list(arguments) == ["--version"]:
        return ()
    asked = next((each for each in arguments if not each.startswith("-")), "")
    return (asked,) if asked in _COMMANDS else _COMMANDS


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
        code = program(arguments)(list(arguments), obj=streams, standalone_mode=False, prog_name="vnetlint")
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
        # A bug or a damaged installation. A traceback would not help the user.
        if os.environ.get("VNETLINT_DEBUG"):
            raise
        if isinstance(error, ImportError):
            streams.note(f"{error}; vnetlint is not completely installed: `vnetlint self-check` says what is missing")
            return FAILED
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        streams.note(f"internal error: {what}; please report this with the output under VNETLINT_DEBUG=1")
        return FAILED
    return code if isinstance(code, int) else CLEAN


def run() -> None:
    """Run the command line of the process, and exit with its code."""
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
