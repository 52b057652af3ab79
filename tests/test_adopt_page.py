"""docs/adopt.md shows what its commands print in a new repository, with the real git and pre-commit."""

import runpy
from pathlib import Path

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parent.parent / "docs" / "walkthrough.py"))


@pytest.mark.slow
def test_the_walk_through_is_true() -> None:
    page = SCRIPT["PAGE"].read_text("utf-8")
    assert page.count("\n$ ") >= 12
    assert SCRIPT["current"](page) == page, "run `make docs`"
