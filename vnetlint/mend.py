"""Which fixes go together, and what a text is after them."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vnetlint.finding import SEVERITIES, Edit, Finding, Fix, Severity, Span
from vnetlint.xml.scan import Kind, scan


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


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Make edits, which must not overlap; of several insertions at one place the earlier given stands first."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: each.span):
        parts += (text[position : edit.span.start], edit.text)
        position = edit.span.end
    return "".join((*parts, text[position:]))


def honest(fix: Fix, texts: Mapping[str, str]) -> Fix:
    """Give a fix the safety that it deserves: one that loses a comment or an instruction is not safe."""
    if fix.safety != "safe":
        return fix
    lost: Counter[str] = Counter()
    for edit in fix.edits:
        lost.update(_kept(texts[edit.path][edit.span.start : edit.span.end]))
    for edit in fix.edits:
        lost.subtract(_kept(edit.text))
    return replace(fix, safety="unsafe") if any(count > 0 for count in lost.values()) else fix


def is_idle(fix: Fix, texts: Mapping[str, str]) -> bool:
    """Whether a fix would write only what is there; no such fix is ever offered."""
    return bool(fix.edits) and all(
        each.path in texts and texts[each.path][each.span.start : each.span.end] == each.text for each in fix.edits
    )


def _kept(text: str) -> list[str]:
    """Comments and processing instructions, which no safe fix loses."""
    if "<!--" not in text and "<?" not in text:
        return []
    return [text[each.start : each.end] for each in scan(text) if each.kind in (Kind.COMMENT, Kind.INSTRUCTION)]


def choose(findings: Iterable[Finding], policy: FixPolicy, closed: frozenset[str]) -> list[tuple[str, Fix]]:
    """Choose, in order of place and rule, the fix of each finding that touches none chosen before.

    Gives rule names with their fixes. A fix is taken whole or not at all; one that reaches into a `closed` file is not.
    """
    candidates = [(finding.rule, fix) for finding in findings if (fix := policy.pick(finding)) is not None]
    candidates.sort(key=lambda each: (min((edit.path, edit.span) for edit in each[1].edits), each[0]))
    taken: defaultdict[str, list[Span]] = defaultdict(list)
    chosen: list[tuple[str, Fix]] = []
    made: set[frozenset[Edit]] = set()
    for rule, fix in candidates:
        edits = frozenset(fix.edits)
        if edits in made or any(edit.path in closed for edit in edits):
            continue
        if any(_touches(edit.span, taken[edit.path]) for edit in edits):
            continue
        made.add(edits)
        for edit in edits:
            insort(taken[edit.path], edit.span)
        chosen.append((rule, fix))
    return chosen


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
