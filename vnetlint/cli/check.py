"""`vnetlint check`: lint, and with `--fix` fix."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from io import BytesIO
from typing import Annotated, NamedTuple

import typer

from vnetlint.cli.choices import choices_of, notes
from vnetlint.cli.inputs import STDIN, gather
from vnetlint.cli.output import Format, destinations, printed, write_files
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams, streams_of
from vnetlint.engine import lint
from vnetlint.finding import Severity
from vnetlint.fixing import fix
from vnetlint.plan import Options, Run, check_rules, plan
from vnetlint.registry import rules_by_any_name
from vnetlint.report.display import clean
from vnetlint.report.outcome import Outcome, at_or_above, is_at_or_above, offers, plural, without_milder
from vnetlint.result import FixResult, Input, Made, Result, merged, merged_fixes
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

MAX_NOTED = 5
"""Named files that are not libvirt's which are noted one by one."""


class Threshold(StrEnum):
    """A severity, and all that are worse."""

    error = "error"
    warning = "warning"
    info = "info"


def check(
    context: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(help="Files and folders; `-` is standard input.")] = None,
    fix_: Annotated[bool, typer.Option("--fix", help="Fix what can be fixed safely.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: also make fixes that may change what works.")
    ] = False,
    choose_: Annotated[
        list[str] | None,
        typer.Option(
            "--choose",
            metavar="RULE[=N]",
            help="With --fix or --diff: make the N-th fix of a rule's findings, by default the first; repeatable.",
        ),
    ] = None,
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
    fail_on: Annotated[Threshold, typer.Option(help="The mildest severity that fails, and that --fix fixes.")] = (
        Threshold.warning
    ),
    min_severity: Annotated[Threshold | None, typer.Option(help="The mildest severity that is shown.")] = None,
    host: Annotated[str | None, typer.Option(metavar="FILE", help="The host's inventory, JSON or TOML.")] = None,
    target_libvirt: Annotated[
        str | None, typer.Option(metavar="VERSION", help="The oldest libvirt that the files are for, such as 9.0.0.")
    ] = None,
    schemas: Annotated[
        str | None, typer.Option(metavar="bundled|system|DIR", help="Whose schemas: vnetlint's own, or libvirt's.")
    ] = None,
    config: Annotated[str | None, typer.Option(metavar="FILE", help="Use this configuration for all files.")] = None,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Use no configuration, and no file but those that are named.")
    ] = False,
    output_format: Annotated[Format, typer.Option(help="How to report.")] = Format.full,
    output_file: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Write a report to a file as well; repeatable."),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--show-all", help="List findings that repeat in a file one by one.")
    ] = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count the findings by rule instead.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.")] = False,
    stdin_filename: Annotated[str, typer.Option(metavar="NAME", help="What to call standard input.")] = "<stdin>",
) -> int:
    """Lint libvirt XML, and fix it with --fix.

    Exits with 0 if nothing was found, 1 if something was, 2 if the job could not be done.
    """
    streams = streams_of(context)
    for name, given in (("--unsafe-fixes", unsafe_fixes), ("--choose", choose_)):
        if given and not (fix_ or diff):
            raise CommandError(f"{name} needs --fix or --diff")
    selected, extended = _split(select_), _split(extend_select)
    options = Options(
        select=selected,
        extend_select=extended,
        ignore=_split(ignore),
        host=host,
        target=target_libvirt,
        schemas=schemas,
        config=config,
        isolated=isolated,
        unsafe=unsafe_fixes,
        fail_on=_severity(fail_on),
        fixable=tuple(name for name in (*selected, *extended) if name in rules_by_any_name()),
        choices=choices_of(_split(choose_)),
        min_severity=_severity(min_severity) if min_severity else None,
    )
    check_rules(options)
    paths = paths or ["."]
    document = b""
    if fix_ and STDIN in paths:
        document = streams.stdin.read()
        streams = replace(streams, stdin=BytesIO(document))
    # The same files give the same report, in whatever order they are named.
    inputs, named = gather(sorted(paths), stdin_filename, streams)
    inputs.sort(key=lambda each: each.path)
    report_to = destinations(output_file or (), [*(each.path for each in inputs), *filter(None, (host, config))])
    runs = plan(inputs, options)
    fixed = merged_fixes((fix if fix_ or diff else _only_lint)(run.inputs, run.settings, run.context) for run in runs)
    _note_foreign(fixed.result, named, streams)
    for note in notes(options.choices, fixed, runs):
        streams.note(note)
    reporting = _Reporting(runs, options.fail_on, show_all)
    if diff:
        # A report describes the files as they are, and --diff changes none.
        result = merged(lint(run.inputs, run.settings, run.context) for run in runs) if report_to else fixed.result
        written = write_files(reporting.outcome(result), report_to, streams)
        from vnetlint.cli.diff import show_diff

        show_diff(((each.before, each.after) for each in fixed.changed), streams)
        _note_diff(fixed, reporting.outcome(fixed.result), streams)
        code = _exit_code(fixed.result, options.fail_on, exit_zero)
        if fixed.changed and code == CLEAN and not exit_zero:
            code = FINDINGS
        return code if written else FAILED
    written = True
    if fix_ and paths != [STDIN]:
        from vnetlint.cli.writing import write_fixed

        fixed, written = write_fixed(fixed, runs, streams)
    outcome = reporting.outcome(fixed.result, fixed.made)
    code = _exit_code(fixed.result, options.fail_on, exit_zero)
    _note_hidden(fixed.result, outcome, code, streams)
    report = printed(outcome, output_format, statistics, streams)
    if fix_ and paths == [STDIN]:
        # The fixed document is what is asked for; the report must not mix with it.
        streams.write_bytes(fixed.changed[0].after.encode() if fixed.changed else document)
        streams.err.write(report)
    else:
        streams.out.write(report)
    written &= write_files(outcome, report_to, streams)
    return code if written else FAILED


