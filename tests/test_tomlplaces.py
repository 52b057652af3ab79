"""The place of every key of a TOML document is found, however the key is written."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnetlint.files.tomlplaces import KeyPositions, Keys

DOCUMENT = '''\
# ignore = "in a comment"
title = """
ignore = "in a string"
[severity]
"""
path = 'C:\\ignore = [' # ]
"quoted key" = 1
a.b . "c.d" = { x = [1, { y = 2 }], 'z' = 1979-05-27 07:32:00 }
ignore = [
  "one", # two
  "two,]", 'three',
]

[severity]
rule = "info"

[ tool . 'x' ]
ignore = 4

[[list]]
name = 1
[[list]]
name = 2
[list.below]
name = 3
[[list.deep]]
[[list.deep]]
name = 4
'''


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("title",), 2, 1),
        (("path",), 6, 1),
        (("quoted key",), 7, 1),
        (("a",), 8, 1),
        (("a", "b"), 8, 3),
        (("a", "b", "c.d"), 8, 7),
        (("a", "b", "c.d", "x", 1, "y"), 8, 27),
        (("a", "b", "c.d", "z"), 8, 37),
        (("ignore",), 9, 1),
        (("ignore", 0), 10, 3),
        (("ignore", 1), 11, 3),
        (("ignore", 2), 11, 12),
        (("severity",), 14, 2),
        (("severity", "rule"), 15, 1),
        (("tool", "x", "ignore"), 18, 1),
        (("list",), 20, 3),
        (("list", 0, "name"), 21, 1),
        (("list", 1, "name"), 23, 1),
        (("list", 1, "below", "name"), 25, 1),
        (("list", 1, "deep", 1, "name"), 28, 1),
    ],
)
def test_a_key_is_found_in_every_form(path: Keys, line: int, column: int) -> None:
    tomllib.loads(DOCUMENT)
    assert KeyPositions(DOCUMENT).of(path) == (line, column)


def test_what_is_not_there_has_no_place() -> None:
    assert KeyPositions(DOCUMENT).of(("nothing",)) is None


KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=4)
STRINGS = st.text("ab=[]{}#\"'\\,. \n", max_size=8)


def _string(text: str, form: int) -> str:
    """Write a string in one of the four ways, where the text allows it."""
    if form == 1 and "'" not in text and "\n" not in text:
        return f"'{text}'"
    if form == 2 and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    escaped = text.replace("\\", "\\\\")
    if form == 3 and not text.endswith('"'):
        return '"""\n' + escaped.replace('"""', '""\\"') + '"""'
    return '"' + escaped.replace('"', '\\"').replace("\n", "\\n") + '"'


def _written(value: Any, form: int) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_string(key, 0)} = {_written(each, form)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[ # ]\n" + ",\n".join(_written(each, form) for each in value) + "\n]"
    return _string(value, form) if isinstance(value, str) else str(value).lower()


def _paths(value: Any, path: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _paths(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, (*path, index))


VALUES = st.recursive(
    st.booleans() | st.integers(-99, 99) | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=3 * settings().max_examples)
@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=3), st.integers(0, 3))
def test_every_key_of_any_document_is_found(document: dict[str, Any], form: int) -> None:
    text = "".join(
        f"[{_string(name, 0)}] # x = 1\n"
        + "".join(f"{_string(key, 0)} = {_written(value, form)}\n" for key, value in table.items())
        for name, table in document.items()
    )
    assert tomllib.loads(text) == document
    places = KeyPositions(text)
    lines = text.split("\n")
    for path, value in _paths(document):
        place = places.of(path)
        assert place is not None
        there = lines[place.line - 1][place.column - 1 :]
        step = path[-1]
        start = _string(step, 0) if isinstance(step, str) else _written(value, form).split("\n")[0]
        assert there.startswith(start)
