"""Tokens cover every character of any text, in linear time."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xml.documents import documents
from vnetlint.xml.scan import TokenKind, scan

FRAGMENTS = st.sampled_from(
    [
        *"<>/'\"[]=-!?&; \n\0aé",
        "</",
        "/>",
        "<!--",
        "-->",
        "<?",
        "?>",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE",
        "<a>",
        "</a>",
        "{{",
        "}}",
    ]
)
MARKUP = st.lists(FRAGMENTS, max_size=40).map("".join)

REPEATED = [
    *("<", "<!--", "<a ", '<a b="', "<![CDATA[", "<!DOCTYPE x [", "<?", "</", "</a", "<!", "<a b='>", "<a b", "<a>"),
    *(
        "<!-- -",
        "<!---->",
        "<?a?",
        "]]>",
        "<a b=",
        "\"'",
        "&",
        "<a\n",
        "<\n",
        "<!DOCTYPE",
        "<a b='1' ",
        "<!--<?<![CDATA[",
    ),
]
ONCE = ["<!DOCTYPE x [", "<!DOCTYPE x [<!--", "<!DOCTYPE x [<?", "<a b='", "<a ", "<!--", "<?a ", "<![CDATA["]


@given(st.text() | MARKUP | st.tuples(documents(), MARKUP).map("".join))
def test_tokens_cover_any_text_without_gap_or_overlap(text: str) -> None:
    position = 0
    for token in scan(text):
        assert token.start == position
        assert token.start < token.end
        position = token.end
    assert position == len(text)


@given(MARKUP)
def test_the_name_of_a_tag_is_behind_its_opener_and_other_tokens_have_none(text: str) -> None:
    for token in scan(text):
        if token.kind in (TokenKind.OPEN, TokenKind.EMPTY):
            assert text[token.start] == "<"
            assert token.start + 1 < token.name_end <= token.end
        elif token.kind is TokenKind.CLOSE:
            assert text.startswith("</", token.start)
            assert token.start + 2 < token.name_end <= token.end
        else:
            assert token.name_end == 0


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("<a>x</a>", [TokenKind.OPEN, TokenKind.TEXT, TokenKind.CLOSE]),
        ("<a b='>' c=\"/>\"/>", [TokenKind.EMPTY]),
        ("<!-- <a> --><?p <a> ?><![CDATA[<a>]]>", [TokenKind.COMMENT, TokenKind.INSTRUCTION, TokenKind.CDATA]),
        ("<!DOCTYPE a [<!-- it's ] > --><?p '?><!ENTITY b \"]>\">]><a/>", [TokenKind.DOCTYPE, TokenKind.EMPTY]),
        ("<a <b/>", [TokenKind.OPEN, TokenKind.EMPTY]),
        ("<source network='def\n<b/>", [TokenKind.OPEN, TokenKind.EMPTY]),
        ("<<<< 1 < <a/>", [TokenKind.STRAY, TokenKind.EMPTY]),
        ("<!-- never closed <a/>", [TokenKind.STRAY, TokenKind.EMPTY]),
        ("</", [TokenKind.STRAY]),
    ],
)
def test_what_is_half_typed_costs_its_own_token_and_no_other(text: str, kinds: list[TokenKind]) -> None:
    assert [token.kind for token in scan(text)] == kinds


@pytest.mark.parametrize("opener", ["", *ONCE])
@pytest.mark.parametrize("fragment", ["<", "<!--", "<a ", '<a b="', "<?", "'", "[", "-", "<!DOCTYPE x ["])
def test_no_text_takes_more_than_linear_time(opener: str, fragment: str) -> None:
    small, large = (_seconds(opener + fragment * (size // len(fragment))) for size in (20_000, 160_000))
    assert large < 0.05 or large < 40 * small


@pytest.mark.parametrize("fragment", REPEATED)
def test_a_quarter_of_a_megabyte_of_one_fragment_takes_a_fraction_of_a_second(fragment: str) -> None:
    assert _seconds(fragment * (2**18 // len(fragment))) < 1


def _seconds(text: str) -> float:
    start = process_time()
    for _ in scan(text):
        pass
    return process_time() - start
