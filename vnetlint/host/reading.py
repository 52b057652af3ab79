"""Reading an inventory from a JSON or TOML file. Errors have a line and a column, and say what was expected."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from vnetlint.errors import UserError
from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.files.tomlplaces import KeyPosition, KeyPositions, Keys
from vnetlint.host.inventory import Inventory
from vnetlint.validation import expected, shown, suggestion, value_of
from vnetlint.xml.lines import LineIndex

MAX_BYTES = 10 * 1024 * 1024
MAX_DOTS = 2000
"""The most dots in a line of TOML. The time that tomllib takes grows with the square of the parts of a dotted key."""


class HostError(UserError):
    """The inventory cannot be read. The message names the file, the place and the reason."""


class InventoryFile:
    """An inventory and the text that it was read from."""

    def __init__(self, path: str, text: str, inventory: Inventory) -> None:
        self.path = path
        self.text = text
        self.inventory = inventory

    def place(self, *keys: str | int) -> str:
        """Return `file:line:column` of a key or item, for a message."""
        return _place(self.path, self.text, keys)


def read(path: str) -> InventoryFile:
    """Return the inventory in a JSON file, or in a TOML file if the name ends in `.toml`.

    Raises HostError with one line that names the file, the place and what was expected.
    """
    text = _text_of(path)
    data = _toml(path, text) if _is_toml(path) else _json(path, text)
    if not isinstance(data, dict):
        raise HostError(f'{_place(path, text, ())}: an inventory is a table of keys, such as {{"version": 1}}')
    try:
        return InventoryFile(path, text, Inventory.model_validate(data))
    except ValidationError as error:
        raise HostError(_explain(path, text, error)) from None


def _is_toml(path: str) -> bool:
    return path.endswith(".toml")


def _json(path: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = error.msg.replace("Expecting", "expected")
        reason = reason[0].lower() + reason[1:]
        raise HostError(f"{path}:{error.lineno}:{error.colno}: not JSON: {reason}") from None
    except RecursionError:
        raise HostError(f"{path}: nested too deeply to be an inventory") from None
    except ValueError as error:
        # A number has more digits than Python converts.
        raise HostError(f"{path}: not JSON: {error}") from None


def _toml(path: str, text: str) -> Any:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_DOTS:
            raise HostError(f"{path}:{number}:1: more than {MAX_DOTS} dots in a line")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \((?:at line (\d+), column (\d+)|at end of document)\)", str(error), re.DOTALL)
        reason = found[1] if found else str(error)
        last = LineIndex(text).position(len(text))
        place = KeyPosition(int(found[2]), int(found[3])) if found and found[2] else last
        raise HostError(f"{path}:{place[0]}:{place[1]}: not TOML: {reason[0].lower()}{reason[1:]}") from None
    except RecursionError:
        raise HostError(f"{path}: nested too deeply to be an inventory") from None
    except ValueError as error:
        raise HostError(f"{path}: not TOML: {error}") from None


def _text_of(path: str) -> str:
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except NotRegularError:
        raise HostError(f"{path}: not a regular file") from None
    except OSError as error:
        raise HostError(f"{path}: cannot read the inventory: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise HostError(f"{path}: an inventory may have at most {MAX_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = LineIndex(data[: error.start].decode("utf-8", "replace"))
        line, column = place.position(len(place.text))
        raise HostError(f"{path}:{line}:{column}: not UTF-8") from None


def _place(path: str, text: str, keys: Keys) -> str:
    at = _in_toml(text, keys) if _is_toml(path) else _in_json(text, keys)
    return f"{path}:{at.line}:{at.column}" if at else path


def _in_toml(text: str, keys: Keys) -> KeyPosition | None:
    places = KeyPositions(text)
    found = (places.of(keys[:depth]) for depth in range(len(keys), 0, -1))
    return next((each for each in found if each), KeyPosition(1, 1))


def _in_json(text: str, keys: Keys) -> KeyPosition | None:
    from vnetlint.files.jsonplaces import position

    return position(text, keys)


def _explain(path: str, text: str, error: ValidationError) -> str:
    """Return the message about the first fault: the place, what is wrong, the value, and what was expected."""
    faults = error.errors()
    # An unknown key comes first: it is often the misspelt name of one that is missing.
    first = next((each for each in faults if each["type"] == "extra_forbidden"), faults[0])
    keys = first["loc"]
    place, name = _place(path, text, keys), shown(keys)
    more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
    if first["type"] == "extra_forbidden":
        within = f"{shown(keys[:-1])}: " if len(keys) > 1 else ""
        return f"{place}: {within}unknown key '{keys[-1]}'{suggestion(str(keys[-1]), _known(keys[:-1]))}{more}"
    if first["type"] == "missing":
        within = f"{shown(keys[:-1])}: " if len(keys) > 1 else ""
        what = f"item {keys[-1]}" if isinstance(keys[-1], int) else f"key '{keys[-1]}'"
        return f"{place}: {within}missing {what}{more}"
    if first["type"] == "value_error":
        # The message of our own validators begins with the value.
        return f"{place}: invalid value for '{name}': {first['ctx']['error']}{more}"
    value = value_of(first)
    return f"{place}: invalid value{' ' * bool(value)}{value} for '{name}': {expected(first)}{more}"


def _known(keys: Keys) -> list[str]:
    """Return the keys of the part of an inventory at a path."""
    part: type[BaseModel] = Inventory
    for key in keys:
        field = next((each for name, each in part.model_fields.items() if key in (name, each.alias)), None)
        part = next(_parts(field.annotation), part) if field else part
    return [each.alias or name for name, each in part.model_fields.items()]


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _parts(each)
