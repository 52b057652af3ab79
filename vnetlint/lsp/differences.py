"""The lines of a text that a change replaces, so that an editor's marks elsewhere stay."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from vnetlint.finding import Span
from vnetlint.xml.lines import LineIndex


def differences(before: str, after: str) -> Iterator[tuple[Span, str]]:
    """Yield spans of the old text that differ, with their new text. They are whole lines."""
    old, new = _lines(before), _lines(after)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Span(offsets[i1], offsets[i2]), "".join(new[j1:j2])


def _lines(text: str) -> list[str]:
    starts = LineIndex(text).starts
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
