"""What commands share: reading the inputs that paths name, and whether a report is coloured."""

import os
from collections.abc import Sequence

from vnetlint import files
from vnetlint.cli.streams import CommandError, Streams
from vnetlint.result import Input
from vnetlint.xml.limits import MAX_BYTES

STDIN = "-"


def gather(paths: Sequence[str], stdin_name: str, streams: Streams) -> tuple[list[Input], frozenset[str]]:
    """Read what the paths name; return also the files that were named themselves. Raises CommandError."""
    if STDIN in paths and len(paths) > 1:
        raise CommandError("`-` cannot be combined with other paths: standard input is linted by itself")
    if STDIN in paths:
        return [files.opened(stdin_name, streams.stdin.read(MAX_BYTES + 1))], frozenset({stdin_name})
    named = files.find(paths)
    return [files.read(each.path) for each in named], frozenset(each.path for each in named if each.explicit)


def wants_colour(streams: Streams) -> bool:
    """Whether the report goes to a terminal, and its user did not ask for plain text (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (streams.out.isatty() and os.environ.get("TERM") != "dumb")
