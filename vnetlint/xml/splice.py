"""What a text is after edits, and where a place of it was before."""

from collections.abc import Iterable, Sequence

from vnetlint.finding import Edit, Span
from vnetlint.xml.edit import whole_lines


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Make edits, which must not overlap; of several insertions at one place the one given first comes first."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: each.span):
        parts += (text[position : edit.span.start], edit.text)
        position = edit.span.end
    return "".join((*parts, text[position:]))


def with_leftovers(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits and, where neighbours are removed together, one for the blanks that neither takes alone."""
    ordered = sorted(edits, key=lambda each: each.span)
    runs: list[list[Edit]] = []
    for each in ordered:
        is_next = runs and runs[-1][-1].span.end == each.span.start and not each.text and not runs[-1][-1].text
        if is_next:
            runs[-1].append(each)
        else:
            runs.append([each])
    extra: list[Edit] = []
    for number, run in enumerate(runs):
        start, end = run[0].span.start, run[-1].span.end
        has_rest = len(run) > 1 and text[end - 1] not in "\r\n"
        wide = whole_lines(text, Span(start, end)) if has_rest else Span(start, end)
        is_free = number == 0 or runs[number - 1][-1].span.end <= wide.start
        if is_free and (number + 1 == len(runs) or runs[number + 1][0].span.start >= wide.end):
            around = (Span(wide.start, start), Span(end, wide.end))
            extra += (Edit(run[0].path, each, "") for each in around if each.start < each.end)
    return (*edits, *extra)


def offset_before(offset: int, edits: Iterable[Edit]) -> int:
    """Return where an offset of the text that `apply` made was before; of new text, the place that it went to."""
    shift = 0
    for edit in sorted(edits, key=lambda each: each.span):
        start = edit.span.start + shift
        if offset < start:
            break
        if offset < start + len(edit.text):
            return edit.span.start
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    return offset - shift
