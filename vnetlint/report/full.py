"""The report for people: the line with carets under the fault, libvirt's message, and the fixes as small diffs."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from vnetlint.finding import SEVERITIES, Edit, Finding, Fix, Severity, Span
from vnetlint.inputkey import is_uri
from vnetlint.report.concise import fixed_lines, fold_line
from vnetlint.report.concise import line as concise_line
from vnetlint.report.content import Fold, Report, folded, offers, plural
from vnetlint.report.display import Colour, clean, paint, width
from vnetlint.result import Result
from vnetlint.rulebook.info import MOMENTS
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply

SEVERITY_COLOURS: dict[Severity, Colour] = {"error": "red", "warning": "yellow", "info": "blue"}

_WINDOW = 150
"""Characters of a source line that are shown. A document on one line has thousands."""
_NEAR = 60
"""Characters that are shown before and after an edit in such a line."""
_DIFF_LINES = 16
_COMPARED = 300
"""Lines that are compared for a diff, of which only the first few are shown."""
_TAB = "    "


def render(report: Report) -> str:
    """Return the fixes that were made, the findings with their source lines, and a summary."""
    fixed = ["\n".join(fixed_lines(report.made))] if report.made else []
    blocks = (fold_line(each) if isinstance(each, Fold) else "\n".join(frame(report, each)) for each in folded(report))
    shown = "".join(f"{each}\n\n" for each in (*fixed, *blocks)) + _offered(report)
    if report.is_brief:
        return shown + (_silence(report) if report.explains_silence else "")
    return shown + _silence(report) + _summary(report)


def frame(report: Report, finding: Finding) -> Iterator[str]:
    """Yield the lines of a finding: headline, source line, libvirt's message, related places, fixes."""
    yield from described(report, finding)
    for number in range(len(finding.fixes)):
        yield from fix_shown(report, finding, number)


def described(report: Report, finding: Finding) -> Iterator[str]:
    """Yield the lines of a finding without its fixes, the headline first."""
    result, colour = report.result, report.colour
    yield _headline(result, finding, colour)
    source, gutter = result.source(finding.path), _gutter(result, finding)
    if source.text:
        yield from _excerpt(source, finding, gutter, colour)
    bullet = " " * gutter + paint(" = ", "blue", colour)
    if said := libvirt_says(finding):
        yield bullet + said
    for each in finding.related:
        place = result.source(each.path).lines.position(each.span.start)
        yield f"{bullet}{clean(each.message)}: {clean(each.path)}:{place.line}:{place.column}"


def fix_shown(report: Report, finding: Finding, number: int) -> Iterator[str]:
    """Yield the lines of a finding's fix, by its number from 0: its level and title, and what it changes."""
    fix, indent, colour = finding.fixes[number], " " * _gutter(report.result, finding), report.colour
    safety = "" if fix.safety == "safe" else f" ({'by hand' if fix.safety == 'display' else fix.safety})"
    word = f"fix {number + 1}" if len(finding.fixes) > 1 else "fix"
    bullet = indent + paint(" = ", "blue", colour)
    yield f"{bullet}{paint(word, 'green', colour)}{safety}: {clean(fix.title)}"
    yield from _fix_body(report.result, fix, f"{indent}   ", colour)


def _gutter(result: Result, finding: Finding) -> int:
    """Return the width of the numbers of lines beside a finding."""
    return len(str(result.source(finding.path).lines.position(finding.span.end).line))


def libvirt_says(finding: Finding) -> str:
    """Return libvirt's message about a finding and when it appears, or an empty string if that is not known."""
    if finding.libvirt_message:
        return f"libvirt, {MOMENTS[finding.when]}: {clean(finding.libvirt_message)}"
    if finding.when == "never" and not finding.is_schema_fault:
        return "libvirt does not report this"
    return ""


