"""`vnetlint show FILE`: what the files describe, in words or as JSON."""

from dataclasses import asdict
from typing import Annotated

import typer

from vnetlint.cli.project import files_of
from vnetlint.cli.rules import ListFormat
from vnetlint.cli.streams import streams_of
from vnetlint.reach.describe import Describer, Description
from vnetlint.report.display import clean
from vnetlint.report.text import to_json
from vnetlint.xml.source import Source


def show(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(help="Files and folders; `-` is standard input; or a URI.")],
    output_format: Annotated[
        ListFormat, typer.Option("--output-format", "--format", help="The format of the output.")
    ] = ListFormat.text,
    stdin_filename: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file name to use for standard input.")
    ] = None,
    host: Annotated[str | None, typer.Option(metavar="FILE", help="The host's inventory, a JSON or TOML file.")] = None,
    config: Annotated[str | None, typer.Option(metavar="FILE", help="The configuration to use.")] = None,
) -> int:
    """Show what networks, guests and filters do: mode, addresses, attachments, who reaches whom."""
    streams = streams_of(context)
    files = files_of(paths, streams, host, config, stdin_filename)
    files.note(streams)
    models, describer = files.project.models, Describer(files.project)
    if output_format is ListFormat.json:
        shown = [{"path": model.path, **asdict(describer.describe(model))} for model in models]
        streams.write(to_json(shown))
    else:
        streams.write("\n".join(_text(model.path, describer.describe(model)) for model in models))
    understood = {model.path for model in models}
    read = {each.path for each in files.inputs if isinstance(each, Source)}
    for path in sorted((files.named & read) - understood):
        streams.note(f"{clean(path)}: contains no libvirt network, domain or filter")
    return files.code


def _text(path: str, description: Description) -> str:
    head = f"{clean(path)}: {description.kind} {clean(description.name or 'without a name')}\n"
    return head + "".join(f"  {fact.topic:<10} {clean(fact.words)}\n" for fact in description.facts)
