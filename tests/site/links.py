"""What the pages of a site link to, load, and can be linked at."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@dataclass
class PageLinks:
    """The links of a page, the addresses that it loads by itself, and its anchors."""

    links: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = PageLinks()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.found.anchors.add(values["id"])
        if tag == "a" and "href" in values:
            self.found.links.add(values["href"])
        if tag in _LOADING and _LOADING[tag] in values and values.get("rel") not in ("next", "prev", "search", "index"):
            self.found.loads.add(values[_LOADING[tag]])


def links_of(page: Path) -> PageLinks:
    """Return what a page links to, loads and can be linked at."""
    reader = _Reader()
    reader.feed(page.read_text("utf-8"))
    return reader.found
