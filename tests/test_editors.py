"""The editors' plugins agree with the project on templates, version, settings and rules."""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from vnetlint import __version__
from vnetlint.config.runoptions import RunOptions
from vnetlint.files.candidates import ENDINGS
from vnetlint.lsp.client import SWITCHES
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent
EDITORS = ROOT / "editors"
MANIFEST: dict[str, Any] = json.loads((EDITORS / "vscode" / "package.json").read_text("utf-8"))
TEMPLATES = set(ENDINGS) - {".xml"}


CLIENT_SETTINGS = {"path", "generalXml", "trace.server"}
"""The settings of the extension in VS Code that the server does not see."""


def page(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def test_every_plugin_knows_the_same_templates() -> None:
    lua = re.search(r"^local endings = \{(.*)\}$", page("editors/neovim/lsp/vnetlint.lua"), re.MULTILINE)
    assert lua
    assert set(re.findall(r"'([^']+)'", lua[1])) == TEMPLATES
    lisp = re.search(
        r'vnetlint-templates "\\\\\.xml\\\\\.\\\\\(\?:(.*)\\\\\)\\\\\'"', page("editors/emacs/vnetlint.el")
    )
    assert lisp
    assert {f".xml.{each}" for each in lisp[1].split("\\\\|")} == TEMPLATES
    typescript = re.search(r'TEMPLATES = "\*\*/\*\.xml\.\{(.*)\}"', page("editors/vscode/src/server.ts"))
    assert typescript
    assert {f".xml.{each}" for each in typescript[1].split(",")} == TEMPLATES
    (language,) = MANIFEST["contributes"]["languages"]
    assert set(language["extensions"]) == TEMPLATES


def test_every_plugin_has_the_version_of_the_program() -> None:
    lisp = re.search(r"^;; Version: (.*)$", page("editors/emacs/vnetlint.el"), re.MULTILINE)
    assert lisp
    lock = json.loads(page("editors/vscode/package-lock.json"))
    assert {lisp[1], MANIFEST["version"], lock["version"]} == {__version__}


def test_the_settings_are_those_that_the_server_takes() -> None:
    known = {*SWITCHES.values(), "indent", *filter(None, (each.metadata["setting"] for each in fields(RunOptions)))}
    properties = {name.removeprefix("vnetlint.") for name in MANIFEST["contributes"]["configuration"]["properties"]}
    assert properties - CLIENT_SETTINGS == known
    rows = re.findall(r"^\| (`.*?) \|", page("docs/server.md").split("## Settings")[1].split("\n## ")[0], re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", "".join(rows))) == known
    lisp = set(
        re.findall(
            r":(\w+)", page("editors/emacs/vnetlint.el").split("defcustom vnetlint-settings")[1].split(":type")[0]
        )
    )
    assert known <= lisp


def test_the_page_of_the_extension_has_every_setting_and_command() -> None:
    text = page("editors/vscode/README.md")
    settings = {name.removeprefix("vnetlint.") for name in MANIFEST["contributes"]["configuration"]["properties"]}
    named = set(re.findall(r"`(?:vnetlint\.)?([\w.]+)`", text))
    assert settings <= named
    titles = {f"vnetlint: {each['title']}" for each in MANIFEST["contributes"]["commands"]}
    assert titles <= set(re.findall(r"`(vnetlint: [^`]+)`", text))


def test_the_walkthrough_names_commands_and_files_that_exist() -> None:
    (walkthrough,) = MANIFEST["contributes"]["walkthroughs"]
    commands = {each["command"] for each in MANIFEST["contributes"]["commands"]}
    for step in walkthrough["steps"]:
        text = page(f"editors/vscode/{step['media']['markdown']}")
        titles = {f"vnetlint: {each['title']}" for each in MANIFEST["contributes"]["commands"]}
        assert set(re.findall(r"`(vnetlint: [^`]+)`", text)) <= titles
        asked = set(re.findall(r"command:(vnetlint\.\w+)", step["description"]))
        done = {each.partition(":")[2] for each in step["completionEvents"] if each.startswith("onCommand:")}
        assert asked | done <= commands


def test_a_folder_that_is_not_trusted_chooses_no_program() -> None:
    trust = MANIFEST["capabilities"]["untrustedWorkspaces"]
    assert trust["supported"] == "limited"
    assert trust["restrictedConfigurations"] == ["vnetlint.path"]
    path = MANIFEST["contributes"]["configuration"]["properties"]["vnetlint.path"]
    assert path["scope"] == "machine-overridable"


def test_the_lock_names_no_registry() -> None:
    lock = json.loads(page("editors/vscode/package-lock.json"))
    assert all("resolved" not in each for each in lock["packages"].values())


def test_the_extension_contains_the_license() -> None:
    assert page("editors/vscode/LICENSE") == page("LICENSE")
    assert MANIFEST["license"] == "Apache-2.0"


BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", page("docs/editors.md"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("language", "block"), BLOCKS)
def test_blocks_of_the_page_are_on_the_plugins_pages_or_can_be_parsed(language: str, block: str) -> None:
    """The settings on the plugins' own pages are tested with the editors themselves."""
    plugins = "".join(page(f"editors/{name}/README.md") for name in ("neovim", "emacs", "vscode"))
    if language == "toml":
        assert tomllib.loads(block)
    elif language == "json":
        assert json.loads(block)
    elif language != "vim":
        assert f"```{language}\n{block}```" in plugins


SETTINGS = ("kate/settings.json", "helix/languages.toml", "zed/settings.json", "sublime/LSP.sublime-settings",
            "jetbrains/template.json")  # fmt: skip


@pytest.mark.parametrize("path", SETTINGS)
def test_settings_to_copy_are_on_the_page_and_start_the_server(path: str) -> None:
    text = page(f"editors/{path}")
    assert text in {block for _, block in BLOCKS}
    assert re.search(r"vnetlint (args |arguments )?server\b", re.sub(r"\W+", " ", text))


@pytest.mark.parametrize("path", ["zed/settings.json", "jetbrains/template.json"])
def test_patterns_to_copy_are_those_of_templates(path: str) -> None:
    assert set(re.findall(r"\*(\.xml\.\w+)", page(f"editors/{path}"))) == TEMPLATES


def test_the_extension_is_built_in_ci_as_its_page_says() -> None:
    (shown,) = re.findall(r"^```sh\n(.*?)^```$", page("editors/vscode/README.md"), re.MULTILINE | re.DOTALL)
    *built, installed = shown.splitlines()
    assert "\n".join(f"    {line}" for line in built) in page(".ci/editors")
    assert installed == "code --install-extension dist/vnetlint.vsix"


def test_rules_that_the_pages_name_exist() -> None:
    named = re.findall(
        r"ignore\W+([a-z]+(?:-[a-z]+)+)", "".join(page(f"editors/{n}/README.md") for n in ("neovim", "emacs"))
    )
    assert named
    assert set(named) <= set(builtin().by_name)
