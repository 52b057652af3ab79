"""The language of selectors: what can be said, and that every text is parsed or an error with its place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vnetlint.policy.language import (
    MAX_DEPTH,
    Existence,
    Junction,
    LanguageError,
    Negation,
    Reference,
    ValueTest,
    condition,
    reference,
    selector,
)

WORDS = st.sampled_from(
    ["interface", "where", "and", "or", "not", "has", "in", "type", "network.mode", "source/@dev", "=", "!=", "<", "(",
     ")", "[", "]", ",", '"nat"', "'x'", "12", "matches", "within", '"', "@", "/", "."]
)  # fmt: skip


def test_a_selector_has_a_kind_and_a_condition() -> None:
    found = selector('interface where type = "network" and not network.mode in ["nat", "route"]')
    assert found.kind == "interface"
    assert found.condition == Junction(
        "and",
        (
            ValueTest(Reference("type", ("type",), at=16), "=", ("network",), 23),
            Negation(ValueTest(Reference("network.mode", ("network", "mode"), at=41), "in", ("nat", "route"), 57)),
        ),
    )
    assert selector("network").condition is None


def test_and_binds_more_tightly_than_or() -> None:
    found = condition("has a or has b and has c")
    assert isinstance(found, Junction)
    assert found.word == "or"
    assert isinstance(found.conditions[0], Existence)
    grouped = condition("(has a or has b) and has c")
    assert isinstance(grouped, Junction)
    assert grouped.word == "and"


@pytest.mark.parametrize(
    ("text", "names", "elements", "attribute"),
    [
        ("mode", ("mode",), (), None),
        ("network.mode", ("network", "mode"), (), None),
        ("@type", (), (), "type"),
        ("source/@dev", (), ("source",), "dev"),
        ("/title", (), ("title",), None),
        ("vlan/tag/@id", (), ("vlan", "tag"), "id"),
        ("network.mac/@address", ("network",), ("mac",), "address"),
        ("network.@trustGuestRxFilters", ("network",), (), "trustGuestRxFilters"),
    ],
)
def test_a_reference_is_of_the_model_or_of_the_xml(
    text: str, names: tuple[str, ...], elements: tuple[str, ...], attribute: str | None
) -> None:
    assert reference(text) == Reference(text, names, elements, attribute)


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "unexpected the end: expected a kind of element such as 'interface'"),
        ("where", 0, "unexpected 'where': expected a kind of element such as 'interface'"),
        ("network mode", 8, "unexpected 'mode': expected 'where'"),
        ("network where", 13,
         "unexpected the end: expected a name such as 'type', or an attribute such as 'source/@dev'"),
        ("network where mode", 18,
         "unexpected the end: expected a comparison such as '=', 'in', 'matches' or 'within'"),
        ("network where mode = nat", 21, "unexpected 'nat': expected a value in quotes, or a number"),
        ("network where mode = 'nat", 21, "a quote is not closed"),
        ("network where (mode = 'nat'", 27, "unexpected the end: expected ')'"),
        ("network where mode in 'nat'", 22, "unexpected 'nat': expected a list such as [\"nat\", \"route\"]"),
        ("network where mode == 'nat'", 20, "unexpected '=': expected a value in quotes, or a number"),
        ("network where mode & 'nat'", 19, "unexpected character '&'"),
        ("network where a/b/c/d/e/f/g/h/i = '1'", 14, "more than 8 names in 'a/b/c/d/e/f/g/h/i'"),
        ("network where a//b = '1'", 14, "'a//b' is not a name such as 'network.mode' or 'source/@dev'"),
        ("network where " + "has a or " * 65, 14 + 9 * 64, "more than 64 comparisons"),
        ("network where " + "(" * 100_000, 0, "longer than 2000 characters"),
        ("network where " + "(" * 1000, 14 + MAX_DEPTH + 1, f"nested more than {MAX_DEPTH} deep"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_place(text: str, at: int, message: str) -> None:
    with pytest.raises(LanguageError) as error:
        selector(text)
    assert (str(error.value), error.value.at) == (message, at)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS).map("".join)))
@example("network where " + "not " * 400)
@example("network where " + "has a and " * 190)
def test_every_text_is_parsed_or_an_error_within_it(text: str) -> None:
    for parse in (selector, condition, reference):
        try:
            parse(text)
        except LanguageError as error:
            place, message = error.at, str(error)
        else:
            continue
        assert 0 <= place <= len(text)
        assert "\n" not in message
