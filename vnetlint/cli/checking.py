"""One run of `vnetlint check`: read, judge, fix, report."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from vnetlint.cli.checkrequest import CheckRequest
from vnetlint.cli.choices import notes
from vnetlint.cli.inputs import STDIN, gather, live_site
from vnetlint.cli.judging import Judging, baselines_of
from vnetlint.cli.output import ReportFile, destinations, printed, write_files
from vnetlint.cli.progress import Stages, progress
from vnetlint.cli.reporting import Reporting, Silence, note_foreign
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, Streams
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.finding import Severity
from vnetlint.inputkey import is_uri
from vnetlint.report.content import Report, at_or_above, is_at_or_above, offers, plural
from vnetlint.result import FixResult, Result

if TYPE_CHECKING:
    from vnetlint.cli.live import LiveSite


def run(asked: CheckRequest, streams: Streams, seen: set[str] | None = None) -> int:
    """Check once, and return the exit code. The paths of all files that decide the result are added to `seen`."""
    options, stages = asked.options, Stages(streams)
    planner = RunPlanner(options)
    planner.check_options()
    document = b""
    if asked.fix and STDIN in asked.paths:
        document = streams.stdin.read()
        streams = replace(streams, stdin=BytesIO(document))
    # The report does not depend on the order of the paths.
    live = live_site(sorted(asked.paths), asked.stdin_filename)
    if live:
        inputs, named = live.gathered
    else:
        inputs, named = gather(sorted(asked.paths), streams, asked.stdin_filename, planner.exclusions)
    inputs.sort(key=lambda each: each.path)
    report_to = destinations(
        asked.output_file,
        [*(each.path for each in inputs), *filter(None, (options.host, options.config, options.baseline))],
    )
    stages.ended("reading the files")
    runs = live.plan(planner) if live else planner.plan(inputs)
    stages.ended("reading the configuration")
    if seen is not None or streams.is_verbose:
        _note_plan(planner, runs, asked.paths, streams, seen)
    for remark in dict.fromkeys(each for run in runs if run.settings.host for each in run.settings.host.remarks):
        streams.note(remark)
    with progress(streams, len(inputs)) as step:
        judging = Judging(runs, step, baselines_of(runs), asked, planner, streams)
        fixed = judging.fixed() if asked.fix or asked.diff else judging.linted()
    stages.ended("checking")
    note_foreign(fixed.result, named, streams)
    for note in notes(options.choices, fixed, runs):
        streams.note(note)
    reporting = Reporting(runs, options.fail_on, asked, streams.is_quiet)
    if "full" in (asked.output_format, *(each.format for each in report_to)):
        silence = Silence.of(runs, fixed.result, planner.catalogue, asked.explain_silence, judging.remembered)
        reporting = reporting._replace(silence=silence)
    # Nothing is changed on a running host.
    if asked.diff or (live and asked.fix):
        return _show_diff(fixed, judging, reporting, report_to, streams, live)
    written, is_stream = True, STDIN in asked.paths
    if asked.fix and not is_stream:
        from vnetlint.cli.writing import write_fixed

        fixed, written = write_fixed(fixed, runs, streams)
        fixed = replace(fixed, result=judging.reported(fixed.result))
    if asked.add_ignores is not None:
        from vnetlint.cli.ignoring import add_suppressions

        shown = reporting.report(fixed.result).result.findings
        result, written = add_suppressions(shown, fixed.result, runs, asked.add_ignores, streams)
        fixed = replace(fixed, result=judging.reported(result))
    report = reporting.report(fixed.result, fixed.made)
    code = _exit_code(fixed.result, options.fail_on, asked.exit_zero)
    _note_hidden(fixed.result, report, code, streams)
    text = printed(report, asked.output_format, asked.statistics, streams)
    if asked.fix and is_stream:
        # The fixed document goes to standard output, so the report goes to standard error.
        streams.write_bytes(fixed.changed[0].after.encode() if fixed.changed else document)
        streams.err.write(text)
    else:
        streams.write(text)
    if live:
        live.note_places(report.result, streams)
    written &= write_files(report, report_to, streams)
    stages.ended("reporting")
    return code if written else FAILED


def _show_diff(
    fixed: FixResult,
    judging: Judging,
    reporting: Reporting,
    report_to: Sequence[ReportFile],
    streams: Streams,
    live: "LiveSite | None",
) -> int:
    """Show what fixing would change, and return the exit code."""
    # `--diff` writes nothing, so findings refer to the files as they are.
    result = judging.linted().result if report_to else fixed.result
    written = write_files(reporting.report(result), report_to, streams)
    _show_changes(fixed, live, streams)
    _note_diff(fixed, reporting.report(fixed.result), streams)
    exit_zero = reporting.asked.exit_zero
    code = _exit_code(fixed.result, reporting.fail_on, exit_zero)
    if fixed.changed and code == CLEAN and not exit_zero:
        code = FINDINGS
    return code if written else FAILED


def _note_plan(
    planner: RunPlanner, runs: Sequence[Run], paths: Sequence[str], streams: Streams, seen: set[str] | None
) -> None:
    """Note how the files will be checked, and remember which files decide the result."""
    from vnetlint.config.usedfiles import used_files

    if seen is not None:
        seen |= {each.path for run in runs for each in (*run.inputs, *run.context)}
        seen |= set(used_files(planner, runs))
    if streams.is_verbose:
        from vnetlint.cli.verbose import note_plan

        note_plan(planner, runs, paths, streams)


def _note_hidden(result: Result, report: Report, code: int, streams: Streams) -> None:
    """Note why a run fails although its report shows no finding that fails it."""
    if code == FINDINGS and not at_or_above(report.result.findings, report.fail_on):
        count = sum(is_at_or_above(each, report.fail_on) for each in result.findings)
        streams.error(
            f"{plural(count, 'finding')} at or above --fail-on {report.fail_on} not shown, because of min-severity"
        )


def _show_changes(fixed: FixResult, live: "LiveSite | None", streams: Streams) -> None:
    """Write the diffs, and for a running host the commands that make the changes."""
    from vnetlint.cli.diff import show_diff

    pairs = [(each.before, each.after) for each in fixed.changed]
    show_diff(live.named(pairs) if live else pairs, streams)
    if live:
        live.say_how_to_apply(pairs, streams)


def _note_diff(fixed: FixResult, left: Report, streams: Streams) -> None:
    """Note how many findings the diff fixes, and which options would fix more."""
    offered = ", ".join(offers(left, "--diff"))
    if fixed.made:
        where = plural(len(fixed.changed), "object" if is_uri(fixed.changed[0].before.path) else "file")
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
