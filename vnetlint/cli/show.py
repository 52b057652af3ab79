"""`vnetlint show FILE`: what the files describe, in words or as JSON."""

from dataclasses import asdict
from typing import Annotated

import typer

from vnetlint.cli.inputs import gather
from vnetlint.cli.rules import ListFormat
from vnetlint.cli.streams import CLEAN, FAILED, Streams, streams_of
from vnetlint.model import model_of
from vnetlint.project import Project
from vnetlint.project.describe import Description, describe
from vnetlint.report.display import clean
from vnetlint.report.text import to_json
from vnetlint.xml.source import Source, Unreadable
from vnetlint.xml.tree import parse


def show(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(help="Files and folders; `-` is standard input.")],
    output_format: Annotated[ListFormat, typer.Option(help="The format of the output.")] = ListFormat.text,
    stdin_filename: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file name to use for standard input.")
    ] = None,
) -> int:
    """Show what networks, guests and filters do: mode, addressing, attachments."""
    streams = streams_of(context)
    inputs, named = gather(paths, streams, stdin_filename)
    sources = [each for each in inputs if isinstance(each, Source)]
    documents = {source.path: parse(source) for source in sources}
    models = tuple(model for found in documents.values() for each in found if (model := model_of(each)))
    project = Project(models)
    if output_format is ListFormat.json:
        shown = [{"path": model.path, **asdict(describe(model, project))} for model in models]
        streams.write(to_json(shown))
    else:
        streams.write("\n".join(_text(model.path, describe(model, project)) for model in models))
    understood = {model.path for model in models}
    for path in sorted(named & documents.keys() - understood):
        streams.note(f"{clean(path)}: contains no libvirt network, domain or filter")
    return _note_unreadable([each for each in inputs if isinstance(each, Unreadable)], streams)


def _text(path: str, description: Description) -> str:
    head = f"{clean(path)}: {description.kind} {clean(description.name or 'without a name')}\n"
    return head + "".join(f"  {fact.topic:<10} {clean(fact.words)}\n" for fact in description.facts)


def _note_unreadable(unreadable: list[Unreadable], streams: Streams) -> int:
    for each in unreadable:
        place = each.shown.lines.position(each.offset)
        streams.note(f"{clean(each.path)}:{place.line}:{place.column}: {each.message}")
    return FAILED if unreadable else CLEAN
