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


def client_of(capabilities: types.ClientCapabilities) -> Client:
    """Return the capabilities. A client lacks those that it does not mention."""
    text = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    pull = text.diagnostic
    shown = pull if pull is not None else text.publish_diagnostics
    # For a long time, clients that pull mentioned what they can show only under publishing.
    published = text.publish_diagnostics or types.PublishDiagnosticsClientCapabilities()
    tags = published.tag_support or (shown.tag_support if shown else None)
    edits, watching = workspace.workspace_edit, workspace.did_change_watched_files
    hover = text.hover.content_format if text.hover else None
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
    )


SECTION = "vnetlint"


@dataclass(frozen=True)
class UserSettings:
    """The settings of the user in the editor."""

    options: RunOptions = RunOptions()
    unsafe_fixes: bool = True
    """Whether `unsafe` fixes and choices are offered too. Their titles warn of what they may change."""


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
    shown = table.get("unsafeFixes")
    options = RunOptions(**given)
    RunPlanner(options).check_options()
    return UserSettings(options, shown if isinstance(shown, bool) else True)


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
