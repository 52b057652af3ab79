"""The commands, and the start and end of a run."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, BinaryIO, TextIO

import typer

from vnetlint import __version__
from vnetlint.cli.check import check
from vnetlint.cli.config import app as config
from vnetlint.cli.rules import rule, rules
from vnetlint.cli.schema import app as schema
from vnetlint.cli.server import server
from vnetlint.cli.show import show
from vnetlint.cli.streams import CLEAN, FAILED, Streams
from vnetlint.errors import UserError

app = typer.Typer(
    name="vnetlint",
    help="Understands, checks and fixes libvirt's virtual network XML.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (check, rule, rules, show, server):
    app.command()(command)
app.add_typer(schema, name="schema")
app.add_typer(config, name="config")


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Understands, checks and fixes libvirt's virtual network XML."""
    if version:
        context.obj.out.write(f"vnetlint {__version__}\n")
        raise typer.Exit(CLEAN)
    if context.invoked_subcommand is None:
        context.obj.out.write(context.get_help() + "\n")
        raise typer.Exit(FAILED)


def main(arguments: Sequence[str], stdin: BinaryIO, out: TextIO, err: TextIO) -> int:
    """Run a command line and return its exit code: 0 clean, 1 findings, 2 the job could not be done.

    No exception leaves it, unless VNETLINT_DEBUG is set in the environment.
    """
    streams = Streams(stdin, out, err)
    if any("\0" in each for each in arguments):
        streams.note("an argument cannot contain a NUL character")
        return FAILED
    try:
        code = app(list(arguments), obj=streams, standalone_mode=False, prog_name="vnetlint")
    except typer.Exit as error:
        return error.exit_code
    except UserError as error:
        streams.note(str(error))
        return FAILED
    except typer.TyperException as error:
        message = error.format_message().rstrip(".")
        streams.note(f"{message}; `vnetlint --help` shows the usage" if message else "see `vnetlint --help`")
        return FAILED
    except Exception as error:
        # A bug. A traceback would not help the user.
        if os.environ.get("VNETLINT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        streams.note(f"internal error: {what}; please report this with the output under VNETLINT_DEBUG=1")
        return FAILED
    return code if isinstance(code, int) else CLEAN


def run() -> None:
    """Run as the console script."""
    for stream in (sys.stdout, sys.stderr):
        # If a terminal cannot show a character, a report must not end in a traceback.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # A run is short, and its reference cycles are all in use until it ends.
    gc.disable()
    try:
        code = main(sys.argv[1:], sys.stdin.buffer, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the report is gone. Python must not write to it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
