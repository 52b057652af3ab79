"""`vnetlint host`: write the inventory of the machine that it runs on, or of configuration files."""

from enum import StrEnum
from typing import Annotated

import typer

from vnetlint.cli.streams import CLEAN, CommandError, streams_of
from vnetlint.files.write import save
from vnetlint.host.collect import Collected, collect, here
from vnetlint.host.convert import convert
from vnetlint.host.redact import redacted
from vnetlint.host.write import text_of


class Configurator(StrEnum):
    """What configures a host's network."""

    netplan = "netplan"
    networkmanager = "networkmanager"
    networkd = "networkd"
    ifupdown = "ifupdown"
    nmstate = "nmstate"


def host(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(help="With --from: the configuration's files and folders.")
    ] = None,
    source: Annotated[
        Configurator | None, typer.Option("--from", help="Read configuration files in place of this machine.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file, and not to standard output.")
    ] = None,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="Replace names, MACs and IP addresses; subnets keep their relations."),
    ] = False,
    key: Annotated[
        str | None,
        typer.Option("--redact-key", metavar="TEXT", help="With --redact: equal keys make equal replacements."),
    ] = None,
) -> int:
    """Write the host's inventory, for `check --host` on another machine or in CI.

    What cannot be seen is left out, and noted on standard error. Root sees more: the firewall, and who listens.
    """
    streams = streams_of(context)
    if key is not None and not redact:
        raise CommandError("--redact-key needs --redact")
    if (source is None) != (not paths):
        raise CommandError("--from needs the paths of configuration files, and only --from takes paths")
    made = _inventory(source, paths or [])
    for remark in made.remarks:
        streams.note(remark)
    text = text_of(redacted(made.inventory, key) if redact else made.inventory)
    if output in (None, "-"):
        streams.write(text)
    else:
        save(output or "", text.encode("utf-8", "backslashreplace"))
    return CLEAN


def _inventory(source: Configurator | None, paths: list[str]) -> Collected:
    """Return the inventory that is asked for, with a line for each thing that is not in it."""
    return collect(here()) if source is None else Collected(*convert(source.value, paths))
