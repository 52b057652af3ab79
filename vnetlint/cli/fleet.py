"""`vnetlint check --facts`: judge the facts of many hosts."""

from vnetlint.cli.checkrequest import CheckRequest, cores
from vnetlint.cli.output import destinations, printed, write_files
from vnetlint.cli.reporting import Reporting
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams
from vnetlint.config.plan import RunPlanner
from vnetlint.engine.selection import Selection
from vnetlint.fleet.judge import MOST, FleetRequest, FleetResult, judged
from vnetlint.fleet.read import files_of, opened
from vnetlint.report.content import at_or_above, plural
from vnetlint.report.display import clean

_OF_FILES = ("host", "target", "schemas", "baseline", "policies")
"""The options that decide how files are judged, which is done when facts are written."""


def check_fleet(asked: CheckRequest, patterns: list[str], streams: Streams) -> int:
    """Judge the facts that patterns name, and return the exit code."""
    _check(asked)
    paths = files_of(patterns)
    report_to = destinations(asked.output_file, paths)
    planner = RunPlanner(asked.options)
    planner.check_options()
    run = planner.run_alone([])
    selection = Selection(run.catalogue, run.settings)
    chosen = run.catalogue.select(asked.options.select) if asked.options.select else None
    ignored = run.catalogue.select(asked.options.ignore)
    with opened(paths, cores()) as facts:
        found = judged(
            facts,
            FleetRequest(
                run.catalogue,
                selection.names,
                lambda name: (chosen is None or name in chosen) and name not in ignored,
                selection.configured,
                run.min_severity,
            ),
        )
    _note(found, streams)
    report = Reporting([], asked.options.fail_on, asked, streams.is_quiet).report(found.result)
    streams.write(printed(report, asked.output_format, asked.statistics, streams))
    written = write_files(report, report_to, streams)
    if not written or found.result.failed:
        return FAILED
    return FINDINGS if at_or_above(found.result.findings, asked.options.fail_on) and not asked.exit_zero else CLEAN


def _check(asked: CheckRequest) -> None:
    """Raise CommandError if options do not go together."""
    if asked.fix or asked.diff or asked.add_ignores is not None or asked.diff_base is not None:
        raise CommandError("--facts only checks: fix files on the hosts that have them")
    if asked.paths != ["."] or asked.stdin_filename is not None:
        raise CommandError("--facts judges facts in place of files: expected no paths")
    for name in _OF_FILES:
        if getattr(asked.options, name):
            option = {"target": "target-libvirt", "policies": "policy"}.get(name, name)
            raise CommandError(f"--{option} is for `vnetlint facts`, which judges the files of a host")


def _note(found: FleetResult, streams: Streams) -> None:
    streams.note(f"{plural(found.hosts, 'host')} with {plural(found.guests, 'guest')}")
    versions = sorted({each.partition(" ")[0] for each in found.judges})
    if len(versions) > 1:
        streams.note(clean(f"the hosts were judged by several versions of vnetlint: {', '.join(versions[:9])}"))
    elif len(found.judges) > 1:
        streams.note("the hosts were not all judged by the same rules and policies")
    if found.left_out:
        streams.error(
            f"{plural(found.left_out, 'finding')} of hosts left out after the {MOST} most severe: "
            "use --min-severity, --select or --ignore"
        )
