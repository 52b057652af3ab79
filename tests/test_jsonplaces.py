"""The places of keys and items in JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnetlint.files.jsonplaces import position
from vnetlint.files.tomlplaces import Keys

TEXT = '{\n  "a": [1, {"b \\" ]": [], "c": "}"}, [2]],\n  "é": {"x": 1, "x": 2},\n  "e": null}\n'


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (2, 3)),
        (("a", 0), (2, 9)),
        (("a", 1, "c"), (2, 27)),
        (("a", 2, 0), (2, 39)),
        (("é", "x"), (3, 17)),
        (("e",), (4, 3)),
        # What is not there is at what is around it.
        (("a", 7), (2, 3)),
        (("a", 1, "z", 3), (2, 12)),
        (("e", "z"), (4, 3)),
        (("none",), (1, 1)),
    ],
)
def test_a_place(path: Keys, place: tuple[int, int]) -> None:
    assert position(TEXT, path) == place


def test_an_empty_document_has_no_places() -> None:
    assert position(" \n", ()) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=12,
)


def paths(value: Any, path: Keys = ()) -> list[tuple[Keys, Any]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(found for key, each in below for found in paths(each, (*path, key)))]


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_every_key_and_item_is_found_where_it_is(value: Any, indent: int | None, is_ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    lines = text.split("\n")
    for path, part in paths(value)[1:]:
        place = position(text, path)
        assert place is not None
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        found, _ = json.JSONDecoder().raw_decode(rest)
        assert found == (path[-1] if isinstance(path[-1], str) else part)
