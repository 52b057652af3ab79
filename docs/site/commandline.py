"""The command line's page, made of the commands themselves."""

import re

import typer
from typer.cli import get_docs_for_click

from vnetlint.cli.main import program

_HEAD = """\
# Command line

Made from the commands; `vnetlint COMMAND --help` prints the same. Exit
codes are in [the first page](../README.md#in-scripts).
"""


def command_line() -> str:
    """Return the page, in Markdown."""
    root = typer.main.get_command(program([]))
    text = get_docs_for_click(obj=root, ctx=typer.Context(root, info_name="vnetlint"), name="vnetlint", indent=1)
    _, *commands = re.split(r"(?=^### )", text, flags=re.MULTILINE)
    shown = "".join(re.sub(r"^#(?=#+ )", "", each, flags=re.MULTILINE) for each in commands)
    return f"{_HEAD}\n{shown}"
