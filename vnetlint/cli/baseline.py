"""`vnetlint baseline`: hold the findings of today, so that only new ones are reported."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from vnetlint.cli.baselines import Baselines
from vnetlint.cli.inputs import STDIN, gather, live_site
from vnetlint.cli.runoptions import with_options
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams, streams_of
from vnetlint.config.file import nearest
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.baseline import Baseline, less, together
from vnetlint.engine.baselinefile import NAME
from vnetlint.engine.baselinefile import write as write_file
from vnetlint.engine.lint import lint
from vnetlint.files.paths import display
from vnetlint.finding import Finding
from vnetlint.report.concise import line
from vnetlint.report.content import plural
from vnetlint.report.display import clean
from vnetlint.result import Result, merged

app = typer.Typer(
    help="Hold the findings of today in a file, so that only new ones are reported.",
    rich_markup_mode=None,
    add_completion=False,
)

_Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Files and folders; by default `.`.")]
_WITHOUT = ("unsafe", "choices", "fail_on", "min_severity")


@app.command()
@with_options(*_WITHOUT)
def write(context: typer.Context, paths: _Paths = None, *, options: RunOptions) -> int:
    """Write all findings into the baseline.

    What it holds of files that are not checked is kept.
    """
    streams, job = streams_of(context), _Job(paths, options, streams_of(context), must_exist=False)
    for path, before in job.baselines.by_file.items():
        now = job.baselines.taken(path, job.result)
        after = together(less(before, job.baselines.judged(path)), now)
        written = write_file(path, after)
        new, gone = less(after, before).count, less(before, after).count
        what = f"{new} new, {gone} gone" if written else "unchanged"
        streams.write(f"{clean(path)}: {plural(after.count, 'finding')} ({what})\n")
    job.note_unnamed()
    return job.code(CLEAN)


@app.command()
@with_options(*_WITHOUT)
def check(context: typer.Context, paths: _Paths = None, *, options: RunOptions) -> int:
    """List findings that are new, and those no longer found.

    Exits with 1 if there is one of either.
    """
    streams, job = streams_of(context), _Job(paths, options, streams_of(context))
    new = _reported(job.result)
    for finding in new:
        streams.write(f"{line(job.result, finding)}\n")
    count = 0
    for path in job.baselines.by_file:
        stale = job.baselines.stale(path, job.result)
        _list(stale, streams)
        count += stale.count
    streams.write(f"{plural(len(new), 'new finding')}, {count} no longer found\n")
    return job.code(FINDINGS if new or count else CLEAN)


@app.command()
@with_options(*_WITHOUT)
def prune(context: typer.Context, paths: _Paths = None, *, options: RunOptions) -> int:
    """Remove what is no longer found, and add nothing."""
    streams, job = streams_of(context), _Job(paths, options, streams_of(context))
    for path, before in job.baselines.by_file.items():
        stale = job.baselines.stale(path, job.result)
        _list(stale, streams)
        after = less(before, stale)
        if stale.entries:
            write_file(path, after)
        streams.write(f"{clean(path)}: {stale.count} removed, {plural(after.count, 'finding')} left\n")
    return job.code(CLEAN)


class _Job:
    """What the commands share: the files are linted, and what the baselines hold is taken out of the result."""

    def __init__(
        self, paths: Sequence[str] | None, options: RunOptions, streams: Streams, *, must_exist: bool = True
    ) -> None:
        if STDIN in (paths or ()):
            raise CommandError("a baseline holds findings in files: expected paths, not `-`")
        self.streams = streams
        self.planner = RunPlanner(options)
        self.planner.check_options()
        asked = sorted(paths or ["."])
        if live := live_site(asked):
            planned = live.plan(self.planner)
        else:
            inputs, _ = gather(asked, streams, excluding=self.planner.exclusions)
            planned = self.planner.plan(sorted(inputs, key=lambda each: each.path))
        self.unnamed = any(run.baseline is None for run in planned) or not planned
        self.usual = display(os.path.join(_folder(options), NAME))
        self.runs = [run if run.baseline is not None else replace(run, baseline=self.usual) for run in planned]
        self.baselines = Baselines.read(self.runs, must_exist=must_exist)
        self.result = self.baselines.apply(merged(lint(run.inputs, run.settings, run.context) for run in self.runs))

    def code(self, otherwise: int) -> int:
        """Return the exit code, and note the findings that no baseline can hold."""
        for finding in self.result.failures:
            self.streams.note(line(self.result, finding))
        return FAILED if self.result.failed else otherwise

    def note_unnamed(self) -> None:
        """Note how `vnetlint check` finds the baseline, unless a configuration or an option names it."""
        if self.unnamed:
            self.streams.note(f'`vnetlint check` uses it if a configuration has: baseline = "{NAME}"')


def _folder(options: RunOptions) -> str:
    """Return the folder of the baseline if nothing names one: that of the configuration, else the current one."""
    found = options.config or (None if options.isolated else nearest("file"))
    return os.path.dirname(os.path.abspath(found)) if found else os.getcwd()


def _reported(result: Result) -> tuple[Finding, ...]:
    return tuple(each for each in result.findings if each not in result.failures)


def _list(stale: Baseline, streams: Streams) -> None:
    for key, each in sorted(stale.entries.items()):
        count = f" ({each.count} times)" if each.count > 1 else ""
        streams.write(clean(f"{key.path}: no longer found at {key.element}: {each.message} [{key.rule}]{count}") + "\n")
