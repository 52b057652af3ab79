"""The style of a file: line ends, indentation and quotes, so that what is added looks like the rest."""

import re
from collections import Counter
from typing import NamedTuple

_QUOTE = re.compile(r"=\s*([\"'])")
_INDENT = re.compile(r"(?:^|[\r\n])([ \t]+)<[^/!?]")
_DEFAULT_UNIT = "  "


class Style(NamedTuple):
    """The style of one file."""

    line_end: str
    unit: str
    """One level of indentation."""
    quote: str


def style_of(text: str) -> Style:
    """Return the style that most of a text has."""
    ends = Counter(re.findall(r"\r\n|\r|\n", text))
    quotes = Counter(_QUOTE.findall(text))
    line_end = ends.most_common(1)[0][0] if ends else "\n"
    return Style(line_end, _unit(text), '"' if quotes['"'] > quotes["'"] else "'")


def _unit(text: str) -> str:
    """The most common step from one indentation to a deeper one."""
    steps: Counter[str] = Counter()
    previous = ""
    for match in _INDENT.finditer(text):
        indent = match[1]
        if indent.startswith(previous) and indent != previous:
            steps[indent[len(previous) :]] += 1
        previous = indent
    return steps.most_common(1)[0][0] if steps else _DEFAULT_UNIT