def _only_lint(inputs: Iterable[Input], settings: Settings, context: Iterable[Source]) -> FixResult:
    return FixResult(lint(inputs, settings, context), (), (), 0)


def _severity(threshold: Threshold) -> Severity:
    return "error" if threshold == "error" else "warning" if threshold == "warning" else "info"


def _split(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(name.strip() for value in values or () for name in value.split(",") if name.strip())


class _Reporting(NamedTuple):
    """How the results of some runs are reported."""

    runs: Sequence[Run]
    fail_on: Severity
    show_all: bool

    def outcome(self, result: Result, made: tuple[Made, ...] = ()) -> Outcome:
        """Return what a report is made from."""
        by_path = {each.path: run for run in self.runs for each in run.inputs}
        shown = without_milder(result, {path: run.min_severity for path, run in by_path.items()})
        policies = {path: run.settings.fixing for path, run in by_path.items()}
        hidden = len(result.findings) - len(shown.findings)
        return Outcome(shown, made, False, policies, self.fail_on, hidden, self.show_all)


def _note_foreign(result: Result, named: frozenset[str], streams: Streams) -> None:
    """Note the named files that are not libvirt's; a hook may name hundreds, of which one is example enough."""
    foreign = [(clean(path), clean(result.foreign[path])) for path in sorted(named & result.foreign.keys())]
    if len(foreign) > MAX_NOTED:
        path, root = foreign[0]
        streams.note(
            f"{len(foreign)} files skipped: not a libvirt network, domain or filter, such as {path}, a <{root}>"
        )
        return
    for path, root in foreign:
        streams.note(f"{path}: skipped: <{root}> is not a libvirt network, domain or filter")


def _note_hidden(result: Result, outcome: Outcome, code: int, streams: Streams) -> None:
    """Say why a run fails whose report shows nothing that does."""
    if code == FINDINGS and not at_or_above(outcome.result.findings, outcome.fail_on):
        count = sum(is_at_or_above(each, outcome.fail_on) for each in result.findings)
        streams.note(
            f"{plural(count, 'finding')} at or above --fail-on {outcome.fail_on} not shown, because of min-severity"
        )


def _note_diff(fixed: FixResult, left: Outcome, streams: Streams) -> None:
    """Say how much the diff would fix, and what it would take to fix more."""
    offered = ", ".join(offers(left, "--diff"))
    if fixed.made:
        where = plural(len(fixed.changed), "file")
        more = f" (fixable: {offered})" if offered else ""
        count = plural(fixed.fixed, "finding")
        remaining = len(fixed.result.findings)
        verb = "remains" if remaining == 1 else "remain"
        streams.note(f"would fix {count} in {where}; {remaining} {verb}{more}")
    elif offered:
        streams.note(f"would change nothing; fixable: {offered}")


def _exit_code(result: Result, threshold: Severity, exit_zero: bool) -> int:
    if result.failed:
        return FAILED
    return FINDINGS if at_or_above(result.findings, threshold) and not exit_zero else CLEAN
