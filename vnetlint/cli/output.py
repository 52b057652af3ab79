"""Where reports go: one to standard output, and others to files, each in its own format."""

import os
from collections.abc import Iterable
from dataclasses import replace

import typer

from vnetlint.cli.inputs import wants_colour
from vnetlint.cli.streams import CommandError, Streams
from vnetlint.dataclass import dataclass
from vnetlint.errors import UserError
from vnetlint.files.write import is_kept, save, unwritable
from vnetlint.report import formats, renderer
from vnetlint.report.content import Report
from vnetlint.report.display import clean

FORMATS = formats()
_BY_ENDING = {".sarif": "sarif", ".sarif.json": "sarif", ".jsonl": "jsonl"}
"""The formats that a file name's ending implies. `.json` could be two formats, and `.xml` could be libvirt's XML."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file that a report is written to."""

    format: str
    path: str


def format_named(name: str) -> str:
    """Return a format that `--output-format` names. Raises BadParameter if there is none."""
    if name not in FORMATS:
        raise typer.BadParameter(f"'{name}' is not one of {', '.join(map(repr, FORMATS))}.")
    return name


def destinations(values: Iterable[str], read: Iterable[str]) -> tuple[ReportFile, ...]:
    """Return the files that values mean: `FORMAT=FILE`, or `FILE` if its ending implies the format.

    Raises CommandError if a value is invalid, or if a file cannot be written or is one of `read`. This is known before
    anything is linted.
    """
    found = tuple(_destination(value) for value in values)
    taken = {os.path.realpath(path): f"the run reads {path}" for path in read} if found else {}
    for each in found:
        target = os.path.realpath(each.path)
        reason = taken.get(target, "") if is_kept(target) else ""
        if reason := reason or unwritable(each.path):
            raise CommandError(clean(f"{each.path}: cannot be written: {reason}"))
        taken[target] = "another report goes there"
    return found


def _destination(value: str) -> ReportFile:
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
    return ReportFile(name, path)


def _unclear(value: str, reason: str) -> CommandError:
    return CommandError(clean(f"--output-file {value}: {reason}"))


def write_files(report: Report, chosen: Iterable[ReportFile], streams: Streams) -> bool:
    """Write reports without colours, and return whether all could be written. A failure is noted and not raised."""
    written = True
    plain = replace(report, colour=False)
    for each in chosen:
        try:
            # As on standard output, a lone surrogate must not end in a traceback.
            save(each.path, renderer(each.format)(plain).encode("utf-8", "backslashreplace"))
        except UserError as error:
            streams.error(str(error))
            written = False
    return written


def printed(report: Report, output_format: str, statistics: bool, streams: Streams) -> str:
    """Return the text for standard output: the report, or the statistics instead."""
    if statistics:
        from vnetlint.report.statistics import as_json, as_text

        return as_json(report) if output_format == "json" else as_text(report)
    return renderer(output_format)(replace(report, colour=wants_colour(streams)))
