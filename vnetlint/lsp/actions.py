"""Quick fixes, suppressions and fixing a whole document, as edits of the current text.

The diagnostics that the client sends are only used to link actions to them. Their columns are not reliable, because
Neovim 0.7 counts bytes, and their fixes may belong to an older text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lsprotocol import types

from vnetlint.engine import suppress
from vnetlint.finding import Edit, Finding, Fix, Safety
from vnetlint.lsp import baselines
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.client import Client
from vnetlint.lsp.diagnostics import position_of, range_of
from vnetlint.lsp.differences import differences
from vnetlint.result import FixResult
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

QUICK_FIX = types.CodeActionKind.QuickFix
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.vnetlint"
CONVERT = types.CodeActionKind.RefactorRewrite
KINDS = (QUICK_FIX, CONVERT, types.CodeActionKind.SourceFixAll, FIX_ALL)
OPEN_PAGE = "vnetlint.openPage"
"""The command of the server that opens what libvirt's documentation says about a rule; its argument is the rule."""


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


def beside(
    judgement: Judgement, params: types.CodeActionParams, client: Client, analyst: Analyst
) -> list[types.CodeAction]:
    """Return the actions that are no fixes: to hold findings in a baseline, to read about them, to convert a network.

    They take longer, and an editor that only decides whether to show a light bulb does not need them.
    """
    if not _asked(params):
        return []
    only, touched = params.context.only, judgement.buffer.span(
        position_of(params.range.start), position_of(params.range.end)
    )  # fmt: skip
    found: list[types.CodeAction] = []
    if _wanted(QUICK_FIX, only):
        config = analyst.plans.config_of(judgement.buffer)
        for finding in judgement.at(touched):
            held = baselines.holding(finding, judgement, config, client)
            for action in filter(None, (held, _page(finding, judgement, client))):
                action.diagnostics = _linked(finding, judgement, params.context.diagnostics)
                found.append(action)
    if _wanted(CONVERT, only):
        from vnetlint.lsp.conversions import conversions

        found += [
            types.CodeAction(title, CONVERT, edit=workspace_edit(edits, judgement, client))
            for title, edits in conversions(judgement, analyst, touched)
        ]
    return found


def _page(finding: Finding, judgement: Judgement, client: Client) -> types.CodeAction | None:
    """Return the action that opens the address of a rule's page, for clients that show no link in the diagnostic."""
    url = judgement.result.rules[finding.rule].page.url
    if url is None or client.code_description or not client.shows_documents:
        return None
    title = f"Open libvirt's documentation for {finding.rule}"
    return types.CodeAction(title, QUICK_FIX, command=types.Command(title, OPEN_PAGE, arguments=[finding.rule]))


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
        edit = workspace_edit(edits, judgement, client)
        yield types.CodeAction(
            title=f"Suppress {finding.rule} here",
            kind=QUICK_FIX,
            diagnostics=linked,
            edit=_asking(edit) if client.snippet_edits else edit,
        )


def _asking(edit: types.WorkspaceEdit) -> types.WorkspaceEdit:
    """Return an edit after which the editor selects the placeholder of a reason, so that the user writes one."""
    for change in edit.document_changes or ():
        if isinstance(change, types.TextDocumentEdit):
            change.edits = [_snippet(each) if isinstance(each, types.TextEdit) else each for each in change.edits]
    return edit


def _snippet(edit: types.TextEdit) -> types.TextEdit | types.SnippetTextEdit:
    before, placeholder, after = edit.new_text.rpartition(f" {suppress.PLACEHOLDER} ")
    if not placeholder:
        return edit
    start, end = (re.sub(r"[\\$}]", r"\\\g<0>", each) for each in (before, after))
    return types.SnippetTextEdit(edit.range, types.StringValue(f"{start} ${{1:{suppress.PLACEHOLDER}}} {end}"))


def _fix_all(
    judgement: Judgement, client: Client, fixed: Callable[[], FixResult], only: Sequence[str] | None
) -> Iterator[types.CodeAction]:
    if not any(judgement.run.settings.fixing.pick(finding) for finding in judgement.findings):
        return
    for change in fixed().changed:
        edits = tuple(
            Edit(change.before.path, span, text) for span, text in differences(change.before.text, change.after.text)
        )
        # A client that asks for `source.fixAll` on saving accepts that kind and those below it.
        yield types.CodeAction(
            title="Make all safe fixes of vnetlint", kind=FIX_ALL, edit=workspace_edit(edits, judgement, client)
        )


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
