"""A baseline as a JSON file: a line for each kind of finding, sorted, so that changes are easy to review and merge."""

import json
import os
import re
from collections import Counter
from typing import Any

from vnetlint.engine.baseline import Baseline, Held, HeldFindings
from vnetlint.errors import UserError
from vnetlint.files.paths import display
from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.files.write import save
from vnetlint.validation import shown, suggestion

NAME = "vnetlint-baseline.json"
"""The usual name of the file."""
VERSION = 1
MAX_BYTES = 10 * 1024 * 1024
MAX_COUNT = 1_000_000
MAX_KEYS = 1000
"""The most keys of an object of which one is looked for, because that takes long."""
_KEYS = ("path", "rule", "element", "count", "message", "source")
_SOURCE = re.compile("[0-9a-f]{16}")
_Keys = tuple[str | int, ...]


class BaselineError(UserError):
    """A baseline cannot be used. The message is one line with the file, the place and what was expected."""


class _InvalidError(Exception):
    """A value is not what was expected; the place is that of `keys`."""

    def __init__(self, keys: _Keys, message: str) -> None:
        super().__init__(message)
        self.keys = keys


def read(path: str) -> Baseline:
    """Return the baseline in a file. Raises BaselineError if it cannot be read or is not valid."""
    text = _text_of(path)
    try:
        entries = _entries(json.loads(text, parse_constant=_refuse, object_pairs_hook=_object))
    except json.JSONDecodeError as error:
        reason = error.msg.replace("Expecting", "expected")
        place = f"{display(path)}:{error.lineno}:{error.colno}"
        raise BaselineError(f"{place}: not JSON: {reason[0].lower()}{reason[1:]}") from None
    except _InvalidError as error:
        raise BaselineError(f"{_place(path, text, error.keys)}: {error}") from None
    except RecursionError:
        from vnetlint.files.textplaces import nested

        at = nested(text)
        raise BaselineError(f"{display(path)}:{at.line}:{at.column}: nested too deeply to be a baseline") from None
    except ValueError as error:
        from vnetlint.files.textplaces import odd_number

        at = odd_number(text)
        reason = "a number with more than 4300 digits" if "digits" in str(error) else str(error)
        raise BaselineError(f"{display(path)}:{at.line}:{at.column}: not JSON: {reason}") from None
    return Baseline(os.path.dirname(os.path.abspath(path)), entries)


def write(path: str, baseline: Baseline) -> bool:
    """Write a baseline, unless the file has this text, and return whether it was written.

    Raises WriteError if it cannot be written, and BaselineError if it would be too large to be read.
    """
    data = text_of(baseline).encode()
    if len(data) > MAX_BYTES:
        raise BaselineError(f"{display(path)}: the baseline would be larger than {MAX_BYTES // 2**20} MiB")
    if os.path.isfile(path) and read_regular(path, MAX_BYTES + 1) == data:
        return False
    save(path, data)
    return True


def text_of(baseline: Baseline) -> str:
    """Return the text of a baseline's file, in ASCII."""
    lines = [_line(key, each) for key, each in sorted(baseline.entries.items())]
    findings = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def _line(key: Held, each: HeldFindings) -> str:
    values = {
        "path": key.path, "rule": key.rule, "element": key.element, "count": each.count, "message": each.message,
        "source": key.source,
    }  # fmt: skip
    return f"    {json.dumps(values)}"


def _text_of(path: str) -> str:
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except NotRegularError:
        raise BaselineError(f"{display(path)}: the baseline is not a regular file") from None
    except FileNotFoundError:
        raise BaselineError(f"{display(path)}: no such baseline; `vnetlint baseline write` makes it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BaselineError(f"{display(path)}: cannot read the baseline: {reason}") from None
    if len(data) > MAX_BYTES:
        raise BaselineError(f"{display(path)}: the baseline is larger than {MAX_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise BaselineError(f"{display(path)}:{line}:{column}: the baseline is not UTF-8") from None


class _Repeating(dict[str, Any]):
    """An object in which a key is used twice, as after a merge that went wrong."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = len(pairs)
        counts = Counter(name for name, _ in pairs)
        self.repeated = next(name for name, count in counts.items() if count > 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Repeating(pairs)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _entries(document: Any) -> dict[Held, HeldFindings]:
    if not isinstance(document, dict):
        raise _InvalidError((), f"a baseline is an object with the keys 'version' and 'findings', such as {NAME}")
    _check_keys(document, ("version", "findings"), ())
    if document["version"] != VERSION or isinstance(document["version"], bool):
        raise _InvalidError(("version",), f"invalid value for 'version': expected {VERSION}")
    if not isinstance(document["findings"], list):
        raise _InvalidError(("findings",), "invalid value for 'findings': expected a list")
    entries: dict[Held, HeldFindings] = {}
    for number, each in enumerate(document["findings"]):
        key, held = _entry(each, ("findings", number))
        if key in entries:
            message = f"the same finding as in a line above: count {entries[key].count} and {held.count}; "
            raise _InvalidError(("findings", number), f"{message}`vnetlint baseline write` counts again")
        entries[key] = held
    return entries


def _entry(value: Any, at: _Keys) -> tuple[Held, HeldFindings]:
    if not isinstance(value, dict):
        raise _InvalidError(at, f"invalid value for '{shown(at)}': expected an object")
    _check_keys(value, _KEYS, at)
    for name in _KEYS:
        if name != "count" and not isinstance(value[name], str):
            raise _InvalidError((*at, name), f"invalid value for '{name}': expected a string")
    count = value["count"]
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MAX_COUNT:
        raise _InvalidError((*at, "count"), f"invalid value for 'count': expected a whole number from 1 to {MAX_COUNT}")
    if not value["path"] or value["path"].startswith("/") or "\0" in value["path"]:
        raise _InvalidError((*at, "path"), "invalid value for 'path': expected a path from the baseline's folder")
    if not _SOURCE.fullmatch(value["source"]):
        raise _InvalidError((*at, "source"), "invalid value for 'source': expected 16 hexadecimal digits")
    key = Held(value["path"], value["rule"], value["element"], value["source"])
    return key, HeldFindings(value["message"], count)


def _check_keys(given: dict[str, Any], known: tuple[str, ...], at: _Keys) -> None:
    if not isinstance(given, _Repeating) and given.keys() == {*known}:
        return
    within = f"{shown(at)}: " if at else ""
    if isinstance(given, _Repeating):
        key = given.repeated[:100]
        place = at if given.pairs > MAX_KEYS else (*at, given.repeated)
        raise _InvalidError(place, f"{within}the key '{key}' is used twice")
    for name in given:
        if name not in known:
            if len(given) > MAX_KEYS:
                raise _InvalidError(at, f"{within}{len(given)} keys: expected {', '.join(known)}")
            hint = suggestion(name, list(known)) if len(name) <= 100 else ""
            raise _InvalidError((*at, name), f"{within}unknown key '{name[:100]}'{hint}")
    for name in known:
        if name not in given:
            raise _InvalidError(at, f"{within}missing key '{name}'")


def _place(path: str, text: str, keys: _Keys) -> str:
    from vnetlint.files.jsonplaces import position

    at = position(text, keys)
    return f"{display(path)}:{at.line}:{at.column}" if at else display(path)
