"""The capabilities of the client, which it sends when it connects, and the settings of its user."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from lsprotocol import types

from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.errors import UserError
from vnetlint.files.paths import invalid


@dataclass(frozen=True)
class Client:
    """The capabilities that the server needs to know."""

    pulls: bool
    """Whether it requests diagnostics. If it does, none are published, because it would show each twice."""
    refreshes: bool
    """Whether the server can make it request diagnostics again."""
    related_documents: bool
    related_information: bool
    code_description: bool
    unnecessary_tag: bool
    versioned_edits: bool
    markdown: bool
    watches: bool
    configuration: bool
    action_literals: bool
    resolves_actions: bool
    """Whether it asks for the edit of an action when the action is chosen."""
    creates_files: bool
    """Whether an edit can create a file."""
    snippet_edits: bool
    """Whether an edit can have a placeholder that the user replaces."""
    shows_documents: bool
    """Whether the server can make it open an address in a browser."""
    shows_references: bool
    """Whether it has the command by which a code lens shows places."""
    refreshes_hints: bool
    refreshes_lenses: bool
    nested_symbols: bool
    snippets: bool = False
    """Whether completion may insert placeholders."""
    replaces_words: bool = False
    """Whether completion may replace no more than the word at the cursor, whatever the range of the edit is."""
    needs_one_line: bool = False
    """Whether completion may be unable to insert a line end."""
    adjusts_indentation: bool = False
    """Whether it indents inserted lines like the line of the cursor."""


def client_of(capabilities: types.ClientCapabilities) -> Client:
    """Return the capabilities. A client lacks those that it does not mention."""
    text = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    pull = text.diagnostic
    shown = pull if pull is not None else text.publish_diagnostics
    # For a long time, clients that pull mentioned what they can show only under publishing.
    published = text.publish_diagnostics or types.PublishDiagnosticsClientCapabilities()
    tags = published.tag_support or (shown.tag_support if shown else None)
    window = capabilities.window or types.WindowClientCapabilities()
    edits, watching = workspace.workspace_edit, workspace.did_change_watched_files
    hover = text.hover.content_format if text.hover else None
    item = text.completion.completion_item if text.completion else None
    modes = item.insert_text_mode_support if item else None
    return Client(
        pulls=pull is not None,
        refreshes=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
        related_documents=bool(pull and pull.related_document_support),
        related_information=bool(published.related_information or (shown and shown.related_information)),
        code_description=bool(published.code_description_support or (shown and shown.code_description_support)),
        unnecessary_tag=bool(tags and types.DiagnosticTag.Unnecessary in tags.value_set),
        versioned_edits=bool(edits and edits.document_changes),
        markdown=bool(hover and types.MarkupKind.Markdown in hover),
        watches=bool(watching and watching.dynamic_registration),
        configuration=bool(workspace.configuration),
        action_literals=bool(text.code_action and text.code_action.code_action_literal_support),
        nested_symbols=bool(text.document_symbol and text.document_symbol.hierarchical_document_symbol_support),
        snippets=bool(item and item.snippet_support),
        # Kate announces nothing about completion. Neovim before 0.11 also inserts NUL for a line end.
        replaces_words=not (text.completion and text.completion.context_support),
        needs_one_line=bool(
            text.completion and not text.completion.context_support and not (item and item.snippet_support)
        ),
        adjusts_indentation=bool(modes and types.InsertTextMode.AdjustIndentation in modes.value_set),
        resolves_actions=_resolves_edits(text.code_action),
        creates_files=bool(edits and types.ResourceOperationKind.Create in (edits.resource_operations or ())),
        snippet_edits=bool(edits and edits.document_changes and edits.snippet_edit_support),
        shows_documents=bool(window.show_document and window.show_document.support),
        shows_references="vnetlint.showReferences" in _commands(capabilities.experimental),
        refreshes_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
        refreshes_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
    )


def _resolves_edits(actions: types.CodeActionClientCapabilities | None) -> bool:
    resolving = actions.resolve_support if actions else None
    return bool(actions and actions.data_support and resolving and "edit" in resolving.properties)


def _commands(experimental: object) -> list[object]:
    """Return the names of the commands that the client has. It lists them as `experimental.commands.commands`."""
    table = experimental.get("commands") if isinstance(experimental, Mapping) else None
    names = table.get("commands") if isinstance(table, Mapping) else None
    return names if isinstance(names, list) else []


SECTION = "vnetlint"

_WIDEST = 8


@dataclass(frozen=True)
class UserSettings:
    """The settings of the user in the editor."""

    options: RunOptions = RunOptions()
    unsafe_fixes: bool = True
    """Whether `unsafe` fixes and choices are offered too. Their titles warn of what they may change."""
    inlay_hints: bool = True
    workspace_diagnostics: bool = True
    """Whether files that are not open are checked too, for clients that ask for them."""
    indent: str | None = None
    """One level of indentation for formatting; by default the file's own."""


SWITCHES = {
    "unsafe_fixes": "unsafeFixes",
    "inlay_hints": "inlayHints",
    "workspace_diagnostics": "workspaceDiagnostics",
}
"""The settings that are true or false, by the field of UserSettings; all are true by default."""


def settings_of(table: object) -> UserSettings:
    """Return the settings in a table by name. Settings may be missing or null.

    Other keys are ignored, because editors add their own. Raises UserError if a value is invalid.
    """
    if not isinstance(table, Mapping):
        return UserSettings()
    given: dict[str, Any] = {}
    for option in fields(RunOptions):
        name = option.metadata["setting"]
        value = table.get(name) if name else None
        if value in (None, ""):
            continue
        given[option.name] = _rules(name, value) if option.metadata["kind"] == "rules" else _text(name, value)
    options = RunOptions(**given)
    RunPlanner(options).check_options()
    switches = {name: table.get(setting) for name, setting in SWITCHES.items()}
    chosen = {name: each for name, each in switches.items() if isinstance(each, bool)}
    return UserSettings(options, indent=_indent(table.get("indent")), **chosen)


def _indent(value: object) -> str | None:
    """Return one level of indentation: a number of spaces, or `tab`."""
    if value in (None, ""):
        return None
    if value == "tab":
        return "\t"
    # True is a number for Python.
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _WIDEST:
        return " " * value
    raise UserError(f"invalid setting 'indent' of vnetlint: expected 'tab' or a number from 1 to {_WIDEST}")


def _rules(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [each.strip() for each in value.split(",") if each.strip()]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UserError(f"invalid setting '{name}' of vnetlint: expected a list of rules")
    return tuple(value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise UserError(f"invalid setting '{name}' of vnetlint: expected a string")
    if reason := invalid(value):
        raise UserError(f"invalid setting '{name}' of vnetlint: {reason}")
    return value
