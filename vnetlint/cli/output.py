"""Where reports go: one to stdout, and as many as are asked for to files, each in a format of its own."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace

import typer

from vnetlint.cli.inputs import wants_colour
from vnetlint.cli.streams import CommandError, Streams
from vnetlint.errors import UserError
from vnetlint.files.write import is_kept, save, unwritable
from vnetlint.report import formats, renderer
from vnetlint.report.display import clean
from vnetlint.report.outcome import Outcome
from vnetlint.result import Result

FORMATS = formats()
_BY_ENDING = {".sarif": "sarif", ".sarif.json": "sarif"}
"""The endings that only one format has. `.json` is two formats, and `.xml` are the files of libvirt."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A file that a report is written to."""

    format: str
    path: str


def format_named(name: str) -> str:
    """Return a format that `--output-format` names. Raises BadParameter if there is none."""
    if name not in FORMATS:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(map(repr, FORMATS))}.")
    return name


def destinations(values: Iterable[str], read: Iterable[str]) -> tuple[Destination, ...]:
    """Read `FORMAT=FILE`, or `FILE` if its ending says the format, and check that each can be written.

    Raises CommandError before anything is linted, also if a file is one that the run reads.
    """
    found = tuple(_destination(value) for value in values)
    taken = {os.path.realpath(path): f"the run reads {path}" for path in read}
    for each in found:
        target = os.path.realpath(each.path)
        reason = taken.get(target, "") if is_kept(target) else ""
        if reason := reason or unwritable(each.path):
            raise CommandError(clean(f"{each.path}: cannot be written: {reason}"))
        taken[target] = "another report goes there"
    return found


def _destination(value: str) -> Destination:
    name, equals, path = value.partition("=")
    if equals and "/" not in name:
        if name not in FORMATS:
            raise _unclear(value, f"invalid format '{name}': expected one of {', '.join(FORMATS)}")
    else:
        path = value
        endings = (ending for ending in _BY_ENDING if value.endswith(ending))
        name = _BY_ENDING[ending] if (ending := next(endings, None)) else ""
    if not name:
        raise _unclear(value, f"missing format: use FORMAT={value} with one of {', '.join(FORMATS)}")
    if path in ("", "-"):
        raise _unclear(value, "missing file name; for standard output use --output-format")
    return Destination(name, path)


def _unclear(value: str, reason: str) -> CommandError:
    return CommandError(clean(f"--output-file {value}: {reason}"))


def write_files(outcome: Outcome, chosen: Iterable[Destination], streams: Streams) -> bool:
    """Write the reports without colour, the others also if one cannot be written; return whether all were."""
    written = True
    plain = replace(outcome, colour=False)
    for each in chosen:
        try:
            # As on stdout, lone surrogates must not turn a report into a traceback.
            save(each.path, renderer(each.format)(plain).encode("utf-8", "backslashreplace"))
        except UserError as error:
            streams.note(str(error))
            written = False
    return written


def printed(outcome: Outcome, output_format: str, statistics: bool, streams: Streams) -> str:
    """Return what goes to stdout."""
    if statistics:
        return _statistics(outcome.result)
    return renderer(output_format)(replace(outcome, colour=wants_colour(streams)))


def _statistics(result: Result) -> str:
    """Count the findings by rule, the most frequent first; `*` marks the rules with a fix that --fix can make."""
    rows: dict[str, tuple[int, bool]] = {}
    for finding in result.findings:
        count, fixable = rows.get(finding.rule, (0, False))
        applicable = any(fix.edits for fix in finding.fixes)
        rows[finding.rule] = (count + 1, fixable or applicable)
    ordered = sorted(rows.items(), key=lambda row: (-row[1][0], row[0]))
    return "".join(f"{count:6} {'[*]' if fixable else '   '} {name}\n" for name, (count, fixable) in ordered)
