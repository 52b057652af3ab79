"""Places in every position encoding, compared with encoding the text itself."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnetlint.lsp.documents import Buffers, TextChange, clean
from vnetlint.lsp.positions import LinePosition, Lines, Units
from vnetlint.lsp.uris import path_of, uri_of

UNITS: tuple[Units, ...] = ("utf-8", "utf-16", "utf-32")
SIZES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
TEXTS = st.text(st.sampled_from("ab<é\u0085\u2028\u2029\x0c\x0b\x1c\r\n😀\U0010ffff"), max_size=40)


def reference(text: str, units: Units) -> list[LinePosition]:
    """The place of each offset by the letter of the protocol: lines end with LF, CRLF or CR."""
    places = []
    codec, size = SIZES[units]
    for offset in range(len(text) + 1):
        before = text[:offset]
        if before.endswith("\r") and text[offset : offset + 1] == "\n":
            before = before[:-1]
        lines = re.split(r"\r\n|\r|\n", before)
        places.append(LinePosition(len(lines) - 1, len(lines[-1].encode(codec)) // size))
    return places


@given(TEXTS, st.sampled_from(UNITS))
def test_places_are_those_of_the_protocol(text: str, units: Units) -> None:
    lines = Lines(text, units)
    assert [lines.position(offset) for offset in range(len(text) + 1)] == reference(text, units)


@given(TEXTS, st.sampled_from(UNITS))
def test_a_place_leads_back_to_its_offset(text: str, units: Units) -> None:
    lines = Lines(text, units)
    for offset in range(len(text) + 1):
        within_line_end = text[offset - 1 : offset + 1] == "\r\n"
        assert lines.offset(lines.position(offset)) == (offset - 1 if within_line_end else offset)


@given(TEXTS, st.sampled_from(UNITS), st.integers(-2, 50), st.integers(-2, 200))
def test_any_place_leads_to_an_offset_in_the_text(text: str, units: Units, line: int, character: int) -> None:
    lines = Lines(text, units)
    offset = lines.offset(LinePosition(line, character))
    assert 0 <= offset <= len(text)
    if 0 <= line <= lines.position(len(text)).line:
        assert lines.position(offset).line == line


def test_a_place_within_a_code_point_is_in_front_of_it() -> None:
    assert Lines("😀x", "utf-16").offset(LinePosition(0, 1)) == 0
    assert Lines("éx", "utf-8").offset(LinePosition(0, 1)) == 0
    assert Lines("😀x", "utf-16").offset(LinePosition(0, 2)) == 1


@given(TEXTS, TEXTS, st.sampled_from(UNITS), st.data())
def test_a_change_replaces_the_text_between_its_places(text: str, new: str, units: Units, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    places = reference(text, units)
    buffers = Buffers()
    buffers.open("untitled:1", 1, text, units)
    changed = buffers.change("untitled:1", 2, [TextChange(new, places[start], places[end])])
    # A place cannot say "between CR and LF": it says in front of both.
    start, end = (each - (text[each - 1 : each + 1] == "\r\n") for each in (start, end))
    assert changed is not None
    assert (changed.text, changed.version) == (text[:start] + new + text[end:], 2)


def test_each_change_applies_to_the_result_of_the_one_before() -> None:
    buffers = Buffers()
    buffers.open("untitled:1", 1, "one\u2028two\x0cthree\nfour", "utf-16")
    changed = buffers.change(
        "untitled:1",
        7,
        [
            TextChange("😀", LinePosition(0, 3), LinePosition(0, 4)),
            TextChange("x", LinePosition(0, 5), LinePosition(0, 5)),
            TextChange("4", LinePosition(1, 0), LinePosition(1, 4)),
        ],
    )
    assert changed is not None
    assert changed.text == "one😀xtwo\x0cthree\n4"


def test_places_in_the_wrong_order_are_swapped() -> None:
    buffers = Buffers()
    buffers.open("untitled:1", 1, "abcd", "utf-16")
    changed = buffers.change("untitled:1", 2, [TextChange("-", LinePosition(0, 3), LinePosition(0, 1))])
    assert changed is not None
    assert changed.text == "a-d"


def test_a_byte_order_mark_in_the_editor_s_text_counts_only_in_its_places() -> None:
    buffer = Buffers().open("untitled:1", 1, "\ufeff<a/>\n<b/>", "utf-8")
    assert buffer.position(0) == LinePosition(0, 3)
    assert buffer.position(5) == LinePosition(1, 0)
    assert buffer.span(LinePosition(0, 3), LinePosition(0, 4)) == (0, 1)
    assert buffer.span(LinePosition(0, 0), LinePosition(0, 0)) == (0, 0)


@pytest.mark.parametrize("units", UNITS)
def test_half_a_surrogate_pair_is_replaced_by_a_character_of_the_same_size(units: Units) -> None:
    text = clean("a\ud83dz")
    assert text == "a\ufffdz"
    codec, _ = SIZES[units]
    assert len(text.encode(codec)) == len("a\ud83dz".encode(codec, "surrogatepass"))
    assert clean("a😀z") == "a😀z"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///srv/net/lan.xml", "/srv/net/lan.xml"),
        ("file:///srv/my%20net/l%C3%A4n%23%3F%3Bx.xml", "/srv/my net/län#?;x.xml"),
        ("file:///srv/a;b.xml", "/srv/a;b.xml"),
        ("file://localhost/srv/lan.xml", "/srv/lan.xml"),
        ("FILE:///srv/lan.xml", "/srv/lan.xml"),
        ("file:///srv/%FF.xml", "/srv/\udcff.xml"),
        ("file:///srv/%00.xml", None),
        ("file://server/share/lan.xml", None),
        ("untitled:Untitled-1", None),
        ("vscode-vfs://github/o/r/lan.xml", None),
        ("git:/srv/lan.xml?%7B%7D", None),
        ("file:", None),
        ("file://[", None),
        ("", None),
    ],
)
def test_only_a_uri_of_a_local_file_is_a_path(uri: str, path: str | None) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize("path", ["/srv/my net/län#?;x%41.xml", "/srv/\udcff.xml", "/a"])
def test_a_path_and_its_uri_name_the_same(path: str) -> None:
    assert path_of(uri_of(path)) == path
