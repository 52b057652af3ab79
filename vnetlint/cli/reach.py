"""`vnetlint reach`: who can reach whom on a host, as a table for people or as JSON for programs."""

from enum import StrEnum
from typing import Annotated

import typer

from vnetlint.cli.matrixtext import MAX_PAIRS, Table, chosen, reasons, table
from vnetlint.cli.project import Files, files_of
from vnetlint.cli.reachjson import as_json
from vnetlint.cli.rules import ListFormat
from vnetlint.cli.streams import CommandError, Streams, streams_of
from vnetlint.reach import Reach
from vnetlint.reach.answer import IpVersion, Protocol
from vnetlint.reach.groups import Peers
from vnetlint.reach.matrix import PROTOCOLS, Cell, cells
from vnetlint.reach.names import groups_named, nobody


class AskedFamily(StrEnum):
    """An IP version to ask about."""

    ipv4 = "ipv4"
    ipv6 = "ipv6"


class AskedProtocol(StrEnum):
    """A protocol to ask about."""

    icmp = "icmp"
    tcp = "tcp"
    udp = "udp"


_VERSIONS: dict[AskedFamily, IpVersion] = {AskedFamily.ipv4: 4, AskedFamily.ipv6: 6}


def reach(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(help="Files and folders of one host; `-` is standard input; or its URI.")
    ],
    host: Annotated[str | None, typer.Option(metavar="FILE", help="The host's inventory, a JSON or TOML file.")] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="NAME", help="Only from these, such as 'web-*' or network:lan; repeatable."),
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option("--to", metavar="NAME", help="Only to these, such as internet; repeatable.")
    ] = None,
    family: Annotated[AskedFamily | None, typer.Option(help="Only this IP version.")] = None,
    protocol: Annotated[AskedProtocol | None, typer.Option(help="Only this protocol.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The receiver's port, for TCP and UDP.")] = None,
    why: Annotated[bool, typer.Option("--why", help="Show the reasons, each with the element that causes it.")] = False,
    output_format: Annotated[
        ListFormat, typer.Option("--output-format", "--format", help="The format of the output.")
    ] = ListFormat.text,
    by_group: Annotated[
        bool,
        typer.Option("--by-group", help="In JSON, a pair for each two groups that are alike, not for each two ends."),
    ] = False,
    config: Annotated[str | None, typer.Option(metavar="FILE", help="The configuration to use.")] = None,
) -> int:
    """Show who can reach whom: guests, the host, the LAN and the Internet, both ways."""
    streams = streams_of(context)
    files = files_of(paths, streams, host, config)
    files.note(streams)
    # Without guests, a network is asked about by guests that nobody defined.
    model = Reach(files.project, probes=not files.project.guests.all)
    if not model.world.guests and not model.world.probes:
        raise CommandError("no guest and no network among these files: name those of a host")
    protocols: tuple[Protocol, ...] = PROTOCOLS if protocol is None else (protocol.value,)
    versions: tuple[IpVersion, ...] = (_VERSIONS[family],) if family is not None else (4, 6)
    sources, targets = _chosen(model, source), _chosen(model, target)
    if output_format is ListFormat.json and not by_group:
        sources, targets = _each(sources), _each(targets)
    if output_format is ListFormat.json and len(sources) * len(targets) > MAX_PAIRS:
        advice = "name ends with --from and --to" if by_group else "use --by-group, or name ends with --from and --to"
        raise CommandError(f"more than {MAX_PAIRS} pairs: {advice}")
    sources, targets, kinds = chosen(model, sources, targets)
    asked = [
        (version, list(cells(model, sources, targets, version, protocols=protocols, port=port))) for version in versions
    ]
    if output_format is ListFormat.json:
        streams.write(as_json(model, [cell for _, found in asked for cell in found], port))
    else:
        _write(files, model, asked, streams, Table(streams.width, kinds), why=why)
    return files.code


def _each(groups: tuple[Peers, ...]) -> tuple[Peers, ...]:
    """Return the members of groups as groups of one."""
    return tuple(Peers(each.name, (each,)) for group in groups for each in group.members)


def _write(
    files: Files, model: Reach, asked: list[tuple[IpVersion, list[Cell]]], streams: Streams, shown: Table, *, why: bool
) -> None:
    for version, found in asked:
        streams.write(table(shown, model, version, found))
        if why:
            streams.write(reasons(model, found))
    streams.write(shown.footer())
    if files.project.host is None:
        streams.write("No inventory of the host is known: `vnetlint host -o host.json` writes one, --host uses it.\n")


def _chosen(model: Reach, patterns: list[str] | None) -> tuple[Peers, ...]:
    """Return the groups of those whom one of the patterns names. Raises CommandError if a pattern names nobody."""
    if not patterns:
        return model.groups
    for pattern in patterns:
        if not groups_named(model, pattern):
            raise CommandError(nobody([model], pattern))
    return groups_named(model, *patterns)
