"""Placeholders of templates: text that another program replaces before libvirt reads the file.

Two kinds matter. Delimited ones (`{{ }}`, `{% %}`, `{# #}`, `<% %>`) may hold quotes and angle brackets and would break
the XML around them, so `mask` puts as many neutral characters in their place and every offset stays true. The others
(`{x}`, `${X}`, `$X`, `@X@`, `%X%`) are harmless text. Either kind makes a value opaque: it satisfies every datatype,
and a rule that needs the value says nothing.
"""

import re
from functools import cache

from vnetlint.finding import Span

_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>"}
_OPAQUE = re.compile(
    r"\{\{|\{%|\{#|<%|\$\{|\{[A-Za-z_][A-Za-z0-9_.]*\}|\$[A-Za-z_]|@[A-Za-z_][A-Za-z0-9_.-]*@|%[A-Za-z_][A-Za-z0-9_]*%"
)
_OTHER_THAN_LINE_END = re.compile(r"[^\r\n]")
_MASKED_TAG = re.compile(r"""<[^<>"'\ue000]*+(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>""")
_QUOTED_OR_MASK = re.compile("\"[^\"]*\"|'[^']*'|\ue000+")

FILLER = "\ue000"
"""Stands for one masked character: legal in XML text and values, and in nobody's network."""


def is_opaque(value: str) -> bool:
    """Tell whether a value holds a placeholder, so that nothing can be said of it."""
    return _OPAQUE.search(value) is not None


def placeholders(text: str) -> list[Span]:
    """Find the delimited placeholders of a text, in order; one that is never closed is none."""
    if not any(opener in text for opener in _CLOSERS):
        return []
    found: list[Span] = []
    unclosed: set[str] = set()
    position = 0
    while opener := _openers(frozenset(unclosed)).search(text, position):
        closer = _CLOSERS[opener.group()]
        end = text.find(closer, opener.end())
        if end < 0:
            # Without this memory a text of nothing but openers would be searched to its end once for each.
            unclosed.add(closer)
            position = opener.end()
        else:
            position = end + len(closer)
            found.append(Span(opener.start(), position))
    return found


@cache
def _openers(unclosed: frozenset[str]) -> re.Pattern[str]:
    """Find the start of a placeholder whose closer the rest of the text may have."""
    openers = [re.escape(opener) for opener, closer in _CLOSERS.items() if closer not in unclosed]
    return re.compile("|".join(openers) or "(?!)")


def mask(text: str) -> str:
    """Put neutral characters in the place of delimited placeholders; lengths and line ends stay as they were.

    Statements and comments become spaces. Expressions become `FILLER` in values and text, and spaces where they stand
    for whole attributes.
    """
    spans = placeholders(text)
    if not spans:
        return text
    parts: list[str] = []
    position = 0
    for start, end in spans:
        expression = text.startswith(("{{", "<%="), start)
        neutral = FILLER if expression else " "
        parts += (text[position:start], _OTHER_THAN_LINE_END.sub(neutral, text[start:end]))
        position = end
    masked = "".join((*parts, text[position:]))
    return _MASKED_TAG.sub(_blank_outside_quotes, masked)


def _blank_outside_quotes(tag: re.Match[str]) -> str:
    if FILLER not in tag.group():
        return tag.group()
    return _QUOTED_OR_MASK.sub(lambda m: m.group() if m.group()[0] != FILLER else " " * len(m.group()), tag.group())