def _headline(result: Result, finding: Finding, colour: bool) -> str:
    written = concise_line(result, finding)
    if not colour:
        return written
    head, _, rest = written.partition(f": {finding.severity}: ")
    severity = paint(finding.severity, SEVERITY_COLOURS[finding.severity], True)
    message, _, _ = rest.rpartition(" [")
    return f"{paint(head, 'bold', True)}: {severity}: {message} {paint(f'[{finding.rule}]', 'dim', True)}"


def _excerpt(source: Source, finding: Finding, gutter: int, colour: bool) -> Iterator[str]:
    """Yield the line of the fault with carets, and the line before it."""
    lines = source.lines
    start = lines.position(finding.span.start)
    end = lines.position(finding.span.end)
    bar = paint("|", "blue", colour)
    yield f"{' ' * gutter} {bar}"
    line = Span(lines.starts[start.line - 1], lines.line_end(start.line))
    last = min(finding.span.end, line.end) if end.line == start.line else line.end
    shown = _window(source.text, line, Span(finding.span.start, last))
    if start.line > 1 and not shown.is_cut:
        above = Span(lines.starts[start.line - 2], lines.line_end(start.line - 1))
        yield f"{start.line - 1:>{gutter}} {bar} {_shortened(source.text, above, above.start)}".rstrip()
    yield f"{start.line:>{gutter}} {bar} {shown.text}".rstrip()
    carets = paint("^" * max(shown.carets, 1), SEVERITY_COLOURS[finding.severity], colour)
    yield f"{' ' * gutter} {bar} {' ' * shown.indent}{carets}"


class _Shown(NamedTuple):
    text: str
    is_cut: bool
    """Whether the beginning of the line is left out."""
    indent: int
    carets: int


