"""Which fixes go together, and what a text is after them."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnetlint.finding import SEVERITIES, Edit, Finding, Fix, Safety, Severity, Span
from vnetlint.xml.edit import whole_lines
from vnetlint.xml.places import ElementIndex
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.tree import Node


@dataclass(frozen=True)
class FixPolicy:
    """Which fix of a finding is made: in bulk the first, if its level and the finding's severity allow it."""

    unsafe: bool = False
    """Whether fixes that may change a configuration that works are made in bulk."""
    threshold: Severity = "warning"
    """The mildest severity that is fixed in bulk."""
    fixable: frozenset[str] = frozenset()
    """Names of rules that are fixed in bulk whatever their severity."""
    unfixable: frozenset[str] = frozenset()
    """Names of rules that are never fixed in bulk."""
    choices: Mapping[str, int] = field(default_factory=dict)
    """By rule name, the number (from 1) of the fix to make, whatever its level."""

    def pick(self, finding: Finding) -> Fix | None:
        """Return the fix to make, or None."""
        if (number := self.choices.get(finding.rule)) is not None:
            fix = finding.fixes[number - 1] if 0 < number <= len(finding.fixes) else None
            return fix if fix is not None and fix.edits else None
        if not finding.fixes or finding.rule in self.unfixable:
            return None
        mild = SEVERITIES.index(finding.severity) > SEVERITIES.index(self.threshold)
        if mild and finding.rule not in self.fixable:
            return None
        fix = finding.fixes[0]
        allowed = fix.safety == "safe" or (fix.safety == "unsafe" and self.unsafe)
        return fix if allowed and fix.edits else None

    def offer(self, finding: Finding, files: Container[str]) -> Safety:
        """Return what it takes to fix a finding by edits of `files` alone: the level of bulk fixing that does it.

        `choice` is where a person has to pick a fix, and `display` where no edit is on offer.
        """
        fix = replace(self, unsafe=True, choices={}).pick(finding)
        if fix is not None and is_within(fix, files):
            return fix.safety
        return "choice" if any(fix.edits and is_within(fix, files) for fix in finding.fixes) else "display"


def is_within(fix: Fix, files: Container[str]) -> bool:
    """Whether all edits of a fix are in some of `files`."""
    return all(edit.path in files for edit in fix.edits)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Make edits, which must not overlap; of several insertions at one place the earlier given stands first."""
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


def honest(fix: Fix, sources: Mapping[str, Source]) -> Fix:
    """Give a fix the safety that it deserves: one that loses a comment or an instruction is not safe."""
    if fix.safety != "safe":
        return fix
    lost: Counter[str] = Counter()
    for edit in fix.edits:
        lost.update(_kept(sources[edit.path].excerpt(edit.span)))
    for edit in fix.edits:
        lost.subtract(_kept(edit.text))
    return replace(fix, safety="unsafe") if any(count > 0 for count in lost.values()) else fix


def is_idle(fix: Fix, sources: Mapping[str, Source]) -> bool:
    """Whether a fix would write only what is there; no such fix is ever offered."""
    return bool(fix.edits) and all(sources[each.path].excerpt(each.span) == each.text for each in fix.edits)


def _kept(text: str) -> list[str]:
    """Comments and processing instructions, which no safe fix loses."""
    if "<!--" not in text and "<?" not in text:
        return []
    return [
        text[each.start : each.end] for each in scan(text) if each.kind in (TokenKind.COMMENT, TokenKind.INSTRUCTION)
    ]


def choose(
    findings: Iterable[Finding],
    policy: FixPolicy,
    places: Mapping[str, ElementIndex],
    offers: Callable[[Finding, Fix], bool] = lambda *_: True,
    first: Container[str] = (),
) -> list[tuple[str, Fix]]:
    """Choose, in order of place and rule, the fix of each finding that touches none chosen before.

    Returns rule names with their fixes. A fix is made whole or not at all. It is left out where `offers` is false, and
    where it reaches into a file without `places`. The fixes of rules in `first` are made before any other of the same
    files.
    """
    candidates = [(finding, fix) for finding in findings if (fix := policy.pick(finding)) and offers(finding, fix)]
    candidates.sort(key=lambda each: (each[0].rule not in first, _place(each[1]), each[0].rule))
    taken: defaultdict[str, list[Span]] = defaultdict(list)
    tags: dict[Node, str] = {}
    """The elements whose attributes are taken; the name of a rule that only removes some, else nothing."""
    leading: set[str] = set()
    """The files in which fixes of `first` are made."""
    chosen: list[tuple[str, Fix]] = []
    made: set[frozenset[Edit]] = set()
    for finding, fix in candidates:
        edits = frozenset(fix.edits)
        paths = {edit.path for edit in edits}
        if edits in made or not paths <= places.keys() or (finding.rule not in first and paths & leading):
            continue
        remover = "" if any(edit.text for edit in edits) else finding.rule
        touched = {node for edit in edits if (node := places[edit.path].tag_of(edit.span)) is not None}
        # Two attributes that one rule does not know may go together. Two rules that each see the other's
        # attribute must not both act on it.
        if any(tags.get(node, remover) != remover or (node in tags and not remover) for node in touched):
            continue
        if any(_touches(edit.span, taken[edit.path]) for edit in edits):
            continue
        made.add(edits)
        tags.update(dict.fromkeys(touched, remover))
        leading |= paths if finding.rule in first else set()
        for edit in edits:
            insort(taken[edit.path], edit.span)
        chosen.append((finding.rule, fix))
    return chosen


def is_consistent(fix: Fix, texts: Mapping[str, str]) -> bool:
    """Whether a fix can be made: its edits are inside the texts, do not overlap, and change something."""
    before: Edit | None = None
    for edit in sorted(fix.edits, key=lambda each: (each.path, each.span)):
        if edit.path not in texts or not 0 <= edit.span.start <= edit.span.end <= len(texts[edit.path]):
            return False
        if before is not None and before.path == edit.path and edit.span.start < before.span.end:
            return False
        before = edit
    return any(texts[edit.path][edit.span.start : edit.span.end] != edit.text for edit in fix.edits)


def _place(fix: Fix) -> tuple[str, Span]:
    return min((edit.path, edit.span) for edit in fix.edits)


def edits_by_path(fixes: Iterable[Fix]) -> dict[str, list[Edit]]:
    """Sort the edits of fixes by the file that they are made in."""
    table: defaultdict[str, list[Edit]] = defaultdict(list)
    for fix in fixes:
        for edit in fix.edits:
            table[edit.path].append(edit)
    return dict(table)


def _touches(span: Span, taken: Sequence[Span]) -> bool:
    """Whether a span overlaps one of those taken, which are in order, or an insertion meets one at its edge.

    Two neighbours that each replace their own text do not care for each other.
    """
    at = bisect_left(taken, span)
    return any(_collide(span, taken[index]) for index in (at - 1, at) if 0 <= index < len(taken))


def _collide(one: Span, other: Span) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
