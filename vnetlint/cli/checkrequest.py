"""What a command line asks `vnetlint check` for, and which options go together."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from vnetlint.cli.inputs import STDIN
from vnetlint.cli.streams import CommandError, Streams
from vnetlint.config.runoptions import RunOptions
from vnetlint.inputkey import is_uri


class CheckRequest(NamedTuple):
    """What a command line asks `check` for."""

    paths: Sequence[str]
    fix: bool
    diff: bool
    output_format: str
    output_file: Sequence[str]
    show_all: bool
    show_fixes: bool
    statistics: bool
    explain_silence: bool
    add_ignores: str | None
    diff_base: str | None
    exit_zero: bool
    stdin_filename: str | None
    options: RunOptions
    jobs: int = 1
    """How many processes judge files, if there are many."""
    uses_cache: bool = True
    """Whether findings of earlier runs are looked up and those of this one kept."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_request(asked: CheckRequest, streams: Streams) -> None:
    """Raise CommandError if options do not go together."""
    is_fixing = asked.fix or asked.diff
    _check_fixing(asked.options, is_fixing, asked.add_ignores, asked.paths)
    if asked.explain_silence and (asked.statistics or asked.diff or asked.output_format != "full"):
        raise CommandError("--explain-silence needs the format full, without --statistics or --diff")
    if asked.show_fixes and (asked.statistics or asked.diff or asked.output_format not in ("full", "concise")):
        raise CommandError("--show-fixes needs the format full or concise, without --statistics or --diff")
    if asked.statistics and asked.output_format not in ("full", "concise", "json"):
        raise CommandError("--statistics needs the format full, concise or json")
    if streams.is_quiet and streams.is_verbose:
        raise CommandError("--quiet and --verbose cannot be combined")


def _check_fixing(options: RunOptions, is_fixing: bool, add_ignores: str | None, paths: Sequence[str]) -> None:
    """Raise CommandError if options do not go together."""
    for name, given in (("--unsafe-fixes", options.unsafe), ("--choose", options.choices)):
        if given and not is_fixing:
            raise CommandError(f"{name} needs --fix or --diff")
    if add_ignores is not None and is_fixing:
        raise CommandError("--add-ignores cannot be combined with --fix or --diff")
    if add_ignores is not None and STDIN in paths:
        raise CommandError("--add-ignores writes files: expected paths, not `-`")
    if add_ignores is not None and any(map(is_uri, paths)):
        raise CommandError(
            "--add-ignores writes files: libvirt keeps no comments, so hold findings of a host in a baseline"
        )
