"""Requests that are answered from one document and its project: structure, symbols, links, rename and formatting.

Each answer runs in the thread of the session, after the document was linted, so it costs no keystroke anything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lsprotocol import types

from vnetlint.engine.format import formatting
from vnetlint.engine.lint import lint
from vnetlint.engine.reading import File
from vnetlint.finding import Edit, Finding, Span
from vnetlint.lsp import links, navigate, structure, symbols
from vnetlint.lsp.actions import workspace_edit
from vnetlint.lsp.analysis import Analyst, Judgement, Texts
from vnetlint.lsp.diagnostics import position_of, range_of
from vnetlint.lsp.mentions import Mention, mentions_in
from vnetlint.lsp.navigate import Spot
from vnetlint.lsp.rename import RenameError, Renaming, alike_in, mention_at, refuse_new_errors
from vnetlint.lsp.session import Session
from vnetlint.lsp.symbols import Symbol, SymbolRole
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply

_KINDS: Mapping[SymbolRole, types.SymbolKind] = {
    "network": types.SymbolKind.Namespace,
    "mode": types.SymbolKind.Property,
    "bridge": types.SymbolKind.Interface,
    "subnet": types.SymbolKind.Array,
    "range": types.SymbolKind.Number,
    "host": types.SymbolKind.Constant,
    "route": types.SymbolKind.Event,
    "port group": types.SymbolKind.Struct,
    "guest": types.SymbolKind.Class,
    "NIC": types.SymbolKind.Field,
    "filter": types.SymbolKind.Module,
    "rule": types.SymbolKind.Operator,
    "reference": types.SymbolKind.Key,
}

_CHECKED = 20
"""How many of the files that a rename changes are checked before it is offered."""

MOST_SYMBOLS = 2000
"""The most names of a project that are sent at once."""

ViewAnswer = Callable[[Session, Judgement, Any], Any]


def _file(session: Session, judgement: Judgement) -> File | None:
    """Return a document as a file; None if it is not libvirt's XML, cannot be read or is excluded."""
    source = judgement.buffer.input
    if not isinstance(source, Source) or not judgement.run.inputs:
        return None
    file = session.analyst.memory.read(source, judgement.run.settings)
    return file if file.first.models else None


def _range(judgement: Judgement, span: Span) -> types.Range:
    return range_of(judgement.texts, judgement.buffer.path, span)


def _offset(judgement: Judgement, position: types.Position) -> int:
    place = position_of(position)
    return judgement.buffer.span(place, place).start


# -- structure ---------------------------------------------------------------------------------------------------------


def document_symbols(
    session: Session, judgement: Judgement, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """Return the outline of a document; as a list without levels if the client knows no levels."""
    file = _file(session, judgement)
    if file is None:
        return None
    found = symbols.outline(file.first.models)
    if session.client.nested_symbols:
        return [_nested(judgement, each) for each in found]
    uri = judgement.buffer.uri
    return [
        types.SymbolInformation(types.Location(uri, _range(judgement, each.span)), each.name, _KINDS[each.role])
        for each in _flat(found)
    ]


def _nested(judgement: Judgement, symbol: Symbol) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name,
        kind=_KINDS[symbol.role],
        range=_range(judgement, symbol.span),
        selection_range=_range(judgement, symbol.name_span),
        detail=symbol.detail or None,
        children=[_nested(judgement, each) for each in symbol.children],
    )


def _flat(found: Iterable[Symbol]) -> Iterator[Symbol]:
    for each in found:
        yield each
        yield from _flat(each.children)


def folding_ranges(
    session: Session, judgement: Judgement, params: types.FoldingRangeParams
) -> list[types.FoldingRange] | None:
    """Return the lines of a document that can be folded."""
    file = _file(session, judgement)
    if file is None:
        return None
    kinds = {True: types.FoldingRangeKind.Comment, False: None}
    found = structure.folds(file.first.documents, file.source.lines)
    return [types.FoldingRange(each.first - 1, each.last - 1, kind=kinds[each.is_comment]) for each in found]


def selection_ranges(
    session: Session, judgement: Judgement, params: types.SelectionRangeParams
) -> list[types.SelectionRange] | None:
    """Return, for each position, what contains it, from a value or name to the whole document."""
    file = _file(session, judgement)
    return None if file is None else [_selection(judgement, file, each) for each in params.positions]


