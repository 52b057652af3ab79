"""`vnetlint schema`: validate against any schema, export vnetlint's own, show what is allowed at a place.

Each command loads the matcher when it runs, because `vnetlint check` loads this module too.
"""

import re
import shutil
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vnetlint.cli.inputs import gather
from vnetlint.cli.rules import ListFormat
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams, streams_of
from vnetlint.files.paths import display
from vnetlint.report.display import clean
from vnetlint.report.text import to_json
from vnetlint.schema.sets import FILES, schema_for
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source, Unreadable
from vnetlint.xml.tree import parse

if TYPE_CHECKING:
    from vnetlint.schema.expect import Expected

app = typer.Typer(
    help="Validate documents, export schemas, and show what is allowed at a place.",
    rich_markup_mode=None,
    add_completion=False,
)

_PLACE = re.compile(r"(?P<path>.+):(?P<line>\d+):(?P<column>\d+)")


class Language(StrEnum):
    """The languages of the exported schemas."""

    rng = "rng"
    xsd = "xsd"


@app.command()
def validate(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(help="Files and folders; `-` is standard input.")],
    against: Annotated[
        str | None, typer.Option(metavar="FILE", help="The schema, .rng or .xsd; by default vnetlint's own.")
    ] = None,
) -> int:
    """Validate documents against a schema: any RELAX NG or XSD, or vnetlint's own for libvirt's documents."""
    streams = streams_of(context)
    inputs, _ = gather(paths, streams)
    found = failed = False
    for each in inputs:
        if isinstance(each, Unreadable):
            place = each.shown.lines.position(each.offset)
            streams.note(f"{clean(each.path)}:{place.line}:{place.column}: {each.message}")
            failed = True
            continue
        for line in _validated(each, against):
            streams.write(line + "\n")
            found = True
    return FAILED if failed else FINDINGS if found else CLEAN


def _validated(source: Source, against: str | None) -> list[str]:
    """Return a line for each fault in a file. Raises UserError if the schema cannot be used."""
    from vnetlint.schema import judge
    from vnetlint.schema.derive import explain
    from vnetlint.schema.fault import Fault
    from vnetlint.schema.words import message, span_of

    documents = parse(source)
    if not documents:
        return [_line(source, *wellformed.check_without_root(source)[1], wellformed.check_without_root(source).message)]
    if faulty := next((fault for each in documents if (fault := wellformed.check(each))), None):
        return [_line(source, *faulty.span, faulty.message)]
    if against is not None and against.endswith(".xsd"):
        from vnetlint.schema import xsd

        return [f"{clean(source.path)}:{each.line}:1: error: {each.message} ({each.path})"
                for each in xsd.validate(Path(against), source.text)]  # fmt: skip
    faults: list[Fault] = []
    for document in documents:
        if against is not None:
            faults += explain(document.root, judge.grammar_at(Path(against)))
        elif document.root.name in FILES:
            faults += judge.faults(document)
    return [_line(source, *span_of(fault), message(fault)) for fault in faults]


def _line(source: Source, start: int, _end: int, words: str) -> str:
    place = source.lines.position(start)
    return f"{clean(source.path)}:{place.line}:{place.column}: error: {clean(words)}"


@app.command()
def export(
    context: typer.Context,
    language: Annotated[Language, typer.Argument(help="RELAX NG, or XSD 1.1 with a looser 1.0.")],
    folder: Annotated[str, typer.Argument(help="The folder to write the files to.")] = ".",
) -> int:
    """Write vnetlint's own schemas into a folder, for editors and other tools."""
    streams = streams_of(context)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for source in sorted(schema_for("network").parent.glob(f"*.{language}")):
            shutil.copyfile(source, Path(folder, source.name))
            streams.write(f"{display(str(Path(folder, source.name)))}\n")
    except OSError as error:
        raise CommandError(f"{folder}: cannot be written: {error.strerror}") from None
    return CLEAN


@app.command(name="expected")
def show_expected(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="FILE:LINE:COL", help="A place in a file; line and column are counted from 1.")
    ],
    output_format: Annotated[ListFormat, typer.Option(help="The format of the output.")] = ListFormat.text,
) -> int:
    """Show what is allowed at a place of a document: elements, attributes or values."""
    streams = streams_of(context)
    matched = _PLACE.fullmatch(place)
    if matched is None:
        raise CommandError(f"invalid place '{place}': expected FILE:LINE:COL")
    inputs, _ = gather([matched["path"]], streams)
    (source,) = inputs
    if isinstance(source, Unreadable):
        raise CommandError(f"{clean(source.path)}: {source.message}")
    offset = source.lines.offset(int(matched["line"]), int(matched["column"]))
    documents = [each for each in parse(source) if each.root.name in FILES]
    document = next((each for each in documents if each.span.start <= offset <= each.span.end), None)
    if document is None:
        raise CommandError(f"{place}: there is no libvirt network, domain or filter at this place")
    from vnetlint.schema import judge
    from vnetlint.schema.expect import expected

    found = expected(document.root, judge.grammar_of(document.root.name), offset)
    _write_expected(found, output_format, streams)
    return CLEAN


def _write_expected(found: "Expected", output_format: ListFormat, streams: Streams) -> None:
    from vnetlint.schema.versions import SINCE

    if output_format is ListFormat.json:
        items = [
            {"name": each.name, "required": each.required, "documentation": each.notes.documentation,
             "since": each.notes.get(SINCE)}
            for each in found.items
        ]  # fmt: skip
        inside = found.node.name if found.node is not None else None
        shown = {"place": found.place, "in": inside, "items": items, "wanted": found.wanted}
        streams.write(to_json(shown))
        return
    inside = f" of <{found.node.name}>" if found.node is not None else ""
    streams.write(f"{found.place}{inside}:\n")
    longest = max((len(each.name) for each in found.items), default=0)
    for each in found.items:
        since = each.notes.get(SINCE)
        words = " ".join(filter(None, (each.notes.documentation, f"(since {since})" if since else "")))
        streams.write(f"  {each.name:<{longest}}  {'required ' if each.required else ''}{words}".rstrip() + "\n")
    if found.wanted:
        streams.write(f"  {found.wanted}\n")
