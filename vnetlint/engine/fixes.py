"""Choose fixes that can be made together, and lower the safety of those that lose a comment."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace

from vnetlint.finding import Edit, Finding, Fix, Span
from vnetlint.settings import FixPolicy
from vnetlint.xml.node import Node
from vnetlint.xml.places import ElementIndex
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.source import Source


def honest(fix: Fix, sources: Mapping[str, Source]) -> Fix:
    """Return a fix with its true safety: one that removes a comment or processing instruction is not safe."""
    if fix.safety != "safe":
        return fix
    lost: Counter[str] = Counter()
    for edit in fix.edits:
        lost.update(_kept(sources[edit.path].excerpt(edit.span)))
    for edit in fix.edits:
        lost.subtract(_kept(edit.text))
    return replace(fix, safety="unsafe") if any(count > 0 for count in lost.values()) else fix


def is_idle(fix: Fix, sources: Mapping[str, Source]) -> bool:
    """Whether a fix changes nothing. Such a fix is never offered."""
    return bool(fix.edits) and all(sources[each.path].excerpt(each.span) == each.text for each in fix.edits)


def _kept(text: str) -> list[str]:
    """Return the comments and processing instructions in a text."""
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
    """Return rule names with their fixes: in order of place and rule, each fix that touches none chosen before.

    A fix is chosen whole or not at all. It is left out if `offers` returns False for it, or if it edits a file that is
    not in `places`. If a rule in `first` has a fix in a file, no other rule's fix of that file is chosen.
    """
    candidates = [(finding, fix) for finding in findings if (fix := policy.pick(finding)) and offers(finding, fix)]
    candidates.sort(key=lambda each: (each[0].rule not in first, _place(each[1]), each[0].rule))
    taken: defaultdict[str, list[Span]] = defaultdict(list)
    tags: dict[Node, str] = {}
    """The elements whose attributes chosen fixes change, with the rule if it only removes some, otherwise empty."""
    leading: set[str] = set()
    """The files with fixes of rules in `first`."""
    chosen: list[tuple[str, Fix]] = []
    made: set[frozenset[Edit]] = set()
    for finding, fix in candidates:
        edits = frozenset(fix.edits)
        paths = {edit.path for edit in edits}
        if edits in made or not paths <= places.keys() or (finding.rule not in first and paths & leading):
            continue
        remover = "" if any(edit.text for edit in edits) else finding.rule
        touched = {node for edit in edits if (node := places[edit.path].tag_of(edit.span)) is not None}
        # One rule may remove two attributes of an element. Two rules must not both change its attributes, because
        # each judged the element as it was.
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
    """Whether a fix can be made: its edits are within the texts, do not overlap, and change something."""
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
    """Return the edits of fixes, by the path of the file that they change."""
    table: defaultdict[str, list[Edit]] = defaultdict(list)
    for fix in fixes:
        for edit in fix.edits:
            table[edit.path].append(edit)
    return dict(table)


def _touches(span: Span, taken: Sequence[Span]) -> bool:
    """Whether a span overlaps one of the sorted spans in `taken`, or one of both is an insertion at the other's edge.

    Two replacements that only share an edge do not touch.
    """
    at = bisect_left(taken, span)
    return any(_collide(span, taken[index]) for index in (at - 1, at) if 0 <= index < len(taken))


def _collide(one: Span, other: Span) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end
