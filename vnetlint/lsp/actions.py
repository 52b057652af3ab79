"""Quick fixes, suppressions and fixing a whole document, as edits of the current text.

The diagnostics that the client sends are only used to link actions to them. Their columns are not reliable, because
Neovim 0.7 counts bytes, and their fixes may belong to an older text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from lsprotocol import types

from vnetlint.engine import suppress
from vnetlint.finding import Edit, Finding, Fix, Safety, Span
from vnetlint.lsp.analysis import Judgement
from vnetlint.lsp.client import Client
from vnetlint.lsp.diagnostics import position_of, range_of
from vnetlint.result import FixResult
from vnetlint.xml.lines import LineIndex
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

QUICK_FIX = types.CodeActionKind.QuickFix
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.vnetlint"
KINDS = (QUICK_FIX, types.CodeActionKind.SourceFixAll, FIX_ALL)


def actions_of(
    judgement: Judgement,
    params: types.CodeActionParams,
    client: Client,
    unsafe: bool,
    fixed: Callable[[], FixResult],
) -> list[types.CodeAction]:
    """Return the actions for a range. `fixed` fixes the document, and is called only if the client asks for that."""
    only = params.context.only
    actions: list[types.CodeAction] = []
    if _wanted(QUICK_FIX, only):
        touched = judgement.buffer.span(position_of(params.range.start), position_of(params.range.end))
        for finding in judgement.at(touched):
            linked = _linked(finding, judgement, params.context.diagnostics)
            actions += _fixes(finding, judgement, client, unsafe, linked)
        for finding in judgement.at(touched):
            linked = _linked(finding, judgement, params.context.diagnostics)
            actions += _suppressions(finding, judgement, client, linked)
    if _wanted(FIX_ALL, only) and (only or _asked(params)):
        actions += _fix_all(judgement, client, fixed, only)
    return actions


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether the client asks for a kind of action: for it or a kind above it, or for all kinds."""
    return only is None or any(not each or kind == each or kind.startswith(f"{each}.") for each in map(_name, only))


def _name(kind: str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _asked(params: types.CodeActionParams) -> bool:
    """Whether a person asks, and not an editor that decides whether to show a light bulb."""
    return params.context.trigger_kind != types.CodeActionTriggerKind.Automatic


def _linked(finding: Finding, judgement: Judgement, sent: Iterable[types.Diagnostic]) -> list[types.Diagnostic] | None:
    """Return the client's diagnostics of a finding, those with its rule and line, or None if there are none."""
    line = range_of(judgement.texts, finding.path, finding.span).start.line
    return [each for each in sent if each.code == finding.rule and each.range.start.line == line] or None


def _fixes(
    finding: Finding, judgement: Judgement, client: Client, unsafe: bool, linked: list[types.Diagnostic] | None
) -> Iterator[types.CodeAction]:
    for index, fix in enumerate(finding.fixes):
        if not fix.edits or (fix.safety != "safe" and not unsafe):
            continue
        yield types.CodeAction(
            title=_title(fix),
            kind=QUICK_FIX,
            diagnostics=linked,
            is_preferred=True if fix.safety == "safe" and index == 0 else None,
            edit=workspace_edit(fix.edits, judgement, client),
        )


_CAVEATS: Mapping[Safety, str] = {"unsafe": " (may change what works)", "choice": " (changes the design)"}


def _title(fix: Fix) -> str:
    return fix.title + _CAVEATS.get(fix.safety, "")


def _suppressions(
    finding: Finding, judgement: Judgement, client: Client, linked: list[types.Diagnostic] | None
) -> Iterator[types.CodeAction]:
    source = judgement.buffer.input
    rule = judgement.result.rules[finding.rule]
    edits = suppress.suppressing(parse(source), finding, rule) if isinstance(source, Source) else ()
    if edits:
        yield types.CodeAction(
            title=f"Suppress {finding.rule} here",
            kind=QUICK_FIX,
            diagnostics=linked,
            edit=workspace_edit(edits, judgement, client),
        )


def _fix_all(
    judgement: Judgement, client: Client, fixed: Callable[[], FixResult], only: Sequence[str] | None
) -> Iterator[types.CodeAction]:
    if not any(judgement.run.settings.fixing.pick(finding) for finding in judgement.findings):
        return
    for change in fixed().changed:
        edits = tuple(Edit(change.before.path, span, text) for span, text in differences(change.before, change.after))
        # A client that asks for `source.fixAll` on saving accepts that kind and those below it.
        yield types.CodeAction(
            title="Make all safe fixes of vnetlint", kind=FIX_ALL, edit=workspace_edit(edits, judgement, client)
        )


def differences(before: Source, after: Source) -> Iterator[tuple[Span, str]]:
    """Yield spans of the old text that differ, with their new text. They are whole lines, so marks elsewhere stay."""
    old, new = _lines(before.text), _lines(after.text)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Span(offsets[i1], offsets[i2]), "".join(new[j1:j2])


def _lines(text: str) -> list[str]:
    starts = LineIndex(text).starts
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def workspace_edit(edits: Iterable[Edit], judgement: Judgement, client: Client) -> types.WorkspaceEdit:
    """Return edits in the protocol's form, with the versions of the documents if the client accepts versions."""
    texts = judgement.texts
    by_uri: dict[str, list[types.TextEdit]] = {}
    versions: dict[str, int | None] = {}
    for edit in edits:
        uri = texts.uri(edit.path)
        versions[uri] = texts.version(edit.path)
        by_uri.setdefault(uri, []).append(types.TextEdit(range_of(texts, edit.path, edit.span), edit.text))
    if not client.versioned_edits:
        return types.WorkspaceEdit(changes=by_uri)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), each)
            for uri, each in by_uri.items()
        ]
    )