def _selection(judgement: Judgement, file: File, position: types.Position) -> types.SelectionRange:
    found: types.SelectionRange | None = None
    for span in reversed(structure.around(file.first.documents, _offset(judgement, position))):
        found = types.SelectionRange(_range(judgement, span), found)
    return found or types.SelectionRange(types.Range(position, position))


def linked_ranges(
    session: Session, judgement: Judgement, params: types.LinkedEditingRangeParams
) -> types.LinkedEditingRanges | None:
    """Return the names in a start and end tag, which an editor changes together."""
    file = _file(session, judgement)
    names = structure.tag_names(file.first.documents, _offset(judgement, params.position)) if file else None
    return types.LinkedEditingRanges([_range(judgement, each) for each in names], r"[\w:.-]+") if names else None


def highlights(
    session: Session, judgement: Judgement, params: types.DocumentHighlightParams
) -> list[types.DocumentHighlight] | None:
    """Return the places of a name in its document, or both names of an element's tags."""
    file = _file(session, judgement)
    if file is None:
        return None
    offset = _offset(judgement, params.position)
    mention = mention_at(file, offset)
    if mention is not None and mention.name:
        kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
        return [
            types.DocumentHighlight(_range(judgement, each.span), kinds[each.is_definition])
            for each in alike_in(file, mention)
        ]
    names = structure.tag_names(file.first.documents, offset)
    return [types.DocumentHighlight(_range(judgement, each), types.DocumentHighlightKind.Text) for each in names or ()]


def document_links(
    session: Session, judgement: Judgement, params: types.DocumentLinkParams
) -> list[types.DocumentLink] | None:
    """Return the links of a document."""
    file = _file(session, judgement)
    if file is None:
        return None
    catalogue = session.analyst.memory.selection(judgement.run.settings).catalogue
    found = links.links(file, session.analyst.project(judgement), catalogue)
    texts = judgement.texts
    return [types.DocumentLink(_range(judgement, each.span), _target(texts, each.to)) for each in found]


def _target(texts: Texts, to: str | Spot) -> str:
    if isinstance(to, str):
        return to
    return f"{texts.uri(to.path)}#L{texts.positions(to.path, to.span)[0].line + 1}"


# -- formatting --------------------------------------------------------------------------------------------------------


def formatted(
    session: Session, judgement: Judgement, params: types.DocumentFormattingParams | types.DocumentRangeFormattingParams
) -> list[types.TextEdit] | None:
    """Return the edits that indent a document, or the lines of a range."""
    file = _file(session, judgement)
    if file is None:
        return None
    within = None
    if isinstance(params, types.DocumentRangeFormattingParams):
        within = judgement.buffer.span(position_of(params.range.start), position_of(params.range.end))
    edits = formatting(file, session.settings.indent, within)
    return [types.TextEdit(_range(judgement, each.span), each.text) for each in edits]


# -- rename ------------------------------------------------------------------------------------------------------------


