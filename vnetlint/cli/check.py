"""`vnetlint check`: lint, and with `--fix` fix."""

from dataclasses import replace
from typing import Annotated

import typer

from vnetlint.cli.checking import run
from vnetlint.cli.checkrequest import CheckRequest, check_request, cores
from vnetlint.cli.inputs import STDIN
from vnetlint.cli.output import FORMATS, format_named
from vnetlint.cli.panels import FIXING, REPORT, WHICH
from vnetlint.cli.runoptions import with_options
from vnetlint.cli.streams import CommandError, streams_of
from vnetlint.config.runoptions import RunOptions
from vnetlint.inputkey import is_uri


@with_options()
def check(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files and folders; `-` is standard input; or URIs of libvirt, such as qemu:///system."),
    ] = None,
    fix_: Annotated[bool, typer.Option("--fix", help="Make the safe fixes.", rich_help_panel=FIXING)] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Show what --fix would change, and change nothing.", rich_help_panel=FIXING),
    ] = False,
    output_format: Annotated[
        str,
        typer.Option(
            parser=format_named,
            metavar="FORMAT",
            help=f"The format of the report: {', '.join(FORMATS)}.",
            rich_help_panel=REPORT,
        ),
    ] = "full",
    output_file: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Also write a report to a file; repeatable.", rich_help_panel=REPORT),
    ] = None,
    show_all: Annotated[
        bool,
        typer.Option("--show-all", help="List all findings, even if they repeat in a file.", rich_help_panel=REPORT),
    ] = False,
    show_fixes: Annotated[
        bool,
        typer.Option("--show-fixes", help="List every fix that findings offer, a line each.", rich_help_panel=REPORT),
    ] = False,
    statistics: Annotated[
        bool,
        typer.Option(
            "--statistics",
            help="Show the number of findings by rule instead; as JSON with --output-format json.",
            rich_help_panel=REPORT,
        ),
    ] = False,
    explain_silence: Annotated[
        bool,
        typer.Option(
            "--explain-silence",
            help="List the rules that report nothing for want of the host's inventory.",
            rich_help_panel=REPORT,
        ),
    ] = False,
    add_ignores: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Suppress all findings by comments in the files, with this reason.",
            rich_help_panel=FIXING,
        ),
    ] = None,
    diff_base: Annotated[
        str | None,
        typer.Option(
            metavar="REVISION",
            help="Report only what changed since the present commit left this revision of git: findings on changed "
            "lines, and those that the change causes elsewhere.",
            rich_help_panel=WHICH,
        ),
    ] = None,
    facts: Annotated[
        list[str] | None,
        typer.Option(
            "--facts",
            metavar="FILE",
            help="Judge many hosts by their facts, which `vnetlint facts` writes, in place of files; repeatable.",
            rich_help_panel=WHICH,
        ),
    ] = None,
    exit_zero: Annotated[
        bool,
        typer.Option("--exit-zero", help="Exit with 0 even if there are findings.", rich_help_panel=REPORT),
    ] = False,
    stdin_filename: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The file name to use for standard input.", rich_help_panel=WHICH),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            help="How many processes check the files if there are many; by default one for each core.",
            rich_help_panel=WHICH,
        ),
    ] = None,
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache", help="Check everything again, and keep nothing for the next run.", rich_help_panel=WHICH
        ),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Check again whenever a file of the run changes.", rich_help_panel=WHICH),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Print only findings and errors.", rich_help_panel=REPORT),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            "-v",
            help="Note which files were checked and how, what was skipped and why, and how long it took.",
            rich_help_panel=REPORT,
        ),
    ] = False,
    *,
    options: RunOptions,
) -> int:
    """Lint libvirt XML, and fix it with --fix.

    Exits with 0 if nothing was found that fails the run, 1 if something was, 2 if the job could not be done.
    """
    streams = replace(streams_of(context), is_quiet=quiet, is_verbose=verbose)
    asked = CheckRequest(
        paths=paths or ["."],
        fix=fix_,
        diff=diff,
        output_format=output_format,
        output_file=output_file or (),
        show_all=show_all,
        show_fixes=show_fixes,
        statistics=statistics,
        explain_silence=explain_silence,
        add_ignores=add_ignores,
        diff_base=diff_base,
        exit_zero=exit_zero,
        stdin_filename=stdin_filename,
        options=options,
        jobs=jobs or cores(),
        uses_cache=not no_cache,
    )
    check_request(asked, streams)
    if facts:
        if watch:
            raise CommandError("--watch checks files, not facts")
        from vnetlint.cli.fleet import check_fleet

        return check_fleet(asked, facts, streams)
    if watch:
        if fix_ or diff or add_ignores is not None or STDIN in asked.paths or any(map(is_uri, asked.paths)):
            raise CommandError(
                "--watch only checks files: it cannot be combined with --fix, --diff, --add-ignores, `-` or a URI"
            )
        from vnetlint.cli.watch import repeat

        return repeat(lambda seen: run(asked, streams, seen), asked, streams)
    return run(asked, streams)
