"""Help texts: options under headings, commands under headings, and nothing cut whatever the width.

Typer's own headings need rich, which doubles the time that a command takes to start.
"""

from collections.abc import Iterable, Sequence
from shutil import get_terminal_size
from typing import Any

from typer.core import TyperCommand, TyperGroup

from vnetlint.cli.panels import ORDER, OTHER

WIDEST = 80
NARROW = 60
"""The columns below which a description is under its term and not beside it."""

_ENDS = (": ", ". ", ", so ", ", also ", ", for ", ", on ")
"""Where the beginning of a help text ends."""

_Rows = Sequence[tuple[str, str]]


class CommandWithHelp(TyperCommand):
    """A command whose options are under headings."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, as wide as the terminal is."""
        formatter.width = _width()
        super().format_help(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, and then the options by heading."""
        _write_parameters(self, ctx, formatter)


class GroupWithHelp(TyperGroup):
    """A group of commands whose commands are under headings."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, as wide as the terminal is."""
        formatter.width = _width()
        super().format_help(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options and the commands."""
        _write_parameters(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands by heading, each with the beginning of its help."""
        commands: list[Any] = [
            each for name in self.list_commands(ctx) if (each := self.get_command(ctx, name)) is not None
        ]
        longest = max(len(each.name or "") for each in commands)
        for heading, group in _by_heading((each.rich_help_panel or "Commands", each) for each in commands):
            _write_section(formatter, heading, [((each.name or "").ljust(longest), brief(each.help)) for each in group])


def brief(text: str | None) -> str:
    """Return the beginning of a help text: its first clause, without what it is for."""
    first = " ".join((text or "").split("\n\n")[0].split())
    return min((first.partition(end)[0] for end in _ENDS), key=len).rstrip(".")


def _width() -> int:
    return min(get_terminal_size().columns, WIDEST) - 2


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    shown = [(each, row) for each in command.get_params(ctx) if (row := each.get_help_record(ctx)) is not None]
    if arguments := [row for each, row in shown if each.param_type_name == "argument"]:
        _write_section(formatter, "Arguments", arguments)
    options = [(each.rich_help_panel or OTHER, row) for each, row in shown if each.param_type_name == "option"]
    headed = _by_heading(options)
    for heading, rows in sorted(headed, key=lambda each: ORDER.index(each[0]) if each[0] in ORDER else len(ORDER)):
        _write_section(formatter, heading, rows)


def _by_heading(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for heading, each in pairs:
        found.setdefault(heading, []).append(each)
    return list(found.items())


def _write_section(formatter: Any, heading: str, rows: _Rows) -> None:
    with formatter.section(heading):
        if formatter.width >= NARROW:
            formatter.write_dl(rows)
            return
        for term, description in rows:
            formatter.write_text(term.rstrip())
            with formatter.indentation():
                formatter.write_text(description)
