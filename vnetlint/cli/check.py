"""`vnetlint check`: lint, and with `--fix` fix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from vnetlint.cli.choices import notes
from vnetlint.cli.inputs import STDIN, gather
from vnetlint.cli.output import FORMATS, destinations, format_named, printed, write_files
from vnetlint.cli.runoptions import with_options
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams, streams_of
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.finding import Severity
from vnetlint.report.content import Report, at_or_above, is_at_or_above, offers, plural, without_milder
from vnetlint.report.display import clean
from vnetlint.result import FixResult, MadeFix, Result, merged, merged_fixes
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.settings import Settings
from vnetlint.xml.source import Input, Source

if TYPE_CHECKING:
    from vnetlint.cli.baselines import Baselines

MAX_NOTED = 5
"""The most named files without libvirt XML that are noted one by one."""


@with_options()
def check(
    context: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(help="Files and folders; `-` is standard input.")] = None,
    fix_: Annotated[bool, typer.Option("--fix", help="Make the safe fixes.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    output_format: Annotated[
        str, typer.Option(parser=format_named, metavar=f"<{'|'.join(FORMATS)}>", help="The format of the report.")
    ] = "full",
    output_file: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Also write a report to a file; repeatable."),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--show-all", help="List all findings, even if they repeat in a file.")
    ] = False,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Show the number of findings by rule instead.")
    ] = False,
    explain_silence: Annotated[
        bool,
        typer.Option("--explain-silence", help="List the rules that report nothing for want of the host's inventory."),
    ] = False,
    add_ignores: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Suppress all findings by comments in the files, with this reason."),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.")] = False,
    stdin_filename: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file name to use for standard input.")
    ] = None,
    *,
    options: RunOptions,
) -> int:
    """Lint libvirt XML, and fix it with --fix.

    Exits with 0 if nothing was found that fails the run, 1 if something was, 2 if the job could not be done.
    """
    streams = streams_of(context)
    _check_fixing(options, fix_ or diff, add_ignores, STDIN in (paths or ()))
    if explain_silence and (statistics or diff or output_format != "full"):
        raise CommandError("--explain-silence needs the format full, without --statistics or --diff")
    planner = RunPlanner(options)
    planner.check_options()
    paths = paths or ["."]
    document = b""
    if fix_ and STDIN in paths:
        document = streams.stdin.read()
        streams = replace(streams, stdin=BytesIO(document))
    # The report does not depend on the order of the paths.
    inputs, named = gather(sorted(paths), streams, stdin_filename)
    inputs.sort(key=lambda each: each.path)
    report_to = destinations(
        output_file or (),
        [*(each.path for each in inputs), *filter(None, (options.host, options.config, options.baseline))],
    )
    runs = planner.plan(inputs)
    for remark in dict.fromkeys(each for run in runs if run.settings.host for each in run.settings.host.remarks):
        streams.note(remark)
    baselines = _baselines(runs)
    fixed = merged_fixes((fix if fix_ or diff else _only_lint)(run.inputs, run.settings, run.context) for run in runs)
    fixed = replace(fixed, result=baselines.apply(fixed.result))
    _note_foreign(fixed.result, named, streams)
    for note in notes(options.choices, fixed, runs):
        streams.note(note)
    baselines.note_stale(fixed.result, streams)
    reporting = _Reporting(runs, options.fail_on, show_all)
    if "full" in (output_format, *(each.format for each in report_to)):
        reporting = reporting._replace(silence=_Silence.of(runs, fixed.result, planner.catalogue, explain_silence))
    if diff:
        # `--diff` writes nothing, so findings refer to the files as they are.
        as_is = merged(lint(run.inputs, run.settings, run.context) for run in runs) if report_to else fixed.result
        result = baselines.apply(as_is)
        written = write_files(reporting.report(result), report_to, streams)
        from vnetlint.cli.diff import show_diff

        show_diff(((each.before, each.after) for each in fixed.changed), streams)
        _note_diff(fixed, reporting.report(fixed.result), streams)
        code = _exit_code(fixed.result, options.fail_on, exit_zero)
        if fixed.changed and code == CLEAN and not exit_zero:
            code = FINDINGS
        return code if written else FAILED
    written, is_stream = True, any(not each.key.is_writable for each in inputs)
    if fix_ and not is_stream:
        from vnetlint.cli.writing import write_fixed

        fixed, written = write_fixed(fixed, runs, streams)
        fixed = replace(fixed, result=baselines.apply(fixed.result))
    if add_ignores is not None:
        from vnetlint.cli.ignoring import add_suppressions

        shown = reporting.report(fixed.result).result.findings
        result, written = add_suppressions(shown, fixed.result, runs, add_ignores, streams)
        fixed = replace(fixed, result=baselines.apply(result))
    report = reporting.report(fixed.result, fixed.made)
    code = _exit_code(fixed.result, options.fail_on, exit_zero)
    _note_hidden(fixed.result, report, code, streams)
    text = printed(report, output_format, statistics, streams)
    if fix_ and is_stream:
        # The fixed document goes to standard output, so the report goes to standard error.
        streams.write_bytes(fixed.changed[0].after.encode() if fixed.changed else document)
        streams.err.write(text)
    else:
        streams.write(text)
    written &= write_files(report, report_to, streams)
    return code if written else FAILED


def _check_fixing(options: RunOptions, is_fixing: bool, add_ignores: str | None, is_stream: bool) -> None:
    """Raise CommandError if options do not go together."""
    for name, given in (("--unsafe-fixes", options.unsafe), ("--choose", options.choices)):
        if given and not is_fixing:
            raise CommandError(f"{name} needs --fix or --diff")
    if add_ignores is not None and is_fixing:
        raise CommandError("--add-ignores cannot be combined with --fix or --diff")
    if add_ignores is not None and is_stream:
        raise CommandError("--add-ignores writes files: expected paths, not `-`")


def _only_lint(inputs: Iterable[Input], settings: Settings, context: Iterable[Source]) -> FixResult:
    return FixResult(lint(inputs, settings, context), (), (), 0)


class _Silence(NamedTuple):
    """The rules of runs that report nothing for want of an inventory, and whether to list them."""

    rules: Mapping[str, tuple[str, ...]] = {}
    is_explained: bool = False
    has_host: bool = False

    @classmethod
    def of(cls, runs: Sequence[Run], result: Result, catalogue: Catalogue, explain: bool) -> "_Silence":
        """Return the silence of the runs without an inventory, or of all if each has one."""
        without = [run for run in runs if run.settings.host is None]
        if runs and not without and not explain:
            return cls()
        from vnetlint.rulebook.silence import silenced

        found: dict[str, tuple[str, ...]] = {}
        for run in without or runs:
            known = run.settings.host.inventory.model_fields_set if run.settings.host else ()
            # The rules of policies need no inventory.
            found |= silenced(run.settings.rules & catalogue.by_name.keys(), catalogue, result.roots, known)
        return cls(dict(sorted(found.items())), explain, not without)


class _Reporting(NamedTuple):
    """How the results of runs are reported."""

    runs: Sequence[Run]
    fail_on: Severity
    show_all: bool
    silence: _Silence = _Silence()

    def report(self, result: Result, made: tuple[MadeFix, ...] = ()) -> Report:
        """Return what the reports show."""
        by_path = {each.path: run for run in self.runs for each in run.inputs}
        shown = without_milder(result, {path: run.min_severity for path, run in by_path.items()})
        policies = {path: run.settings.fixing for path, run in by_path.items()}
        hidden = len(result.findings) - len(shown.findings)
        return Report(shown, made, False, policies, self.fail_on, hidden, self.show_all, *self.silence)


def _note_foreign(result: Result, named: frozenset[str], streams: Streams) -> None:
    """Note the named files without libvirt XML. Of many only one is named, because a hook may pass hundreds."""
    foreign = [(clean(path), clean(result.foreign[path])) for path in sorted(named & result.foreign.keys())]
    if len(foreign) > MAX_NOTED:
        path, root = foreign[0]
        streams.note(
            f"{len(foreign)} files skipped: not a libvirt network, domain or filter, such as {path}, a <{root}>"
        )
        return
    for path, root in foreign:
        streams.note(f"{path}: skipped: <{root}> is not a libvirt network, domain or filter")


def _note_hidden(result: Result, report: Report, code: int, streams: Streams) -> None:
    """Note why a run fails although its report shows no finding that fails it."""
    if code == FINDINGS and not at_or_above(report.result.findings, report.fail_on):
        count = sum(is_at_or_above(each, report.fail_on) for each in result.findings)
        streams.note(
            f"{plural(count, 'finding')} at or above --fail-on {report.fail_on} not shown, because of min-severity"
        )


def _note_diff(fixed: FixResult, left: Report, streams: Streams) -> None:
    """Note how many findings the diff fixes, and which options would fix more."""
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


class _NoBaselines:
    """Stands for the baselines of runs that have none, so that nothing is loaded for them."""

    def apply(self, result: Result) -> Result:
        return result

    def note_stale(self, result: Result, streams: Streams) -> None:
        pass


def _baselines(runs: Sequence[Run]) -> "Baselines | _NoBaselines":
    """Return the baselines of runs. Raises BaselineError if one cannot be read."""
    if not any(run.baseline for run in runs):
        return _NoBaselines()
    from vnetlint.cli.baselines import Baselines

    return Baselines.read(runs)
