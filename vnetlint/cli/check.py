"""`vnetlint check`: lint, and with `--fix` mend."""

from collections.abc import Iterable, Sequence
from difflib import unified_diff
from enum import StrEnum
from typing import Annotated

import typer

from vnetlint import files
from vnetlint.cli.inputs import STDIN, gather
from vnetlint.cli.output import Format, destinations, printed, write_files
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams, streams_of
from vnetlint.engine import FixResult, Input, Result, Settings, fix, lint, merged, merged_fixes
from vnetlint.errors import UserError
from vnetlint.finding import Severity
from vnetlint.plan import Options, check_rules, plan
from vnetlint.report.display import clean
from vnetlint.report.outcome import Outcome, at_or_above, plural
from vnetlint.xml.source import Source

MAX_NOTED = 5
"""Named files of somebody else's XML that are noted one by one."""


class Threshold(StrEnum):
    """The mildest severity that makes the exit code 1."""

    error = "error"
    warning = "warning"
    info = "info"


def check(
    context: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(help="Files and folders; `-` is standard input.")] = None,
    fix_: Annotated[bool, typer.Option("--fix", help="Mend what can safely be mended.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: mend too where that may change what works.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    select_: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="RULES",
            help="Only these: names, codes, families, or the profile `default`, `strict` or `all`.",
        ),
    ] = None,
    extend_select: Annotated[list[str] | None, typer.Option(metavar="RULES", help="These as well.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(metavar="RULES", help="All but these.")] = None,
    fail_on: Annotated[Threshold, typer.Option(help="The mildest severity that fails.")] = Threshold.warning,
    host: Annotated[str | None, typer.Option(metavar="FILE", help="The host's inventory, JSON or TOML.")] = None,
    target_libvirt: Annotated[
        str | None, typer.Option(metavar="VERSION", help="The oldest libvirt that the files are for, such as 9.0.0.")
    ] = None,
    schemas: Annotated[
        str | None, typer.Option(metavar="bundled|system|DIR", help="Whose schemas: vnetlint's own, or libvirt's.")
    ] = None,
    config: Annotated[str | None, typer.Option(metavar="FILE", help="Use this configuration for all files.")] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="See no configuration, and no file but those that are named.")
    ] = False,
    output_format: Annotated[Format, typer.Option(help="How to report.")] = Format.full,
    output_file: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Write a report to a file as well; may be given several times."),
    ] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings by rule instead.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.")] = False,
    stdin_filename: Annotated[str, typer.Option(metavar="NAME", help="What to call standard input.")] = "<stdin>",
) -> int:
    """Lint libvirt XML, and mend it with --fix.

    Exits with 0 where nothing was found, 1 where something was, 2 where the job could not be done.
    """
    streams = streams_of(context)
    if unsafe_fixes and not (fix_ or diff):
        raise CommandError("--unsafe-fixes goes with --fix or --diff")
    options = Options(
        select=_split(select_),
        extend_select=_split(extend_select),
        ignore=_split(ignore),
        host=host,
        target=target_libvirt,
        schemas=schemas,
        config=config,
        isolated=isolated,
        unsafe=unsafe_fixes,
    )
    check_rules(options)
    paths = paths or ["."]
    inputs, named = gather(paths, stdin_filename, streams)
    report_to = destinations(output_file or (), [*(each.path for each in inputs), *filter(None, (host, config))])
    runs = plan(inputs, options)
    outcome = merged_fixes((fix if fix_ or diff else _only_lint)(run.inputs, run.settings, run.context) for run in runs)
    _note_foreign(outcome.result, named, streams)
    code = _exit_code(outcome.result, fail_on, exit_zero)
    if diff:
        # What the files hold is what they held, and of that a report has to tell.
        result = merged(lint(run.inputs, run.settings, run.context) for run in runs) if report_to else outcome.result
        written = write_files(Outcome(result), report_to, streams)
        code = _show_diff(outcome, code, exit_zero, streams)
        return code if written else FAILED
    report = printed(outcome.result, outcome.fixed, output_format, statistics, streams)
    if paths == [STDIN] and fix_:
        # The mended document is what is asked for; the report must not mix with it.
        streams.out.write(_final_text(inputs, outcome))
        streams.err.write(report)
        written = True
    else:
        written = _write_all(outcome, streams)
        streams.out.write(report)
    written &= write_files(Outcome(outcome.result, outcome.fixed), report_to, streams)
    return code if written else FAILED


def _only_lint(inputs: Iterable[Input], settings: Settings, context: Iterable[Source]) -> FixResult:
    return FixResult(lint(inputs, settings, context), (), 0, 0)


def _split(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


def _note_foreign(result: Result, named: frozenset[str], streams: Streams) -> None:
    """Tell which named files are not ours; a hook may name hundreds, of which the first is example enough."""
    foreign = [(clean(path), clean(result.foreign[path])) for path in sorted(named & result.foreign.keys())]
    if len(foreign) > MAX_NOTED:
        path, root = foreign[0]
        streams.note(f"{len(foreign)} files skipped: no libvirt network, domain or filter, such as {path}, a <{root}>")
        return
    for path, root in foreign:
        streams.note(f"{path}: skipped: <{root}> is no libvirt network, domain or filter")


def _exit_code(result: Result, threshold: Severity | Threshold, exit_zero: bool) -> int:
    if result.failed:
        return FAILED
    limit: Severity = "error" if threshold == "error" else "warning" if threshold == "warning" else "info"
    return FINDINGS if at_or_above(result.findings, limit) and not exit_zero else CLEAN


def _show_diff(outcome: FixResult, code: int, exit_zero: bool, streams: Streams) -> int:
    for before, after, _ in outcome.changed:
        streams.out.write(_unified(before, after))
    if outcome.fixed:
        where = plural(len(outcome.changed), "file")
        streams.note(f"would mend {plural(outcome.fixed, 'finding')} in {where}; {len(outcome.result.findings)} remain")
    return code if code != CLEAN or exit_zero or not outcome.changed else FINDINGS


def _unified(before: Source, after: Source) -> str:
    """Write a diff that `git apply` and `patch` take."""
    path = before.path.lstrip("/")
    old, new = before.text.splitlines(keepends=True), after.text.splitlines(keepends=True)
    lines = unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _final_text(inputs: Sequence[Input], outcome: FixResult) -> str:
    changed = {each.before.path: each.after.text for each in outcome.changed}
    return "".join(changed.get(each.path, each.text) for each in inputs if isinstance(each, Source))


def _write_all(outcome: FixResult, streams: Streams) -> bool:
    """Write every mended file; one that cannot be written does not keep the others from it."""
    written = True
    for before, after, _ in outcome.changed:
        try:
            files.write(before, after)
        except UserError as error:
            streams.note(str(error))
            written = False
    return written
