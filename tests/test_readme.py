"""What the README and the page of the reports show is what the program prints."""

import runpy
from pathlib import Path

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parent.parent / "docs" / "shown.py"))
PAGES: tuple[Path, ...] = SCRIPT["PAGES"]
SHOWN: list[tuple[str, str]] = [each for page in PAGES for each in SCRIPT["commands"](page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_shows_something(page: Path) -> None:
    assert len(SCRIPT["commands"](page.read_text("utf-8"))) >= 3


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_shown_output_is_real(command: str, shown: str) -> None:
    assert SCRIPT["printed"](command) == shown, "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_are_current(page: Path) -> None:
    """Of what is no command's output, the SARIF result is real too."""
    text = page.read_text("utf-8")
    assert SCRIPT["current"](text) == text, "run `make docs`"
