"""Lines and columns of code points, counted as XML, editors and encodings count."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnetlint.xml.lines import LineIndex

TEXTS = st.text("ab \r\n\t\u2028\x85ä😀")


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("ab", 2, (1, 3)),
        ("a\nb", 2, (2, 1)),
        ("a\r\nb", 3, (2, 1)),
        ("a\rb", 2, (2, 1)),
        ("a\n\r\nb", 4, (3, 1)),
        ("a\u2028b\x85c", 4, (1, 5)),
        ("a\n", 2, (2, 1)),
    ],
)
def test_lf_crlf_and_cr_each_end_a_line_and_nothing_else_does(text: str, offset: int, place: tuple[int, int]) -> None:
    assert LineIndex(text).position(offset) == place


@given(TEXTS)
def test_a_position_leads_back_to_its_offset(text: str) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        line, column = lines.position(offset)
        if offset <= lines.line_end(line):
            assert lines.offset(line, column) == offset


@given(TEXTS)
def test_lines_without_their_ends_are_what_xml_calls_lines(text: str) -> None:
    lines = LineIndex(text)
    assert [lines.line_text(number + 1) for number in range(len(lines.starts))] == re.split("\r\n|\r|\n", text)


@pytest.mark.parametrize(
    ("line", "column", "offset"), [(1, 99, 2), (2, 99, 5), (9, 1, 6), (0, 0, 0), (1, 0, 0), (3, 1, 6)]
)
def test_a_place_beyond_the_text_is_its_end(line: int, column: int, offset: int) -> None:
    assert LineIndex("ab\ncd\n").offset(line, column) == offset


def test_columns_are_counted_in_code_points_in_utf16_units_and_in_bytes() -> None:
    lines = LineIndex("<a>\r\nä😀x")
    assert lines.position(7) == (2, 3)
    assert lines.utf16_column(7) == 3
    assert lines.utf8_column(7) == 6


def test_a_lone_surrogate_is_one_unit() -> None:
    assert LineIndex("\ud800x").utf16_column(2) == 2


@given(st.text("a\r\n\u00e4\u2028😀"))
def test_columns_are_those_of_the_encoded_line(text: str) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        line, column = lines.position(offset)
        before = text[lines.starts[line - 1] :][: column - 1]
        assert lines.utf16_column(offset) == len(before.encode("utf-16-le")) // 2
        assert lines.utf8_column(offset) == len(before.encode())