def prepare_rename(
    session: Session, judgement: Judgement, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    """Return the name at a position, or None if there is none. Raises RenameError if it cannot be renamed."""
    found = _renaming(session, judgement, params.position, "")
    if found is None:
        return None
    found.places()
    return types.PrepareRenamePlaceholder(_range(judgement, found.mention.span), found.mention.name)


def rename(session: Session, judgement: Judgement, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """Return the edits that rename what has its name at a position. Raises RenameError if it cannot be renamed."""
    found = _renaming(session, judgement, params.position, params.new_name)
    if found is None:
        raise RenameError("only the names of networks, bridges, port groups and network filters can be renamed")
    edits = found.edits()
    refuse_new_errors(*_findings(session.analyst, judgement, edits))
    return workspace_edit(edits, judgement, session.client)


def _renaming(session: Session, judgement: Judgement, position: types.Position, new: str) -> Renaming | None:
    file = _file(session, judgement)
    mention = mention_at(file, _offset(judgement, position)) if file else None
    if mention is None:
        return None
    run, memory = judgement.run, session.analyst.memory
    sources = (each for each in (*run.inputs, *run.context) if isinstance(each, Source))
    files = [memory.read(each, run.settings) for each in sources]
    return Renaming(mention, files, session.analyst.project(judgement), new)


def _findings(
    analyst: Analyst, judgement: Judgement, edits: Iterable[Edit]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings in files that edits change, before and after them.

    Those with a definition come first. The others name the same thing, so a few of them are enough.
    """
    run, by_path = judgement.run, dict[str, list[Edit]]()
    for each in edits:
        by_path.setdefault(each.path, []).append(each)
    asked = set(list(by_path)[:_CHECKED])
    before = [each for each in (*run.inputs, *run.context) if isinstance(each, Source)]
    after = [each.with_text(apply(each.text, by_path.get(each.path, ()))) for each in before]
    found = []
    for every in (before, after):
        inputs, rest = ([each for each in every if (each.path in asked) is wanted] for wanted in (True, False))
        found.append(lint(inputs, run.settings, rest, analyst.memory, expectations=False).findings)
    return found[0], found[1]


def references(session: Session, judgement: Judgement, params: types.ReferenceParams) -> list[types.Location]:
    """Return the places of a name: those that a rename would change, else those that may be meant."""
    found = _renaming(session, judgement, params.position, "")
    declaration = params.context.include_declaration
    try:
        mentions = found.places() if found else []
        spots = [Spot(each.path, each.span) for each in mentions if declaration or not each.is_definition]
    except RenameError:
        project, offset = session.analyst.project(judgement), _offset(judgement, params.position)
        spots = navigate.references(project, judgement.buffer.path, offset, declaration)
    texts = judgement.texts
    return [types.Location(texts.uri(each.path), range_of(texts, each.path, each.span)) for each in spots]


# -- all documents -----------------------------------------------------------------------------------------------------


def workspace_symbols(session: Session, query: str) -> list[types.SymbolInformation]:
    """Return the names in all files of the opened folders, and of the projects of open documents, that hold a text."""
    wanted, found = query.casefold(), list[types.SymbolInformation]()
    for source, settings, texts in session.analyst.every_source(session.buffers):
        file = session.analyst.memory.read(source, settings)
        for each in mentions_in(file.documents):
            if len(found) < MOST_SYMBOLS and _is_symbol(each) and wanted in each.name.casefold():
                found.append(_information(each, texts))
        for symbol in symbols.outline(file.models):
            if symbol.role == "guest" and wanted in symbol.name.casefold():
                where = types.Location(texts.uri(file.source.path), range_of(texts, file.source.path, symbol.name_span))
                found.append(types.SymbolInformation(where, symbol.name, _KINDS["guest"]))
    return found[:MOST_SYMBOLS]


def _is_symbol(mention: Mention) -> bool:
    """Whether a mention defines something. A bridge of the host has no definition, but the network that joins it."""
    is_joined = mention.kind == "bridge" and mention.node.name == "bridge"
    return bool(mention.name) and (mention.is_definition or is_joined)


def _information(mention: Mention, texts: Texts) -> types.SymbolInformation:
    where = types.Location(texts.uri(mention.path), range_of(texts, mention.path, mention.span))
    return types.SymbolInformation(
        where, mention.name, _KINDS[symbols.ROLES[mention.kind]], container_name=mention.network or None
    )


ANSWERS: tuple[tuple[str, ViewAnswer, Any], ...] = (
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbols, types.DocumentSymbolOptions(label="vnetlint")),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, folding_ranges, None),
    (types.TEXT_DOCUMENT_SELECTION_RANGE, selection_ranges, None),
    (types.TEXT_DOCUMENT_LINKED_EDITING_RANGE, linked_ranges, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlights, None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, document_links, types.DocumentLinkOptions(resolve_provider=False)),
    (types.TEXT_DOCUMENT_FORMATTING, formatted, None),
    (types.TEXT_DOCUMENT_RANGE_FORMATTING, formatted, None),
    (types.TEXT_DOCUMENT_REFERENCES, references, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename, None),
    (types.TEXT_DOCUMENT_RENAME, rename, types.RenameOptions(prepare_provider=True)),
)
"""The requests about one document, each with what answers it and what the client is told about it."""
