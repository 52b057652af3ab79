"""What commands share: the inputs that paths mean, and whether a report has colours."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vnetlint.cli.streams import CommandError, Streams
from vnetlint.files.find import Excluding, find
from vnetlint.files.read import opened, read, read_later
from vnetlint.inputkey import StreamKey, is_uri
from vnetlint.report.display import clean
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.source import Input

if TYPE_CHECKING:
    from vnetlint.cli.live import LiveSite

STDIN = "-"
STDIN_NAME = "<stdin>"
"""The name of standard input in reports."""


MOST_HELD = 4000
"""The most files whose texts are held all the time. Of more they are read again when they are needed."""

MAX_NOTED = 5
"""The most named files that are noted one by one. Of more only one is named, because a hook may pass hundreds."""


def gather(
    paths: Sequence[str], streams: Streams, stdin_filename: str | None = None, excluding: Excluding | None = None
) -> tuple[list[Input], frozenset[str]]:
    """Return the inputs that paths mean, and the paths of those that were named themselves and not by a folder.

    What a configuration excludes is left out, and noted if it was named. Raises CommandError if `-` is combined with
    other paths, or named without being a path, or if a path is a URI, MissingPathError if there is nothing at a path,
    and ConfigError if a configuration cannot be read.
    """
    if uri := next(filter(is_uri, paths), None):
        raise CommandError(f"{uri}: this command reads files; check, baseline, show, reach and graph read a host too")
    if stdin_filename is not None and STDIN not in paths:
        raise CommandError("--stdin-filename is the name of standard input: it needs the path `-`")
    stdin_name = stdin_filename or STDIN_NAME
    if STDIN in paths and len(paths) > 1:
        raise CommandError("`-` cannot be combined with other paths: standard input is linted by itself")
    if STDIN in paths:
        if excluding and stdin_filename and (reason := excluding.of(stdin_filename)):
            _note_excluded([(stdin_name, str(reason))], streams)
            return [], frozenset()
        return [opened(StreamKey(stdin_name), streams.stdin.read(MAX_BYTES + 1))], frozenset({stdin_name})
    named = find(paths, excluding)
    _note_excluded([(each.path, each.excluded) for each in named if each.excluded], streams)
    named = [each for each in named if not each.excluded]
    reading = read if len(named) <= MOST_HELD else read_later
    return [reading(each.path) for each in named], frozenset(each.path for each in named if each.explicit)


def live_site(paths: Sequence[str], stdin_filename: str | None = None) -> "LiveSite | None":
    """Return the running hosts that paths mean, or None if they mean files.

    Raises CommandError if they mean both, and LiveError if a host cannot be read.
    """
    if not any(map(is_uri, paths)):
        return None
    if stdin_filename is not None or not all(map(is_uri, paths)):
        raise CommandError("a running host is checked by itself: name either files or URIs of libvirt")
    # Only these runs need libvirt.
    from vnetlint.cli.live import LiveSite

    return LiveSite.read(paths)


def _note_excluded(excluded: Sequence[tuple[str, str]], streams: Streams) -> None:
    """Note what was named and is not checked, because the configuration excludes it."""
    if len(excluded) > MAX_NOTED:
        path, reason = excluded[0]
        streams.note(clean(f"{len(excluded)} paths skipped: excluded by the configuration, such as {path}, {reason}"))
        return
    for path, reason in excluded:
        streams.note(clean(f"{path}: skipped: {reason}"))


def wants_colour(streams: Streams) -> bool:
    """Whether the report goes to a terminal whose user did not disable colours (https://no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (streams.out.isatty() and os.environ.get("TERM") != "dumb")
