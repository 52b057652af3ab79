"""Strict pydantic models for the options of rules, made from the dataclasses that the rules declare.

A rule declares its options as a frozen dataclass in its file, which is what `check` gets and what mypy sees. A pydantic
class would load pydantic with every run, which takes longer than to lint a file. The strict model is made here, with
bounds from `option` and words from the rule's page, once a configuration has options or its schema is asked for.
"""

from dataclasses import fields
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from vnetlint.rulebook.rule import Rule


@cache
def model_of(rule: Rule) -> type[BaseModel]:
    """Return the model of a rule's options, with the descriptions from the rule's page."""
    assert rule.options is not None, "only rules with options have a model"
    hints, descriptions = get_type_hints(rule.options), rule.page.options
    declared: dict[str, Any] = {
        each.name: (
            _bounded(hints[each.name], each.metadata),
            Field(default=each.default, alias=each.name.replace("_", "-"), description=descriptions.get(each.name)),
        )
        for each in fields(rule.options)
    }
    return create_model(f"Options of {rule.name}", __config__=ConfigDict(extra="forbid", frozen=True), **declared)


def _bounded(hint: Any, bounds: Any) -> Any:
    """Return the type of an option with its bounds. The bounds of a list apply to each item."""
    if get_origin(hint) is tuple:
        item: Any = _bounded(get_args(hint)[0], bounds)
        return tuple.__class_getitem__((item, ...))
    if hint is int:
        return Annotated[int, Field(strict=True, ge=bounds.get("least"), le=bounds.get("most"))]
    if hint is str:
        return Annotated[str, Field(strict=True, pattern=bounds.get("pattern"))]
    assert hint is bool, f"unsupported type of an option: {hint}"
    return Annotated[bool, Field(strict=True)]
