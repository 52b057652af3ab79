"""`vnetlint cache`: what earlier runs found, which makes the next one faster."""

import os

import typer

from vnetlint.cache.store import parts, path
from vnetlint.cli.streams import CLEAN, CommandError, streams_of
from vnetlint.files.kept import all_kept
from vnetlint.report.display import clean

app = typer.Typer(
    help="Show or remove what earlier runs found.",
    rich_markup_mode=None,
    add_completion=False,
)


@app.command()
def show(context: typer.Context) -> int:
    """Print where the cache is, and how large it is."""
    at = path()
    size = sum(os.path.getsize(each) for each in (*parts(at), *all_kept()) if os.path.exists(each))
    streams_of(context).write(f"{clean(at)}: {size / 2**20:.1f} MiB\n")
    return CLEAN


@app.command()
def clear(context: typer.Context) -> int:
    """Remove the cache. The next run checks everything again."""
    at, removed = path(), 0
    for each in (*parts(at), *all_kept()):
        try:
            removed += os.path.getsize(each)
            os.unlink(each)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CommandError(f"{each}: cannot be removed: {error.strerror or error}") from None
    streams_of(context).write(f"{clean(at)}: removed {removed / 2**20:.1f} MiB\n")
    return CLEAN
