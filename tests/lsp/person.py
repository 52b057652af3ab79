"""The steps by which a person types a text and deletes it again, as replacements by offsets.

Words are typed at once or letter by letter, some with a slip that is taken back. The editor closes some quotes and tags
by itself. Deleting goes from the end by letters and words, and cuts lines and other pieces out of the middle.
"""

import re
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

_PIECES = re.compile(r"[\w.:-]+|(?:\r\n|\s)+|.", re.DOTALL)
_START_TAG = re.compile(r"<([\w:-]+)[^<>/]*$")
_LAST = re.compile(r"(?:[\w.:-]+|(?:\r\n|\s)+|.)\Z", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")


class Step(NamedTuple):
    """The replacement of a piece of a text."""

    start: int
    end: int
    text: str

    def made_in(self, text: str) -> str:
        """Return the text after the step."""
        return text[: self.start] + self.text + text[self.end :]


def typing(text: str, random: Random) -> Iterator[Step]:
    """Yield the steps from an empty text to the whole one."""
    at, closer = 0, ""
    for piece in _PIECES.findall(text):
        if closer and closer.startswith(piece):
            # Typing over what the editor has closed.
            yield Step(at, at + len(closer), "")
            closer = ""
        yield from _typed(piece, at, random)
        at += len(piece)
        if not closer and (closer := _closer(text, at, piece, random)):
            yield Step(at, at, closer)
    if closer:
        yield Step(at, at + len(closer), "")


def _typed(piece: str, at: int, random: Random) -> Iterator[Step]:
    chance = random.random()
    if not piece[0].isalnum() or chance < 0.75:
        yield Step(at, at, piece)
    elif chance < 0.9:
        yield from (Step(at + number, at + number, letter) for number, letter in enumerate(piece))
    else:
        yield Step(at, at, piece + "q")
        yield Step(at + len(piece), at + len(piece) + 1, "")


def _closer(text: str, at: int, piece: str, random: Random) -> str:
    """What the editor adds behind the cursor, at some places where text that it would close goes on."""
    if random.random() > 0.5 or at == len(text):
        return ""
    head = text[:at]
    if piece in ("'", '"') and head.endswith("=" + piece):
        return piece
    tag = _START_TAG.search(head[:-1]) if piece == ">" else None
    return f"</{tag[1]}>" if tag else ""


def deleting(text: str, random: Random) -> Iterator[Step]:
    """Yield the steps from a text to an empty one."""
    while text:
        start, end = _deleted(text, random)
        cut = text[start:end]
        yield Step(start, end, "")
        if random.random() < 0.05:
            # Undone, and made again.
            yield Step(start, start, cut)
            yield Step(start, end, "")
        text = text[:start] + text[end:]


def _deleted(text: str, random: Random) -> tuple[int, int]:
    chance = random.random()
    if chance < 0.25:
        ends = [0, *(each.end() for each in _LINE_END.finditer(text)), len(text)]
        line = random.randrange(len(ends) - 1)
        start, end = ends[line], ends[line + 1]
    else:
        start = random.randrange(len(text))
        start, end = (_outside(text, each) for each in (start, min(len(text), start + random.randint(1, 12))))
    if chance < 0.4 and start < end:
        return start, end
    if chance > 0.85:
        return len(text) - (2 if text.endswith("\r\n") else 1), len(text)
    found = _LAST.search(text)
    assert found
    return found.span()


def _outside(text: str, at: int) -> int:
    """An offset that is not between CR and LF, where an editor has no position."""
    return at + 1 if text[at - 1 : at + 1] == "\r\n" else at
