"""Positions of the protocol in UTF-16, counted apart from the server's own code, which they check."""

import re
from collections.abc import Iterator
from typing import Any

_LINE_END = re.compile(r"\r\n|\r|\n")


def position(text: str, offset: int) -> dict[str, int]:
    """Return the position of an offset."""
    before = _LINE_END.split(text[:offset])
    return {"line": len(before) - 1, "character": _units(before[-1])}


def is_within(where: Any, text: str) -> bool:
    """Whether a range is one of places in the text, in order."""
    lines = _LINE_END.split(text)
    start, end = ((where[each]["line"], where[each]["character"]) for each in ("start", "end"))
    return start <= end and all(
        0 <= line < len(lines) and 0 <= character <= _units(lines[line]) for line, character in (start, end)
    )


def ranges(answer: Any, uri: str) -> Iterator[tuple[str, Any]]:
    """Yield all ranges in an answer about a document, each with the document that it is in."""
    if isinstance(answer, list):
        for each in answer:
            yield from ranges(each, uri)
    elif isinstance(answer, dict):
        named = answer.get("uri") or (answer.get("textDocument") or {}).get("uri")
        uri = named if isinstance(named, str) else uri
        if isinstance(answer.get("start"), dict) and isinstance(answer.get("end"), dict):
            yield uri, answer
            return
        for key, value in answer.items():
            if key == "changes" and isinstance(value, dict):
                for changed, edits in value.items():
                    yield from ranges(edits, changed)
            else:
                yield from ranges(value, uri)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
