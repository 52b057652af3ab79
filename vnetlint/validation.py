"""What is wrong with a value in a configuration or an inventory, in words: pydantic's own are for programmers."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

_WANTED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number that is not so large",
    "int_from_float": "a whole number",
    "finite_number": "a number",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "string_too_short": "a string that is not empty",
}
LONGEST_VALUE = 60
"""Characters of a value that a message shows."""


def expected(error: Mapping[str, Any]) -> str:
    """Return what an error of pydantic says about a value, as the end of a message."""
    given: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case kind if kind in _WANTED:
            return f"expected {_WANTED[kind]}"
        case "literal_error":
            return f"expected {given['expected']}"
        case "greater_than_equal":
            return f"expected at least {given['ge']}"
        case "less_than_equal":
            return f"expected at most {given['le']}"
        case "string_too_long":
            return f"expected at most {given['max_length']} characters"
        case "too_long":
            return f"expected at most {given['max_length']} items"
        case "too_short":
            least = given["min_length"]
            return f"expected at least {least} {'item' if least == 1 else 'items'}"
        case "string_pattern_mismatch":
            # A regular expression is never shown. The rule's page describes the format.
            return f"'{error['input']}' does not have the format that the rule's page describes"
    message = str(error["msg"])
    return message[0].lower() + message[1:]


def value_of(error: Mapping[str, Any]) -> str:
    """Return the value that an error is about as a message shows it, or an empty text for a list or a table."""
    value = error["input"]
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if not isinstance(value, str | int | float):
        return ""
    shown = str(value) if not isinstance(value, int) or abs(value) < 10**LONGEST_VALUE else "a very large number"
    return f"'{shown[:LONGEST_VALUE]}…'" if len(shown) > LONGEST_VALUE else f"'{shown}'"


def shown(keys: Sequence[str | int]) -> str:
    """Return the path of a key as a message shows it, such as `routes[0].via`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def suggestion(word: str, known: list[str]) -> str:
    """Return the end of a message about an unknown word: the most similar known word, or up to 12 known words."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else f"; known: {', '.join(sorted(known)[:12])}"
