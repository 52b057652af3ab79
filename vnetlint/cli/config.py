"""`vnetlint config`: the configuration that applies to a file, where each key is set, and its schema."""

import os
from contextlib import suppress
from typing import Annotated

import typer

from vnetlint.cli.rules import ListFormat
from vnetlint.cli.runoptions import with_options
from vnetlint.cli.streams import CLEAN, CommandError, streams_of
from vnetlint.config.runoptions import RunOptions
from vnetlint.errors import UserError
from vnetlint.report.text import to_json

app = typer.Typer(help="Show the configuration and its schema.", rich_markup_mode=None, add_completion=False)


@app.command()
@with_options("unsafe", "choices", "fail_on")
def show(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file or folder whose configuration is shown.")] = ".",
    output_format: Annotated[
        ListFormat, typer.Option("--output-format", "--format", help="The format of the output; text is TOML.")
    ] = ListFormat.text,
    *,
    options: RunOptions,
) -> int:
    """Show the configuration of a file: each key with its value and where it is set.

    Options of `vnetlint check` may be given as well, to see what they override.
    """
    from vnetlint.cli.effective import EffectiveConfig, as_json, as_toml

    if not os.path.lexists(path):
        raise CommandError(f"{path}: no such file or folder")
    write = as_json if output_format is ListFormat.json else as_toml
    streams_of(context).write(write(EffectiveConfig.of(path, options)))
    return CLEAN


@app.command()
def schema(context: typer.Context) -> int:
    """Print the JSON schema of a configuration, with the rules of this folder's policies, for editors."""
    from vnetlint.config.jsonschema import schema
    from vnetlint.config.plan import RunPlanner

    catalogue = None
    # The schema is what helps to correct a configuration.
    with suppress(UserError):
        planner = RunPlanner(RunOptions())
        catalogue = planner.catalogue
        catalogue = planner.catalogue_here()
    streams_of(context).write(to_json(schema(catalogue)))
    return CLEAN
