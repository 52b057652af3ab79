"""What commands share: reading the inputs that paths name, and whether a report is coloured."""

import os
from collections.abc import Sequence

from vnetlint.cli.streams import CommandError, Streams
from vnetlint.files.find import find
from vnetlint.files.read import opened, read
from vnetlint.inputkey import StreamKey
from vnetlint.result import Input
from vnetlint.xml.source import MAX_BYTES

STDIN = "-"
STDIN_NAME = "<stdin>"
"""What reports call standard input."""


def gather(
    paths: Sequence[str], streams: Streams, stdin_filename: str | None = None
) -> tuple[list[Input], frozenset[str]]:
    """Read what the paths name; return also the files that were named themselves. Raises CommandError."""
    if stdin_filename is not None and STDIN not in paths:
        raise CommandError("--stdin-filename is the name of standard input: it needs the path `-`")
    stdin_name = stdin_filename or STDIN_NAME
    if STDIN in paths and len(paths) > 1:
        raise CommandError("`-` cannot be combined with other paths: standard input is linted by itself")
    if STDIN in paths:
        return [opened(StreamKey(stdin_name), streams.stdin.read(MAX_BYTES + 1))], frozenset({stdin_name})
    named = find(paths)
    return [read(each.path) for each in named], frozenset(each.path for each in named if each.explicit)


def wants_colour(streams: Streams) -> bool:
    """Whether the report goes to a terminal, and its user did not ask for plain text (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (streams.out.isatty() and os.environ.get("TERM") != "dumb")
