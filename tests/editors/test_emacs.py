"""Emacs, set up as its page says: reads what is wrong, takes the fix, saves."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.editors.conftest import ROOT
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

PAGE = "editors/emacs/README.md"
PACKAGE = ROOT / "editors" / "emacs" / "vnetlint.el"
SETTINGS, WITH_OPTIONS = blocks(PAGE, "elisp")


def run(settings: str, folder: Path, script: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """Install the package, write the init file, run a script in a folder and return what was seen."""
    (commands,) = blocks(PAGE, "sh")
    perform(commands, environment)
    init = Path(environment["HOME"]) / ".emacs.d" / "init.el"
    init.write_text(settings, "utf-8")
    command = ["emacs", "--batch", "-f", "package-activate-all", "-l", str(init)]
    done = subprocess.run(
        [*command, "-l", str(ROOT / "tests" / "editors" / script)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def play(settings: str, file: Path, title: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """Fix a file and return what was seen in it."""
    return run(settings, file.parent, "emacs.el", {**environment, "FILE": str(file), "TITLE": title})


@pytest.mark.parametrize("name", ["lan.xml", "lan.xml.j2"])
def test_a_file_is_fixed(name: str, tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / name
    file.write_text(BROKEN, "utf-8")
    seen = play(SETTINGS, file, TITLE, environment)
    ((message, underlined),) = seen["faults"]
    assert MESSAGE in message
    assert underlined == "mode='natt'"
    assert RULE in seen["hover"]
    assert file.read_text("utf-8") == FIXED


def test_settings_reach_the_server(tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / "duck.xml"
    file.write_text(GUEST, "utf-8")
    seen = play(WITH_OPTIONS, file, GUEST_TITLE, environment)
    ((message, _),) = seen["faults"]
    assert GUEST_RULE in message
    assert file.read_text("utf-8") == FIXED_GUEST


def test_a_site_is_worked_on(tmp_path: Path, environment: dict[str, str]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    lay_out(site)
    seen = run(SETTINGS, site, "emacs_work.el", {**environment, "OTHER": OTHER})
    assert "interface" in seen["offered"]
    assert REACH in seen["hover"]
    assert laid_out(site) == WORKED_ON


def test_the_package_compiles_without_a_warning(tmp_path: Path, environment: dict[str, str]) -> None:
    copy = tmp_path / PACKAGE.name
    copy.write_bytes(PACKAGE.read_bytes())
    subprocess.run(
        ["emacs", "-Q", "--batch", "--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile", copy],
        env=environment,
        check=True,
        timeout=60,
    )
    assert copy.with_suffix(".elc").exists()
