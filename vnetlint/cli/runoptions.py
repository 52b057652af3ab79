"""The options of a run as flags of a command, made from RunOptions, as the settings of the server are."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import fields
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from vnetlint.cli.choices import choices_of
from vnetlint.cli.panels import OF_RUN
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import OptionKind, RunOptions
from vnetlint.finding import Severity
from vnetlint.rulebook.catalogue import UnknownRuleError
from vnetlint.rulebook.plugins import installed

_PARAMETER = "options"


class Threshold(StrEnum):
    """A severity, together with all that are more severe."""

    error = "error"
    warning = "warning"
    info = "info"


_TYPES: dict[OptionKind, Any] = {
    "rules": list[str] | None,
    "files": list[str] | None,
    "choices": list[str] | None,
    "text": str | None,
    "flag": bool,
    "severity": Threshold | None,
}


def with_options(*without: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return a decorator: a command gets a flag for each field of RunOptions in place of its parameter `options`.

    `without` are fields that have no meaning for the command.
    """
    return lambda command: _with_options(command, [each for each in fields(RunOptions) if each.name not in without])


def _with_options(command: Callable[..., int], chosen_fields: Sequence[Any]) -> Callable[..., int]:
    hints = get_type_hints(command, include_extras=True)
    before = [each for each in inspect.signature(command).parameters.values() if each.name != _PARAMETER]
    parameters = [each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY) for each in before]
    parameters += map(_parameter, chosen_fields)

    @wraps(command)
    def run(**values: Any) -> int:
        given = {each.name: _value(each.metadata["kind"], values.pop(each.name)) for each in chosen_fields}
        chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if "choices" in chosen:
            chosen["choices"] = _choices(chosen.pop("choices"), RunOptions(**chosen))
        return command(**values, **{_PARAMETER: RunOptions(**chosen)})

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _parameter(field: Any) -> inspect.Parameter:
    metadata = field.metadata
    panel = OF_RUN.get(field.name)
    declared = typer.Option(metadata["flag"], metavar=metadata["metavar"], help=metadata["help"], rich_help_panel=panel)
    kind: Any = _TYPES[metadata["kind"]]
    default: bool | Threshold | None = None
    if metadata["kind"] == "flag":
        default = False
    elif metadata["kind"] == "severity" and field.default is not None:
        kind, default = Threshold, Threshold(field.default)
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, declared]
    )


def _value(kind: OptionKind, given: Any) -> object:
    """Return the value of an option, or None if it is not given."""
    if given is None:
        return None
    if kind in ("rules", "choices"):
        return split(given)
    if kind == "files":
        return tuple(given)
    return _severity(given) if kind == "severity" else given


def _choices(values: Sequence[str], options: RunOptions) -> dict[str, int]:
    """Return the numbers of fixes by rule. A configuration is read only for the rules of its policies."""
    try:
        return choices_of(values, installed())
    except UnknownRuleError:
        return choices_of(values, RunPlanner(options).catalogue_here())


def _severity(threshold: Threshold) -> Severity:
    return "error" if threshold == "error" else "warning" if threshold == "warning" else "info"


def split(values: Sequence[str]) -> tuple[str, ...]:
    """Return the names in values, each a list separated by commas."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())
