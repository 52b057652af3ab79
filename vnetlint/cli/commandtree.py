"""All commands as plain data: what completion scripts and manual pages are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import typer.main

from vnetlint.cli.helping import brief
from vnetlint.cli.panels import OTHER
from vnetlint.report import formats
from vnetlint.rulebook.catalogue import builtin

FILES, RULES, SELECTORS, OUTPUTS, POLICIES = "@files", "@rules", "@selectors", "@outputs", "@policies"
"""What a value can be besides a word of its own; OUTPUTS are `FORMAT=FILE`."""

_BY_METAVAR: Mapping[str, tuple[str, ...]] = {
    "FILE": (FILES,),
    "FILE...": (FILES,),
    "[PATH]...": (FILES,),
    "DIR": (FILES,),
    "FILE:LINE:COL": (FILES,),
    "bundled|system|DIR": ("bundled", "system", FILES),
    "RULES": (SELECTORS,),
    "RULE[=N]": (RULES,),
    "FORMAT": formats(),
    "FORMAT=FILE": (OUTPUTS,),
}
_BY_NAME: Mapping[str, tuple[str, ...]] = {
    "paths": (FILES,),
    "folder": (FILES,),
    "name": (RULES,),
    "policies": (POLICIES, FILES),
    "policy": (POLICIES, FILES),
    "files": (POLICIES, FILES),
}
"""What the values of a parameter are, by its name, where its metavar tells nothing."""


@dataclass(frozen=True)
class CommandOption:
    """An option of a command."""

    flags: tuple[str, ...]
    metavar: str
    """The name of its value; empty if it has none."""
    values: tuple[str, ...]
    """The words that its value can be, or what it is; empty if that is unknown."""
    text: str
    heading: str


@dataclass(frozen=True)
class CommandArgument:
    """An argument of a command."""

    name: str
    values: tuple[str, ...]
    text: str
    is_repeated: bool
    is_required: bool


@dataclass(frozen=True)
class CommandNode:
    """A command or a group of commands."""

    path: tuple[str, ...]
    """The words that call it after the name of the program."""
    text: str
    heading: str
    options: tuple[CommandOption, ...]
    arguments: tuple[CommandArgument, ...]
    commands: tuple["CommandNode", ...]

    @property
    def name(self) -> str:
        """The words that call it, with the name of the program."""
        return " ".join(("vnetlint", *self.path))

    @property
    def brief(self) -> str:
        """The beginning of its help."""
        return brief(self.text)

    def every(self) -> Iterator["CommandNode"]:
        """Yield it and all commands below it."""
        yield self
        for each in self.commands:
            yield from each.every()


def command_tree() -> CommandNode:
    """Return the program with all its commands."""
    # The program has all commands, of which `completion` is one.
    from vnetlint.cli.main import program

    command = typer.main.get_command(program(()))
    return _node(command, (), typer.Context(command, info_name="vnetlint", **command.context_settings))


def selectors() -> tuple[str, ...]:
    """Return the words that select several rules."""
    return tuple(sorted({"all", "default", "strict"} | {rule.family for rule in builtin()}))


def _node(command: Any, path: tuple[str, ...], context: Any) -> CommandNode:
    parameters = command.get_params(context)
    below = (
        _node(each, (*path, name), typer.Context(each, parent=context, info_name=name))
        for name, each in getattr(command, "commands", {}).items()
    )
    return CommandNode(
        path,
        command.help or "",
        command.rich_help_panel or "",
        tuple(_option(each, context) for each in parameters if each.param_type_name == "option"),
        tuple(_argument(each, context) for each in parameters if each.param_type_name == "argument"),
        tuple(below),
    )


def _option(option: Any, context: Any) -> CommandOption:
    has_value = not (option.is_flag or option.count)
    metavar = option.make_metavar(ctx=context) if has_value else ""
    return CommandOption(
        tuple(sorted(option.opts, key=lambda flag: flag.startswith("--"))),
        metavar,
        _values(option) if has_value else (),
        option.get_help_record(context)[1].replace("  [", " ["),
        option.rich_help_panel or OTHER,
    )


def _argument(argument: Any, context: Any) -> CommandArgument:
    name = (argument.metavar or argument.name).strip("[].").upper()
    return CommandArgument(name, _values(argument), argument.help or "", argument.nargs == -1, bool(argument.required))


def _values(parameter: Any) -> tuple[str, ...]:
    """Return the words that a value can be, or what it is."""
    if (choices := getattr(parameter.type, "choices", None)) is not None:
        return tuple(choices)
    named = _BY_NAME.get(parameter.name or "", ()) if parameter.metavar in (None, "FILE", "FILE...") else ()
    return named or _BY_METAVAR.get(parameter.metavar or "", ())
