"""`vnetlint facts`: write what a fleet needs to know of a host, for `check --facts`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from vnetlint.cli.checkrequest import CheckRequest, cores
from vnetlint.cli.inputs import gather, live_site
from vnetlint.cli.judging import Judging, NoBaselines, baselines_of
from vnetlint.cli.progress import progress
from vnetlint.cli.runoptions import with_options
from vnetlint.cli.streams import CLEAN, FAILED, Streams, streams_of
from vnetlint.config.hostruns import HostRuns, runs_of_hosts
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.fleet.gather import rows_of
from vnetlint.fleet.hosts import Judged, facts_of, inventory_name
from vnetlint.fleet.rows import Row
from vnetlint.fleet.write import write
from vnetlint.report.content import plural
from vnetlint.report.display import clean


@with_options("unsafe", "choices", "fail_on", "min_severity")
def facts(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files and folders of the host, or URIs of libvirt, such as qemu:///system."),
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="The file to write, such as web1.parquet.")
    ] = "facts.parquet",
    host_name: Annotated[
        str | None,
        typer.Option(
            "--host-name",
            metavar="NAME",
            help="The host of all files; by default the name in the inventory, else the folder of each file.",
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            "--group", metavar="NAME", help="The hosts between which guests migrate; by default that of the inventory."
        ),
    ] = None,
    *,
    options: RunOptions,
) -> int:
    """Write the facts of a host, with what `check` finds there. It needs the extra `fleet`: vnetlint[fleet].

    Facts contain names, addresses, findings and their places, and nothing else of the files. `check --facts` judges the
    facts of many hosts together.
    """
    streams = streams_of(context)
    planner = RunPlanner(options)
    planner.check_options()
    live = live_site(sorted(paths or ["."]))
    inputs = live.gathered[0] if live else gather(sorted(paths or ["."]), streams, None, planner.exclusions)[0]
    inputs.sort(key=lambda each: each.path)
    runs = HostRuns(live.plan(planner), []) if live else runs_of_hosts(planner, inputs)
    if host_name is not None:
        runs = HostRuns([replace(run, settings=replace(run.settings, one_host=True)) for run in runs.first], [])
    runs = HostRuns(runs.first, list(_with_name(runs.more, streams)))
    with progress(streams, sum(len(run.inputs) for each in runs for run in each)) as step:
        judged = _judged(runs, step, _request(paths, options), planner, streams)
    hosts: set[str] = set()
    count = write(output, _rows(judged, host_name, group, hosts))
    streams.note(
        clean(f"{output}: {plural(count, 'fact')} about {plural(len(hosts), 'host')}: {', '.join(sorted(hosts)[:9])}")
    )
    return FAILED if any(each.result.failed for each in judged) else CLEAN


def _request(paths: Sequence[str] | None, options: RunOptions) -> CheckRequest:
    """Return what `check` would be asked for the same."""
    return CheckRequest(
        paths or ["."], False, False, "full", (), False, False, False, False, None, None, False, None, options, cores()
    )


def _with_name(runs: Iterable[Run], streams: Streams) -> Iterator[Run]:
    """Yield the runs of hosts that have a name. Of others it is noted that their facts are missing."""
    for run in runs:
        if inventory_name(run) is not None:
            yield run
            continue
        shared = run.inputs[0].path
        streams.note(clean(f"{shared}: it is of several hosts, of which one has no name: set `name` in its inventory"))


def _judged(
    runs: HostRuns, step: Callable[[], None], asked: CheckRequest, planner: RunPlanner, streams: Streams
) -> list[Judged]:
    """Return what is found in each run."""
    result = Judging(runs.first, step, baselines_of(runs.first), asked, planner, streams).linted().result
    judged = [Judged(run, result) for run in runs.first]
    for run in runs.more:
        # A baseline is written by `check`, which judges each file once: nothing in it is stale because of this run.
        found = Judging([run], step, NoBaselines(), asked, planner, streams).linted().result
        judged.append(Judged(run, baselines_of([run]).apply(found)))
    return judged


def _rows(judged: Sequence[Judged], host_name: str | None, group: str | None, hosts: set[str]) -> Iterator[Row]:
    """Yield the facts of all hosts, and add their names to `hosts`."""
    for facts in facts_of(judged, host_name, group):
        hosts.add(facts.name)
        yield from rows_of(facts)
