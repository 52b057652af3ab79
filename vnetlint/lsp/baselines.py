"""The action that holds a finding in the baseline: an edit of its file, or a new file that the configuration names."""

import os
from collections.abc import Iterator

from lsprotocol import types

from vnetlint.engine.baseline import Baseline, can_be_held, with_one_more
from vnetlint.engine.baselinefile import MAX_BYTES, NAME, read, text_of
from vnetlint.errors import UserError
from vnetlint.files.regular import read_regular
from vnetlint.finding import Finding
from vnetlint.lsp.analysis import Judgement
from vnetlint.lsp.client import Client
from vnetlint.lsp.diagnostics import range_between
from vnetlint.lsp.differences import differences
from vnetlint.lsp.positions import LinePosition, Lines, Units
from vnetlint.lsp.uris import uri_of

_CONFIGURATION = "vnetlint.toml"
_START = range_between(LinePosition(0, 0), LinePosition(0, 0))
_Change = types.TextDocumentEdit | types.CreateFile


def holding(finding: Finding, judgement: Judgement, config: str | None, client: Client) -> types.CodeAction | None:
    """Return the action that holds a finding in the baseline of its configuration; None if there can be none.

    A configuration without a baseline gets one beside it. A baseline outside of the configuration's folder is left
    alone, because the configuration may be anybody's.
    """
    if config is None or not can_be_held(judgement.result, finding) or not judgement.buffer.is_file:
        return None
    folder = os.path.dirname(os.path.abspath(config))
    named = judgement.run.baseline
    path = os.path.abspath(named) if named is not None else os.path.join(folder, NAME)
    if not _is_below(folder, path) or (named is None and os.path.basename(config) != _CONFIGURATION):
        return None
    try:
        changes = list(_changes(path, finding, judgement))
    except (UserError, OSError):
        return None
    if named is None:
        changes.append(_edit(config, [types.TextEdit(_START, f'baseline = "{NAME}"\n')]))
    edit = _workspace_edit(changes, client)
    if edit is None:
        return None
    where = "the baseline" if os.path.lexists(path) else "a new baseline"
    return types.CodeAction(f"Hold {finding.rule} in {where}", types.CodeActionKind.QuickFix, edit=edit)


def _is_below(folder: str, path: str) -> bool:
    try:
        return os.path.commonpath((folder, path)) == folder
    except ValueError:
        # They are on different drives.
        return False


def _changes(path: str, finding: Finding, judgement: Judgement) -> Iterator[_Change]:
    if os.path.lexists(path):
        old = read_regular(path, MAX_BYTES).decode("utf-8-sig")
        new = text_of(with_one_more(read(path), judgement.result, finding))
        yield _edit(path, _edits(old, new, judgement.buffer.units))
        return
    empty = Baseline(os.path.dirname(path), {})
    yield types.CreateFile(uri_of(path), options=types.CreateFileOptions(ignore_if_exists=True))
    yield _edit(path, [types.TextEdit(_START, text_of(with_one_more(empty, judgement.result, finding)))])


def _edits(old: str, new: str, units: Units) -> list[types.TextEdit]:
    lines = Lines(old, units)
    return [
        types.TextEdit(range_between(lines.position(span.start), lines.position(span.end)), text)
        for span, text in differences(old, new)
    ]


def _edit(path: str, edits: list[types.TextEdit]) -> types.TextDocumentEdit:
    return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri_of(path)), list(edits))


def _workspace_edit(changes: list[_Change], client: Client) -> types.WorkspaceEdit | None:
    """Return the changes in the form that the client accepts; None if it cannot create a file that is needed."""
    edits = [each for each in changes if isinstance(each, types.TextDocumentEdit)]
    if client.versioned_edits and (client.creates_files or len(edits) == len(changes)):
        return types.WorkspaceEdit(document_changes=[*changes])
    if len(edits) != len(changes):
        return None
    return types.WorkspaceEdit(
        changes={
            each.text_document.uri: [one for one in each.edits if isinstance(one, types.TextEdit)] for each in edits
        }
    )
