"""Options of rules of policies: `{options.NAME}` in a rule is a value that a site's configuration may choose.

A rule is written once. Its options are filled in before it is read: with the defaults when the policy is loaded, and
with the values of `[options.RULE]` when a run has others.
"""

import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, make_dataclass
from html import escape
from typing import Any

from pydantic import BaseModel

from vnetlint.policy.table import MAX_ITEMS, OptionTable
from vnetlint.policy.violation import PolicyValueError
from vnetlint.rulebook.rule import option
from vnetlint.validation import suggestion

OptionValue = int | str | tuple[str, ...]
"""The value of an option: a number, a text, or a list of texts."""

MAX_TEXT = 1000
"""Characters of an option in a text."""

_HOLE = re.compile(r"\{options\.([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_CLAUSES = frozenset(("select", "must", "xpath"))
"""The keys in which a text has to be quoted."""
_FILLED = _CLAUSES | {"allow", "deny", "subnet-of", "pattern", "range", "count", "reach", "message", "fix"}
"""The keys in which options are filled in. Examples and words show what applies by default."""


def defaults(declared: Mapping[str, OptionTable]) -> dict[str, OptionValue]:
    """Return the default of each option. Raises PolicyValueError if a name or a default is invalid."""
    for name, table in declared.items():
        field, key = _field(name), ("options", name)
        if not _NAME.fullmatch(name):
            raise PolicyValueError(key, f"invalid name '{name[:60]}': expected one such as 'our-bridges'")
        if keyword.iskeyword(field) or field.startswith("model_") or hasattr(BaseModel, field):
            raise PolicyValueError(key, f"the name '{name}' is reserved; did you mean 'our-{name}'?")
        bounds = [each for each in ("least", "most") if getattr(table, each) is not None]
        if bounds and not isinstance(table.default, int):
            raise PolicyValueError((*key, bounds[0]), f"'{bounds[0]}' is for options that are numbers")
        least, most = table.least, table.most
        if isinstance(table.default, int) and not _is_between(table.default, least, most):
            raise PolicyValueError((*key, "default"), f"{table.default} is not within 'least' and 'most'")
    return {name: table.default for name, table in declared.items()}


def _is_between(number: int, least: int | None, most: int | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def class_of(rule: str, declared: Mapping[str, OptionTable], check: Callable[[object], object]) -> type[Any]:
    """Return the dataclass of a rule's options. `check` raises ValueError if its values do not fit the rule."""
    made = [
        (_field(name), _type(table.default), option(table.default, least=table.least, most=table.most))
        for name, table in declared.items()
    ]
    return make_dataclass(f"Options of {rule}".replace(" ", "_").replace("-", "_"), made, frozen=True,
                          namespace={"__post_init__": check})  # fmt: skip


def values_of(options: Any) -> dict[str, OptionValue]:
    """Return the values of an instance of such a class, by the names that a policy uses."""
    return {each.name.replace("_", "-"): getattr(options, each.name) for each in fields(options)}


def _field(name: str) -> str:
    return name.replace("-", "_")


def _type(default: OptionValue) -> Any:
    return tuple[str, ...] if isinstance(default, tuple) else type(default)


def unused(rule: Mapping[str, Any], declared: Mapping[str, OptionTable]) -> str | None:
    """Return the name of an option that nothing in a rule uses, or None."""
    used = {each[1] for key, text in _texts(rule) if key in _FILLED for each in _HOLE.finditer(text)}
    return next((name for name in declared if name not in used), None)


def _texts(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield all texts of a rule, with the first key on the way to each."""
    stack = [(key, value) for key, value in rule.items() if key != "options"]
    while stack:
        key, value = stack.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, dict):
            stack += [(key, each) for each in value.values()]
        elif isinstance(value, list):
            stack += [(key, each) for each in value]


def filled(rule: Mapping[str, Any], values: Mapping[str, OptionValue]) -> dict[str, Any]:
    """Return the table of a rule with the values of its options. Raises PolicyValueError if it uses an unknown one."""
    return {key: _filled((key,), value, values) if key in _FILLED else value for key, value in rule.items()}


def _filled(key: tuple[str | int, ...], value: Any, values: Mapping[str, OptionValue]) -> Any:
    if isinstance(value, str):
        return _text(key, value, values)
    if isinstance(value, dict):
        return {name: _filled((*key, name), each, values) for name, each in value.items()}
    if isinstance(value, list):
        items: list[Any] = []
        for number, each in enumerate(value):
            one = _filled((*key, number), each, values)
            # A list in a list is spliced: `allow = ["br0", "{options.more}"]`.
            items += one if isinstance(one, list) and isinstance(each, str) else [one]
            if len(items) > MAX_ITEMS:
                raise PolicyValueError(key, f"more than {MAX_ITEMS} items with those of the options")
        return items
    return value


def _text(key: tuple[str | int, ...], text: str, values: Mapping[str, OptionValue]) -> Any:
    """Return a text with its options. One that is an option and nothing else is a value of the option's type."""
    if "{options." not in text:
        return text
    whole = _HOLE.fullmatch(text)
    if whole and not _is_written(key):
        found = _value(key, whole, values)
        return list(found) if isinstance(found, tuple) else found
    return _HOLE.sub(lambda hole: _words(key, _value(key, hole, values), hole.start()), text)


def _is_written(key: tuple[str | int, ...]) -> bool:
    """Whether a key holds a text in which a value is written, and not the value itself."""
    return key[0] in _CLAUSES or key[0] in ("message", "fix")


def _value(key: tuple[str | int, ...], hole: re.Match[str], values: Mapping[str, OptionValue]) -> OptionValue:
    found = values.get(hole[1])
    if found is None:
        near = suggestion(hole[1], list(values)) if values else "; 'options' of the rule declares them"
        raise PolicyValueError(key, f"the rule has no option '{hole[1][:60]}'{near}", hole.start(1))
    return found


def _words(key: tuple[str | int, ...], value: OptionValue, at: int) -> str:
    if key[0] in _CLAUSES:
        return _quoted(key, value, at)
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    if len(text) > MAX_TEXT:
        raise PolicyValueError(key, f"an option with more than {MAX_TEXT} characters in a text", at)
    if key[:2] == ("fix", "insert"):
        return escape(text)
    # In a message and in a fix, braces are for values.
    return text.replace("{", "{{").replace("}", "}}") if key[0] in ("message", "fix") else text


def _quoted(key: tuple[str | int, ...], value: OptionValue, at: int) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        if key[0] == "xpath":
            raise PolicyValueError(key, "a list cannot be used in XPath; use it in 'select', as in 'type in'", at)
        text = ", ".join(_quoted(key, each, at) for each in value)
        if len(text) > MAX_TEXT:
            raise PolicyValueError(key, f"an option with more than {MAX_TEXT} characters in a condition", at)
        return f"[{text}]"
    quote = "'" if '"' in value else '"'
    if quote in value or "\n" in value or "\r" in value:
        raise PolicyValueError(key, f"the value '{value[:60]}' has both kinds of quotes, or a line end", at)
    return f"{quote}{value}{quote}"
