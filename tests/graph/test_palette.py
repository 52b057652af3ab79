"""Pictures can be read: WCAG 2.1 level AA in light and in dark."""

from itertools import product

import pytest

from vnetlint.graph.palette import CELLS, DASHES, FLOWS, NODES, SURFACES, THEMES, Theme, colour, contrast

TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text, and of shapes that carry a meaning (success criteria 1.4.3 and 1.4.11)."""


def test_the_ratio_is_the_one_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_every_ground(theme: Theme) -> None:
    surface = SURFACES[theme]
    for text, ground in product((surface.text, surface.quiet), (surface.page, surface.box, surface.frame)):
        assert contrast(text, ground) >= TEXT, (text, ground)
    # A header of the matrix in focus has the accent as its ground, and a chosen switch the colour of text.
    assert contrast(surface.page, surface.accent) >= TEXT
    assert contrast(surface.page, surface.text) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("verdict", CELLS)
def test_letters_in_cells_are_readable(verdict: str, theme: Theme) -> None:
    ground, letter = CELLS[verdict]
    assert contrast(colour(letter, theme), colour(ground, theme)) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_stand_out(theme: Theme) -> None:
    surface = SURFACES[theme]
    for pair in (*NODES.values(), *FLOWS.values()):
        for ground in (surface.page, surface.box, surface.frame):
            assert contrast(colour(pair, theme), ground) >= SHAPE, (pair, ground)
    for shape, ground in product((surface.line, surface.accent), (surface.page, surface.box, surface.frame)):
        assert contrast(shape, ground) >= SHAPE, (shape, ground)


def test_ways_that_differ_in_colour_differ_in_dashes_too() -> None:
    assert {*DASHES} == {*FLOWS, "unsure"}
    assert len({DASHES[each] for each in ("routed", "translated", "host-only", "unsure")}) == 4
