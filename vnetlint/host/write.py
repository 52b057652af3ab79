"""An inventory as the text of a JSON file: one line for each route or rule, so that changes are easy to read."""

import json
from textwrap import TextWrapper
from typing import Any

from vnetlint.host.inventory import Inventory

WIDTH = 110
"""The most characters of a value that is written on one line."""
_SPACE = "\0"
"""Stands for a space within a string, where a line must not end. JSON writes the character itself differently."""
_WRAPPER = TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)


def text_of(inventory: Inventory) -> str:
    """Return the text of a JSON file with everything that an inventory sets."""
    return _written(inventory.model_dump(mode="json", by_alias=True, exclude_unset=True), "") + "\n"


def _written(value: Any, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (len(indent) + len(flat) <= WIDTH and indent):
        return flat
    deeper = indent + "  "
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        words = _WRAPPER.wrap(", ".join(json.dumps(each, ensure_ascii=False).replace(" ", _SPACE) for each in value))
        return "[\n" + "\n".join(deeper + each.replace(_SPACE, " ") for each in words) + f"\n{indent}]"
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"{deeper}{_written(each, deeper)}" for each in value) + f"\n{indent}]"
    pairs = (f"{deeper}{json.dumps(key)}: {_written(each, deeper)}" for key, each in value.items())
    return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
