"""Completion in the real shells: commands, options, rules, formats and files."""

import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal
from vnetlint.cli.commandtree import command_tree
from vnetlint.cli.main import main
from vnetlint.rulebook.catalogue import builtin

SHELLS = ("bash", "zsh", "fish")
RULES = {rule.name for rule in builtin()}
Complete = Callable[[str], set[str]]
"""Returns the words that a shell offers at the end of a line."""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts")
    for shell in SHELLS:
        out = io.StringIO()
        assert main(["completion", shell], io.BytesIO(), out, io.StringIO()) == 0
        (folder / f"vnetlint.{shell}").write_text(out.getvalue())
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "my lan.xml").touch()
    (folder / "hosts").mkdir()
    return folder


def run(*command: str, folder: Path) -> list[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout.splitlines()


_BASH = """source "$0"; line="$1"; read -ra COMP_WORDS <<< "$line"; [[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _vnetlint; printf '%s\\n' "${COMPREPLY[@]}" """

_ZSH = """
compadd() {
    # These options only ask what would match.
    if [[ " $* " != *" -"[OAD]" "* ]]; then
        local -a hits
        builtin compadd -O hits "$@"
        print -rl -- "${hits[@]/#/$IPREFIX}" >> $COLLECTED
    fi
    builtin compadd "$@"
}
autoload -Uz compinit
compinit -u -D
setopt no_beep
LISTMAX=9999
"""


@pytest.fixture(params=SHELLS)
def complete(request: pytest.FixtureRequest, scripts: Path, site: Path, tmp_path: Path) -> Iterator[Complete]:
    shell = request.param
    script = str(scripts / f"vnetlint.{shell}")
    if shell == "bash":
        yield lambda line: set(run("bash", "--norc", "-c", _BASH, script, line, folder=site))
    elif shell == "fish":
        ask = "source $argv[1]; complete -C $argv[2]"
        yield lambda line: {
            each.split("\t")[0] for each in run("fish", "--no-config", "-c", ask, script, line, folder=site)
        }
    else:
        terminal = Terminal(
            ["zsh", "-f", "-i"], site, {"HOME": str(tmp_path), "COLLECTED": str(tmp_path / "collected")}
        )
        yield lambda line: _in_zsh(terminal, script, line, tmp_path)
        terminal.close()


def _in_zsh(terminal: Terminal, script: str, line: str, folder: Path) -> set[str]:
    collected = folder / "collected"
    if not terminal.shown:
        (folder / "setup").write_text(f"{_ZSH}\nsource {script}\nprint -r -- set up\n")
        terminal.type(f"source {folder}/setup\n")
        terminal.wait_for("set up")
    collected.write_text("")
    terminal.type(f"{line}\t")
    end = time.monotonic() + 20
    before = ""
    # What is offered has been written when the shell is quiet again.
    while time.monotonic() < end and (not (now := collected.read_text()) or now != before):
        before = now
        time.sleep(0.2)
    terminal.type("\x15")
    return set(filter(None, collected.read_text().splitlines()))


@pytest.mark.oracle
def test_commands_are_completed(complete: Complete) -> None:
    names = {each.path[-1] for each in command_tree().commands}
    assert complete("vnetlint ") == names
    assert complete("vnetlint ch") == {"check"}
    assert complete("vnetlint baseline ") == {"write", "check", "prune"}


@pytest.mark.oracle
def test_options_are_completed(complete: Complete) -> None:
    offered = complete("vnetlint check --")
    assert {"--fix", "--select", "--diff-base", "--help"} <= offered
    assert "--redact" not in offered
    assert complete("vnetlint check --out") == {"--output-format", "--output-file"}
    assert "--from" in complete("vnetlint host --host-is-no-option --f")
    assert "--baseline" in complete("vnetlint baseline write --b")


@pytest.mark.oracle
def test_rules_are_completed_also_within_a_list(complete: Complete) -> None:
    assert complete("vnetlint rule ip-on-br") == {"ip-on-bridged-network"}
    assert complete("vnetlint check --select stri") == {"strict"}
    assert complete("vnetlint check --ignore zero-mac,ip-on-br") == {"zero-mac,ip-on-bridged-network"}
    assert complete("vnetlint rule ") >= RULES


@pytest.mark.oracle
def test_values_are_completed(complete: Complete) -> None:
    assert complete("vnetlint check --output-format gi") == {"github", "gitlab"}
    # zsh adds the last character itself.
    assert {each.rstrip("=") for each in complete("vnetlint check --output-file gi")} == {"github", "gitlab"}
    assert complete("vnetlint check --fail-on ") == {"error", "warning", "info"}
    assert complete("vnetlint mode lan.xml na") == {"nat"}
    assert complete("vnetlint completion fi") == {"fish"}
    assert {"hardening"} <= complete("vnetlint check --policy har")


@pytest.mark.oracle
@pytest.mark.parametrize("shell", SHELLS)
def test_a_person_who_presses_tab_gets_the_rest(shell: str, scripts: Path, site: Path, tmp_path: Path) -> None:
    options = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}[shell]
    before = "autoload -Uz compinit; compinit -u -D; " if shell == "zsh" else ""
    terminal = Terminal([shell, *options], site, {"HOME": str(tmp_path), "PS1": "$ "}, columns=200)
    try:
        terminal.type(f"{before}. {scripts}/vnetlint.{shell}; echo set'' up\n")
        terminal.wait_for("set up")
        terminal.type("vnetlint rule ip-on-bri\t")
        terminal.wait_for("dged-network")
    finally:
        terminal.close()


@pytest.mark.oracle
@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_tab_answers_at_once(shell: str, scripts: Path, site: Path) -> None:
    """The time of many completions in one shell, each of which has to be below 150 ms."""
    script, line = str(scripts / f"vnetlint.{shell}"), "vnetlint check --select ip-on"
    if shell == "bash":
        many = _BASH.replace("_vnetlint; printf", "for i in {1..20}; do _vnetlint; done; printf")
        command = ["bash", "--norc", "-c", many]
    else:
        command = ["fish", "--no-config", "-c", "source $argv[1]; for i in (seq 20); complete -C $argv[2]; end"]
    before = os.times()
    assert run(*command, script, line, folder=site)
    after = os.times()
    # Not the time that passes, because other tests run beside this one.
    took = after.children_user + after.children_system - before.children_user - before.children_system
    assert took / 20 < 0.15


def test_every_shell_has_a_script_that_names_each_option(scripts: Path) -> None:
    flags = {flag for each in command_tree().every() for one in each.options for flag in one.flags}
    for shell in SHELLS:
        text = (scripts / f"vnetlint.{shell}").read_text()
        assert all((flag if shell != "fish" else f" {flag.lstrip('-')} ") in text for flag in flags)


def test_what_a_parameter_takes_is_known() -> None:
    unknown = {
        (each.name, one.flags[-1], one.metavar)
        for each in command_tree().every()
        for one in each.options
        if one.metavar and not one.values
    }
    free = {"TEXT", "NAME", "REASON", "REVISION", "VERSION", "SUBNET", "<int range>", "<str>"}
    assert {metavar for _, _, metavar in unknown} <= free, unknown
