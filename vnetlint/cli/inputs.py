"""What commands share: the inputs that paths mean, and whether a report has colours."""

import os
from collections.abc import Sequence

from vnetlint.cli.streams import CommandError, Streams
from vnetlint.files.find import find
from vnetlint.files.read import opened, read
from vnetlint.inputkey import StreamKey
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.source import Input

STDIN = "-"
STDIN_NAME = "<stdin>"
"""The name of standard input in reports."""


def gather(
    paths: Sequence[str], streams: Streams, stdin_filename: str | None = None
) -> tuple[list[Input], frozenset[str]]:
    """Return the inputs that paths mean, and the paths of those that were named themselves and not by a folder.

    Raises CommandError if `-` is combined with other paths, or named without being a path, and MissingPathError if
    there is nothing at a path.
    """
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
    """Whether the report goes to a terminal whose user did not disable colours (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (streams.out.isatty() and os.environ.get("TERM") != "dumb")
