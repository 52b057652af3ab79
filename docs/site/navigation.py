"""The order of the site's pages: navigation.toml, applied to the pages that there are."""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

START = "index"
"""The first page, which all others are below."""

_RULES = "rules/index"
_APART = ("rules/", "files/")
"""The folders whose pages are not in the navigation: the index of rules leads to 300 of them."""


def navigation(pages: Iterable[str]) -> dict[str, list[str]]:
    """Return the pages of each section by its title, as names without their ending.

    Raises KeyError if navigation.toml names a page that does not exist.
    """
    text = (Path(__file__).parent / "navigation.toml").read_text("utf-8")
    sections: dict[str, list[str]] = {each["title"]: each["pages"] for each in tomllib.loads(text)["section"]}
    left = [page for page in sorted(pages) if page == _RULES or not page.startswith(_APART)]
    chosen = {entry: entry for entries in sections.values() for entry in entries if "*" not in entry}
    for entry in chosen:
        if entry not in left:
            raise KeyError(f"navigation.toml names the page '{entry}', which does not exist")
    # The most specific pattern wins, so that `*` takes only what is left.
    patterns = sorted({each for entries in sections.values() for each in entries if "*" in each}, key=len, reverse=True)
    matched = {page: next(each for each in patterns if fnmatch(page, each)) for page in left if page not in chosen}
    return {
        title: [page for entry in entries for page in left if (chosen | matched)[page] == entry]
        for title, entries in sections.items()
    }
