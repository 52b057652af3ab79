"""`vnetlint completion`: a script with which a shell completes commands, options, rules, formats and files.

The script has all words in it. To ask vnetlint at each press of a key would take as long as Python takes to start.
"""

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer

from vnetlint.cli.commandtree import CommandNode, command_tree
from vnetlint.cli.streams import CLEAN, streams_of


class Shell(StrEnum):
    """A shell that completes."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def completion(context: typer.Context, shell: Annotated[Shell, typer.Argument(help="The shell.")]) -> int:
    """Print a script with which a shell completes commands, options and rules.

    bash: save it as ~/.local/share/bash-completion/completions/vnetlint, or source it in ~/.bashrc. zsh: save it as
    _vnetlint in a folder of $fpath. fish: save it as ~/.config/fish/completions/vnetlint.fish. Save it again after an
    upgrade, because it has the names of the rules in it.
    """
    script: Callable[[CommandNode], str] = import_module(f"vnetlint.cli.{shell.value}script").script
    streams_of(context).write(script(command_tree()))
    return CLEAN
