"""Editors of several kinds, each with its own server: some pull diagnostics, and some are sent them."""

import sys
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.lsp.editor import Editor
from vnetlint.lsp.positions import Units
from vnetlint.lsp.uris import uri_of

COMMAND = [sys.executable, "-m", "vnetlint", "server"]


class Profile(NamedTuple):
    """The capabilities that an editor announces."""

    name: str
    capabilities: types.ClientCapabilities
    units: Units


def _pulling_code() -> types.ClientCapabilities:
    """VS Code since 1.66: it pulls diagnostics, and pulls them again when the server asks for a refresh."""
    capabilities = deepcopy(client_capabilities("visual_studio_code"))
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities(related_document_support=False)
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    return capabilities


def _helix() -> types.ClientCapabilities:
    """Helix 25: it is sent diagnostics, opens addresses, and shows inlay hints and no code lenses."""
    kinds = types.ClientCodeActionKindOptions(["", "quickfix", "refactor", "refactor.rewrite", "source"])
    operations = [types.ResourceOperationKind.Create, types.ResourceOperationKind.Rename]
    return types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(
            configuration=True,
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True, resource_operations=operations),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
        text_document=types.TextDocumentClientCapabilities(
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(version_support=True),
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=types.ClientCodeActionLiteralOptions(kinds), is_preferred_support=True
            ),
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(snippet_support=True, insert_replace_support=True)
            ),
            inlay_hint=types.InlayHintClientCapabilities(),
        ),
        window=types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(support=True)),
        general=types.GeneralClientCapabilities(
            position_encodings=[
                types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf32, types.PositionEncodingKind.Utf16,
            ]
        ),
    )  # fmt: skip


PROFILES = (
    Profile("vscode", client_capabilities("visual_studio_code"), "utf-16"),
    Profile("vscode-pull", _pulling_code(), "utf-16"),
    Profile("neovim", client_capabilities("neovim"), "utf-8"),
    Profile("emacs", client_capabilities("emacs"), "utf-32"),
    Profile("helix", _helix(), "utf-8"),
)

FIRST = ("vscode-pull", "emacs")
"""One that pulls diagnostics and one that is sent them, for every run. The others take a server and its time each."""

EDITORS: dict[LanguageClient, Editor] = {}
"""The editor of each client, because pytest-lsp drops what a fixture yields: its value is the client."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the editor has opened. It is empty before each test."""
    return tmp_path_factory.mktemp("site")


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]
    scope="session",
    params=[
        pytest.param(each, id=each.name, marks=() if each.name in FIRST else pytest.mark.slow) for each in PROFILES
    ],
    config=ClientServerConfig(server_command=COMMAND),
)
async def client(lsp_client: LanguageClient, request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[None]:
    """A client that has opened a folder."""
    profile: Profile = request.param
    text_document = profile.capabilities.text_document
    pulls = text_document is not None and text_document.diagnostic is not None
    made = Editor(lsp_client, profile.units, pulls)
    made.attach()

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)  # type: ignore[untyped-decorator]
    def register(params: types.RegistrationParams) -> None:
        made.registered += params.registrations

    uri = uri_of(str(folder))
    result = await lsp_client.initialize_session(
        types.InitializeParams(
            profile.capabilities, root_uri=uri, workspace_folders=[types.WorkspaceFolder(uri, "site")]
        )
    )
    assert result.capabilities.position_encoding == profile.units
    EDITORS[lsp_client] = made
    yield
    await lsp_client.shutdown_session()
    assert not [each for each in lsp_client.messages if "failed" in each.message]


@pytest.fixture
def editor(client: LanguageClient, folder: Path) -> Iterator[Editor]:
    """An editor that has opened a folder. Its server stays for all tests, and what a test leaves is cleared away."""
    made = EDITORS[client]
    yield made
    for each in made.buffers:
        made.close(each.uri)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.unlink()
        made.saw_change(path)
