"""Texts as reports for machines write them: nothing that a reader could refuse."""

from hypothesis import given
from hypothesis import strategies as st

from vnetlint.report.text import scalar


@given(st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs"])))
def test_a_text_is_left_as_it_is_but_for_lone_surrogates(text: str) -> None:
    kept = [each for each in text if not "\ud800" <= each <= "\udfff"]
    clean = scalar(text)
    assert clean == scalar(clean)
    assert not any("\ud800" <= each <= "\udfff" for each in clean)
    assert clean == text or len(kept) < len(text)
