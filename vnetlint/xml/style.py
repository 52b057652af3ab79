"""The style of a file: line ends, indentation and quotes, so that what is added looks like the rest."""

from collections import Counter

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property, pattern

_LINE_END = pattern(r"\r\n|\r|\n")
_QUOTE = pattern(r"=\s*([\"'])")
_INDENT = pattern(r"(?:^|[\r\n])([ \t]+)<[^/!?]")
_DEFAULT_UNIT = "  "


@dataclass(frozen=True)
class Style:
    """The style that most of a text has, found out when it is asked for. An empty text has the usual one."""

    text: str

    @cached_property
    def line_end(self) -> str:
        """The line end."""
        ends = Counter(_LINE_END.findall(self.text))
        return ends.most_common(1)[0][0] if ends else "\n"

    @cached_property
    def unit(self) -> str:
        """One level of indentation."""
        return _unit(self.text)

    @cached_property
    def quote(self) -> str:
        """The quote around values."""
        quotes = Counter(_QUOTE.findall(self.text))
        return '"' if quotes['"'] > quotes["'"] else "'"


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
