"""Neovim, set up as its page says: reads what is wrong, takes the fix, saves."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.editors.conftest import ROOT, TOOLS
from tests.editors.readme import blocks, perform
from tests.editors.shown import (
    BROKEN,
    FIXED,
    FIXED_GUEST,
    GUEST,
    GUEST_RULE,
    GUEST_TITLE,
    MESSAGE,
    OTHER,
    REACH,
    RULE,
    TITLE,
    WORKED_ON,
    laid_out,
    lay_out,
)

pytestmark = pytest.mark.oracle

PAGE = "editors/neovim/README.md"
NEW, OLD, NEW_WITH_COMPLETION, NEW_WITH_SETTINGS, OLD_WITH_SETTINGS = blocks(PAGE, "lua")
NEWEST = str(TOOLS / "neovim" / "bin" / "nvim")
PACKAGED = "/usr/bin/nvim"


def editors(new: str, old: str) -> pytest.MarkDecorator:
    """Parametrize a test with both versions of Neovim, each with its settings."""
    return pytest.mark.parametrize(
        ("program", "settings"), [(NEWEST, new), (PACKAGED, old)], ids=["newest", "packaged"]
    )


def run(
    program: str, settings: str, folder: Path, script: str, environment: Mapping[str, str], *opened: str
) -> dict[str, Any]:
    """Install the plugin, write the settings, run a script in a folder and return what was seen."""
    home = Path(environment["HOME"])
    (commands,) = blocks(PAGE, "sh")
    perform(commands, environment)
    init = home / ".config" / "nvim" / "init.lua"
    init.parent.mkdir(parents=True)
    init.write_text(settings, "utf-8")
    seen = home / "seen.json"
    done = subprocess.run(
        [program, "--headless", "-n", "-i", "NONE", *opened, "-c", f"luafile {ROOT / 'tests/editors' / script}"],
        cwd=folder,
        env={**environment, "SEEN": str(seen)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert seen.exists(), done.stderr
    found: dict[str, Any] = json.loads(seen.read_text("utf-8"))
    return {**found, "stderr": done.stderr}


def play(program: str, settings: str, file: Path, title: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """Fix a file and return what was seen in it."""
    return run(program, settings, file.parent, "neovim.lua", {**environment, "TITLE": title}, str(file))


@editors(NEW, OLD)
@pytest.mark.parametrize("name", ["lan.xml", "lan.xml.j2", "lan.xml.erb", "lan.xml.tmpl", "lan.xml.tpl", "lan.xml.in"])
def test_a_file_is_fixed(program: str, settings: str, name: str, tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / name
    file.write_text(BROKEN, "utf-8")
    seen = play(program, settings, file, TITLE, environment)
    assert "trouble" not in seen, seen
    (diagnostic,) = seen["diagnostics"]
    assert MESSAGE in diagnostic["message"]
    assert RULE in seen["hover"]
    assert TITLE in seen["actions"]
    assert file.read_text("utf-8") == FIXED


@editors(NEW_WITH_SETTINGS, OLD_WITH_SETTINGS)
def test_settings_reach_the_server(program: str, settings: str, tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / "duck.xml"
    file.write_text(GUEST, "utf-8")
    seen = play(program, settings, file, GUEST_TITLE, environment)
    assert [each["code"] for each in seen["diagnostics"]] == [GUEST_RULE], seen
    assert file.read_text("utf-8") == FIXED_GUEST


@editors(NEW_WITH_COMPLETION, OLD)
def test_a_site_is_worked_on(program: str, settings: str, tmp_path: Path, environment: dict[str, str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    lay_out(site)
    seen = run(program, settings, site, "neovim_work.lua", {**environment, "OTHER": OTHER})
    assert "trouble" not in seen, seen
    assert "interface" in seen["offered"]
    assert REACH in seen["hover"]
    assert laid_out(site) == WORKED_ON
