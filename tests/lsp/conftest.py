"""Editors of four kinds, each with its own server: two pull diagnostics, and two are sent them."""

import sys
from collections.abc import AsyncIterator
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


PROFILES = (
    Profile("vscode", client_capabilities("visual_studio_code"), "utf-16"),
    Profile("vscode-pull", _pulling_code(), "utf-16"),
    Profile("neovim", client_capabilities("neovim"), "utf-8"),
    Profile("emacs", client_capabilities("emacs"), "utf-32"),
)

EDITORS: dict[LanguageClient, Editor] = {}
"""The editor of each client, because pytest-lsp drops what a fixture yields: its value is the client."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the editor has opened."""
    return tmp_path_factory.mktemp("site")


@pytest_lsp.fixture(  # type: ignore[untyped-decorator]
    scope="module",
    params=PROFILES,
    ids=[profile.name for profile in PROFILES],
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


@pytest.fixture(scope="module")
def editor(client: LanguageClient) -> Editor:
    """An editor that has opened a folder."""
    return EDITORS[client]
