"""`vnetlint graph`: the topology of a site as a picture."""

import os
from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from vnetlint.cli.project import files_of
from vnetlint.cli.streams import CommandError, streams_of
from vnetlint.files.write import is_kept, save, unwritable
from vnetlint.graph.topology import topology_of
from vnetlint.project import Project
from vnetlint.report.display import clean

if TYPE_CHECKING:
    from vnetlint.graph.parts import Topology


class GraphFormat(StrEnum):
    """The format of a picture."""

    svg = "svg"
    mermaid = "mermaid"
    dot = "dot"
    html = "html"


_ENDINGS = {
    ".svg": GraphFormat.svg,
    ".html": GraphFormat.html,
    ".htm": GraphFormat.html,
    ".dot": GraphFormat.dot,
    ".gv": GraphFormat.dot,
    ".mmd": GraphFormat.mermaid,
    ".mermaid": GraphFormat.mermaid,
}


def graph(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files and folders; `-` is standard input; or a URI.")
    ] = None,
    host: Annotated[str | None, typer.Option(metavar="FILE", help="The host's inventory, a JSON or TOML file.")] = None,
    output_format: Annotated[
        GraphFormat | None,
        typer.Option("--format", help="The format; by default what the ending of the output file means, else svg."),
    ] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.")] = None,
    config: Annotated[str | None, typer.Option(metavar="FILE", help="The configuration to use.")] = None,
) -> int:
    """Draw who is connected to what: guests, networks, bridges, NICs, LANs.

    svg and html need Graphviz, whose `dot` lays out the picture. html is one page that needs no network.
    """
    streams = streams_of(context)
    chosen = output_format or _implied(output)
    files = files_of(paths or ["."], streams, host, config)
    if output is not None:
        _check(output, [each.path for each in files.inputs])
    files.note(streams)
    project = files.project
    if not (project.networks.all or project.guests.all):
        raise CommandError(f"{', '.join(paths or ['.'])}: no libvirt network or guest found")
    picture = _renderer(chosen)(topology_of(project), project)
    if output is None:
        streams.write(picture)
    else:
        save(output, picture.encode("ascii"))
    return files.code


def _implied(output: str | None) -> GraphFormat:
    """Return the format that a file's name means. Raises CommandError if it means none."""
    if output is None:
        return GraphFormat.svg
    ending = os.path.splitext(output)[1].lower()
    if ending not in _ENDINGS:
        raise CommandError(f"{output}: unknown ending: expected one of {', '.join(_ENDINGS)}, or use --format")
    return _ENDINGS[ending]


def _check(output: str, read: Sequence[str]) -> None:
    """Raise CommandError if a file cannot be written, or is one that is read."""
    target = os.path.realpath(output)
    taken = is_kept(target) and target in map(os.path.realpath, read)
    if reason := "the picture is made from it" if taken else unwritable(output):
        raise CommandError(clean(f"{output}: cannot be written: {reason}"))


def _renderer(chosen: GraphFormat) -> "Callable[[Topology, Project], str]":
    """Return what draws a format. Its module is loaded only now."""
    module = import_module(f"vnetlint.graph.{chosen.value}")
    if chosen is GraphFormat.html:
        from vnetlint.graph.matrix import matrix_of

        return lambda topology, project: str(module.render(topology, matrix_of(project)))
    return lambda topology, project: str(module.render(topology))
