"""The place of a cursor in half-typed text: what is replaced, and what is left for the parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.complete.asking import CURSOR, cut, place
from vnetlint.complete.place import place_of

CASES = [
    ("<a>\n <inter‸\n <b/></a>", "element", "<inter", "<a>\n \n <b/></a>"),
    ("<a><‸</a>", "element", "<", "<a></a>"),
    ("<a><‸/></a>", "element", "</>", "<a></a>"),
    ("<a><int‸er></a>", "element", "<inter>", "<a></a>"),
    ("<a><int‸er x='1'/></a>", "rename", "inter", "<a></a>"),
    ("<a><int‸er>x</inter></a>", "rename", "inter", "<a></a>"),
    ("<a><b ty‸\n <c/></a>", "attribute", "ty", "<a><b/><c/></a>"),
    ("<a><b ty‸><c/></b></a>", "attribute", "ty", "<a><b><c/></b></a>"),
    ("<a><b ty‸\n<c/></b></a>", "attribute", "ty", "<a><b><c/></b></a>"),
    ("<a><b x='1' ‸/></a>", "attribute", "", "<a><b x='1'/></a>"),
    ("<a><b x='1' ty‸pe='z' y='3'/></a>", "attribute", "type", "<a><b x='1' y='3'/></a>"),
    ("<a><b foo ‸></a>", "attribute", "", "<a><b></a>"),
    ("<a><b ‸", "attribute", "", "<a><b/>"),
    ("<a><b type='br‸>\n</a>", "value", "br", "<a><b>\n</a>"),
    ('<a><b type="‸\n <c/></a>', "value", "", "<a><b/><c/></a>"),
    ("<a><b type='br‸idge' y='2'/></a>", "value", "bridge", "<a><b y='2'/></a>"),
    ("<a><b x=‸/></a>", "value", "", "<a><b/></a>"),
    ("<a><b x=br‸ y='1'/></a>", "value", "br", "<a><b y='1'/></a>"),
    ("<a>fo‸o</a>", "content", "foo", "<a></a>"),
    ("‸", "content", "", ""),
    ("<a></‸</a>", "close", "</", "<a></a>"),
    ("<a></‸a>", "close", "</a>", "<a>"),
    ("<a><!-- vnetlint: ignore[ab‸c] --></a>", "comment", "abc", "<a><!-- vnetlint: ignore[abc] --></a>"),
    ("<a><!-- vnetlint: ignore[‸</a>", "comment", "", "<a><!-- vnetlint: ignore[</a>"),
    ("<a><!-- <b x='‸'/> --></a>", "comment", "", "<a><!-- <b x=''/> --></a>"),
    ("<a b='{{ x }}' c='‸'/>", "value", "", "<a b='{{ x }}'/>"),
]


@pytest.mark.parametrize(("text", "kind", "typed", "rest"), CASES, ids=[each[0] for each in CASES])
def test_place(text: str, kind: str, typed: str, rest: str) -> None:
    found = place(text)
    assert found is not None
    assert (found.kind, cut(text)[0].excerpt(found.typed), found.text) == (kind, typed, rest)


@pytest.mark.parametrize(
    "text",
    [
        "<a><b x='1'‸/></a>",
        "<a><b x='1'y‸/></a>",
        "<a><b/‸></a>",
        "<a><![CDATA[ <b ‸ ]]></a>",
        "<?xml ver‸sion='1.0'?><a/>",
        "<!DOCTYPE ‸a><a/>",
        "<a b='{{ x‸ }}'/>",
        "<a>{% if ‸x %}<b/>{% endif %}</a>",
    ],
)
def test_nothing_can_be_inserted(text: str) -> None:
    assert place(text) is None


_PIECES = st.sampled_from(
    ["<", ">", "/", "'", '"', "=", " ", "\n", "a", "type", "<!--", "-->", "{{ x }}", "é", "😀", "]]>", "<![CDATA[", "&"]
)


@given(st.lists(_PIECES, max_size=14), st.lists(_PIECES, max_size=10))
def test_any_text_has_a_place_around_the_cursor(before: list[str], after: list[str]) -> None:
    source, offset = cut("".join(before) + CURSOR + "".join(after))
    found = place_of(source, offset)
    if found is not None:
        start, end = found.typed
        assert 0 <= start <= offset <= end <= len(source.text)
        assert source.text[start:offset].endswith(found.prefix) or found.kind == "comment"
        assert "\n" not in source.text[start:end]


def test_hostile_text_ends_fast() -> None:
    for text in ("<a " + "b" * 200_000, "<a " + "b " * 100_000, "<" * 200_000, "<a x='" * 50_000, "\xa0" * 200_000):
        place(f"{text}{CURSOR}")
        place(f"<a {text}{CURSOR}/>")
