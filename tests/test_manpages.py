"""The manual pages: current, without a warning of any formatter, and in the wheel."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from vnetlint.cli.commandtree import command_tree

ROOT = Path(__file__).parent.parent
PAGES = sorted(ROOT.glob("docs/man/*.1"))
NO_DATE = 'WARNING: missing date, using "": TH'


def formatted(page: Path, *command: str) -> tuple[str, str]:
    done = subprocess.run([*command, str(page)], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def test_every_command_has_a_page_and_every_option_an_entry() -> None:
    tree = command_tree()
    assert {page.stem for page in PAGES} == {"vnetlint", *(f"vnetlint-{each.path[0]}" for each in tree.commands)}
    for command in tree.commands:
        text = (ROOT / f"docs/man/vnetlint-{command.path[0]}.1").read_text("utf-8").replace("\\-", "-")
        for flag in (flag for each in command.every() for option in each.options for flag in option.flags):
            assert f"\\fB{flag}\\fR" in text


def test_the_wheel_installs_the_pages() -> None:
    files = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["data-files"]
    assert files == {"share/man/man1": ["docs/man/*.1"]}


@pytest.mark.oracle
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_formatter_warns(page: Path) -> None:
    _, warnings = formatted(page, "groff", "-man", "-Tutf8", "-ww", "-K", "utf8")
    assert not warnings
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(page)], capture_output=True, text=True, check=False)
    assert [each for each in done.stdout.splitlines() if NO_DATE not in each] == []
    _, warnings = formatted(page, "man", "--warnings", "-l")
    assert not warnings


@pytest.mark.oracle
def test_man_shows_the_page() -> None:
    shown, _ = formatted(ROOT / "docs/man/vnetlint-check.1", "man", "-l")
    text = " ".join(re.sub(".\b", "", shown).split())
    assert "vnetlint-check - lint libvirt XML, and fix it with --fix" in text
    assert "--diff-base REVISION Report only what changed" in text
    assert "vnetlint(1)" in text
