"""The blocks of the docs that users copy: YAML on every page, and shell commands."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Snippet(NamedTuple):
    """A block of a page."""

    page: str
    """The name of its file."""
    line: int
    language: str
    file: str
    """The name after `file=`, if there is one."""
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def snippets(*languages: str) -> Iterator[Snippet]:
    """Yield the blocks in some languages of all pages; an empty text is a block without one."""
    for path in PAGES:
        text = path.read_text("utf-8")
        for found in _BLOCK.finditer(text):
            if found[1] in languages:
                line = text.count("\n", 0, found.start()) + 1
                yield Snippet(path.name, line, found[1], found[2].partition("file=")[2], found[3])
