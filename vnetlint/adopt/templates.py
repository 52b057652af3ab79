"""The language that a template is written in, and placeholders that vnetlint does not know by itself."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vnetlint.xml.node import Document, Node
from vnetlint.xml.source import Source

_ENDINGS = {
    "j2": "Jinja", "jinja": "Jinja", "jinja2": "Jinja", "erb": "ERB", "epp": "EPP", "ejs": "EJS", "tftpl": "Terraform",
    "mako": "Mako", "mustache": "Mustache", "hbs": "Handlebars", "gotmpl": "Go", "twig": "Twig",
}  # fmt: skip

_SIGNS = (
    ("ERB", re.compile("<%")),
    ("PHP", re.compile(r"<\?(?:php|=)")),
    ("Jinja", re.compile(r"(?<!\{)\{[%#]")),
    ("Go", re.compile(r"\{\{-?\s*(?:[.$]|if |range |with |end|template )")),
    ("Mustache", re.compile(r"\{\{[#^/{&]")),
    ("Jinja", re.compile(r"\{\{")),
    ("Terraform", re.compile(r"%\{|\$\{(?:var|local|each|data|path)\.")),
    ("shell", re.compile(r"\$[A-Za-z_{(]|`")),
    ("@NAME@", re.compile(r"@[A-Za-z_][\w.-]*@")),
    ("printf", re.compile(r"%(?:s|[0-9.]*[duixX]|\(\w+\))")),
    ("format strings", re.compile(r"\{\w*\}")),
)
"""What shows a language in the text, the surest first."""

OTHER = "placeholders"
"""Stands for the language of a template with placeholders that belong to none, such as `__NAME__`."""

_PAIRS = (
    ("::", "::"), ("((", "))"), ("<<", ">>"), ("&&", "&&"), ("~", "~"), ("!", "!"), ("^", "^"), ("|", "|"), ("+", "+"),
    ("§", "§"),
)  # fmt: skip
"""What people write around a name, besides the forms that vnetlint knows."""
_WORD = "[A-Za-z][A-Za-z0-9_.-]*"
_SPECIAL = re.compile(r"[\\|.?*+(){}\[\]]")
_ESCAPED = {"<": "&lt;", "&": "&amp;"}
_LONGEST = 200
"""Characters of the longest value that is searched."""
_FREE_TEXT = frozenset(("title", "description", "metadata"))


class UnknownPlaceholder(NamedTuple):
    """A form of placeholder that vnetlint does not know by itself."""

    pattern: str
    """The regular expression for `placeholders` in the configuration."""
    example: str
    """One of them, as it is written."""
    path: str
    """The file of the example."""


def language_of(source: Source) -> str | None:
    """Return the language of a template by its file's name, or else by its text; None if it is no template."""
    if not source.is_template:
        return None
    ending = source.path.rpartition(".")[2]
    return _ENDINGS.get(ending) or next((name for name, sign in _SIGNS if sign.search(source.text)), OTHER)


def unknown_placeholders(documents: Iterable[Document]) -> tuple[UnknownPlaceholder, ...]:
    """Return the forms of placeholders in values that vnetlint does not know by itself, each with an example.

    A form counts if a whole value is written in it, or if it occurs twice.
    """
    found: dict[str, UnknownPlaceholder] = {}
    sure: set[str] = set()
    for source, value in _values(documents):
        for sign, search, pattern in _FORMS:
            if sign in value and (match := search.search(value)):
                if pattern in found or match.group() == value.strip():
                    sure.add(pattern)
                found.setdefault(pattern, UnknownPlaceholder(pattern, match.group(), source.path))
    return tuple(each for pattern, each in found.items() if pattern in sure)


def _forms() -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Yield what a form begins with, and its expression for Python and for the configuration."""
    for opening, closing in _PAIRS:
        start, end = (_written(each) for each in (opening, closing))
        search = re.compile(f"{re.escape(start)}{_WORD}(?:{re.escape(end)}|{re.escape(closing)})")
        yield start, search, f"{_quoted(start)}{_WORD}{_quoted(end)}"


def _written(text: str) -> str:
    """Return a text as a file of XML contains it."""
    return "".join(_ESCAPED.get(each, each) for each in text)


def _quoted(text: str) -> str:
    """Return a text as a regular expression of XML Schema, in which `$` and `^` are plain characters."""
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text)


_FORMS = tuple(_forms())


def _values(documents: Iterable[Document]) -> Iterator[tuple[Source, str]]:
    """Yield the values that are no known placeholders: attributes, and texts that are not for people."""
    for document in documents:
        source = document.source
        for node in (document.root, *document.root.descendants()):
            if not _FREE_TEXT.isdisjoint((node.name, *(each.name for each in node.ancestors()))):
                continue
            for value in _written_in(node):
                if 0 < len(value) <= _LONGEST:
                    yield source, value


def _written_in(node: Node) -> Iterator[str]:
    masked = node.document.source.masked
    for attribute in node.attributes.values():
        yield masked[attribute.value_span.start : attribute.value_span.end]
    for _, span in node.text_spans():
        yield masked[span.start : span.end].strip()
