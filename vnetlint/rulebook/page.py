"""A rule's page: the docstring of its file, read into title, reason and sections."""

import re
from inspect import cleandoc

from vnetlint.dataclass import dataclass

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_URL = re.compile(r"https?://\S+")
_SEEN = re.compile(r"Seen\son\s((?:\d+\.\d+(?:,\s|\sand\s)?)+)")
_VERSION = re.compile(r"\d+\.\d+")
_OPTION = re.compile(r"^- `(\w[\w-]*)`: (.+(?:\n  .+)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the file name after it, if any, and its text."""

    language: str
    file: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's documentation; `sections` are in order, without their headings."""

    title: str
    reason: str
    sections: dict[str, str]
    text: str

    def blocks(self, section: str) -> tuple[Block, ...]:
        """Return the fenced blocks of a section."""
        found = _BLOCK.findall(self.sections.get(section, ""))
        return tuple(Block(language, file or None, text) for language, file, text in found)

    @property
    def url(self) -> str | None:
        """The first URL under References: libvirt's own documentation."""
        found = _URL.search(self.sections.get("References", ""))
        return found.group() if found else None

    @property
    def seen_on(self) -> tuple[str, ...]:
        """The versions of libvirt, such as 9.0, that were seen to treat the Bad example as the page says."""
        found = _SEEN.search(self.sections.get("Libvirt", ""))
        return tuple(_VERSION.findall(found[1])) if found else ()

    @property
    def options(self) -> dict[str, str]:
        """The description of each option as one line, by the option's name in Python."""
        found = _OPTION.findall(self.sections.get("Options", ""))
        return {name.replace("-", "_"): " ".join(words.split()) for name, words in found}


def read_page(docstring: str) -> Page:
    """Return the page that a docstring holds."""
    text = cleandoc(docstring)
    head, *rest = _HEADING.split(text)
    title, _, reason = head.partition("\n\n")
    sections = {heading.strip(): body.strip("\n") + "\n" for heading, body in zip(rest[::2], rest[1::2], strict=True)}
    return Page(title.strip(), reason.strip(), sections, text)