def _window(text: str, line: Span, marked: Span) -> _Shown:
    """Return the part of a line around `marked`, with the columns before `marked` and the columns to underline."""
    first = max(line.start, marked.start - _WINDOW // 2) if line.end - line.start > _WINDOW else line.start
    is_cut = first > line.start
    before, under = text[first : marked.start], text[marked.start : min(marked.end, line.end, first + _WINDOW)]
    columns = is_cut + width(_expanded(before)), width(_expanded(under))
    return _Shown(_shortened(text, line, first), is_cut, *columns)


def _shortened(text: str, line: Span, first: int) -> str:
    """Return a line from an offset on, with an ellipsis for what is left out."""
    last = min(line.end, first + _WINDOW)
    prefix, suffix = "…" if first > line.start else "", "…" if last < line.end else ""
    return f"{prefix}{_expanded(text[first:last])}{suffix}"


def _expanded(text: str) -> str:
    return clean(text.replace("\t", _TAB))


def _fix_body(result: Result, fix: Fix, indent: str, colour: bool) -> Iterator[str]:
    for snippet in fix.snippet.splitlines():
        yield f"{indent}{paint(clean(snippet), 'cyan', colour)}"
    for path in sorted({edit.path for edit in fix.edits}):
        if len({edit.path for edit in fix.edits}) > 1:
            yield f"{indent}{clean(path)}"
        diff = list(diff_lines(result.source(path), [edit for edit in fix.edits if edit.path == path]))
        for sign, text in diff[:_DIFF_LINES]:
            shown = f"{sign} {_shortened(text, Span(0, len(text)), 0)}"
            yield indent + paint(shown, "red" if sign == "-" else "green", colour)
        if len(diff) > _DIFF_LINES:
            yield f"{indent}… {plural(len(diff) - _DIFF_LINES, 'more line')}"


def diff_lines(source: Source, edits: list[Edit]) -> Iterator[tuple[str, str]]:
    """Yield the lines that edits of one file remove (`-`) and add (`+`)."""
    for first, last, group in _neighbours(source, edits):
        start, end = _around(source, first, last, group)
        moved = [Edit(each.path, Span(each.span.start - start, each.span.end - start), each.text) for each in group]
        old = source.text[start:end]
        before, after = _lines(old)[:_COMPARED], _lines(apply(old, moved))[:_COMPARED]
        for i1, i2, j1, j2 in _differing(before, after):
            yield from (("-", text) for text in before[i1:i2])
            yield from (("+", text) for text in after[j1:j2])


def _differing(before: list[str], after: list[str]) -> Iterable[tuple[int, int, int, int]]:
    """Return where two lists of lines differ: from and to which line of the first one, and of the second."""
    if set(before).isdisjoint(after):
        # Most fixes edit one line, and there is nothing to compare.
        return [(0, len(before), 0, len(after))]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


def _lines(text: str) -> list[str]:
    """Return the lines of a text. XML knows fewer line ends than `splitlines`."""
    lines = re.split("\r\n|\r|\n", text)
    return lines if lines[-1] else lines[:-1]


def _around(source: Source, first: int, last: int, edits: list[Edit]) -> Span:
    """Return the span of the lines that edits change. Of long lines it covers only the surroundings of the edits."""
    start, end = source.lines.starts[first - 1], source.lines.line_end(last)
    near, far = edits[0].span.start - _NEAR, edits[-1].span.end + _NEAR
    return Span(near if near - start > _WINDOW else start, far if end - far > _WINDOW else end)


def _neighbours(source: Source, edits: list[Edit]) -> list[tuple[int, int, list[Edit]]]:
    """Return edits, grouped by shared or neighbouring lines, each group with its first and last line."""
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(edits, key=lambda each: each.span):
        first, last = (source.lines.position(offset).line for offset in edit.span)
        if groups and first <= groups[-1][1] + 1:
            start, end, group = groups[-1]
            groups[-1] = (start, max(end, last), [*group, edit])
        else:
            groups.append((first, last, [edit]))
    return groups


def _offered(report: Report) -> str:
    if not report.shows_fixes:
        return ""
    from vnetlint.report.fixlist import fix_lines

    listed = "".join(f"{each}\n" for each in fix_lines(report))
    return f"{listed}\n" if listed else ""


def _summary(report: Report) -> str:
    result = report.result
    fixed = f"Fixed {plural(report.fixed, 'finding')}. " if report.made else ""
    noun = "object" if any(map(is_uri, result.sources)) else "file"
    checked = f"Checked {plural(result.linted + len(result.unreadable), noun)}: "
    apart = (
        (report.hidden, "hidden by min-severity"),
        (len(result.baselined), "in the baseline"),
        (len(result.unchanged), "not due to the change"),
    )
    hidden = f" ({', '.join(left_out)})" if (left_out := [f"{count} {why}" for count, why in apart if count]) else ""
    if not result.findings:
        return paint(f"{fixed}{checked}no findings{hidden}.", "green", report.colour) + "\n"
    counts = ", ".join(plural(report.count(each), each) for each in SEVERITIES if report.count(each))
    offered = ", ".join(offers(report))
    fixable = f" Fixable: {offered}." if offered else ""
    return f"{fixed}{checked}{paint(counts, 'bold', report.colour)}{hidden}.{fixable}\n"


def _silence(report: Report) -> str:
    """Return how many rules report nothing for want of an inventory, or which."""
    if not report.silenced:
        return "No rule is silent for want of an inventory.\n" if report.explains_silence else ""
    count = plural(len(report.silenced), "rule")
    verb = "needs" if len(report.silenced) == 1 else "need"
    if not report.explains_silence:
        hint = f"{count} {verb} the host's inventory (--host); --explain-silence lists them."
        return "" if report.has_host else paint(hint, "dim", report.colour) + "\n"
    missing = "keys that the inventory lacks" if report.has_host else "the host's inventory (--host), with these keys"
    longest = max(map(len, report.silenced))
    lines = (f"  {name:<{longest}}  {', '.join(keys)}\n" for name, keys in report.silenced.items())
    return f"{count} {verb} {missing}:\n" + "".join(lines) + "\n"
