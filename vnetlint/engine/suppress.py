"""Suppressions: comments that accept certain findings of an element, with a reason.

`<!-- vnetlint: ignore[rule, rule] reason -->` covers the element that ends on the same line, or else the next element,
with everything in it. If it is the last thing in an element, it covers that element. `ignore-file[rule] reason` covers
the file. There is no form for all rules, because the author should know what is suppressed.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from vnetlint.dataclass import dataclass
from vnetlint.finding import Finding, Fix, Problem, Safety, Span
from vnetlint.lazy import cached_property, pattern
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.info import RuleInfo
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits
from vnetlint.xml.node import Comment, Document, Node

_MARK = pattern(r"<!--\s*vnetlint:\s*(?P<rest>.*?)\s*-->", re.DOTALL)
_FORM = pattern(r"(?P<verb>ignore-file|ignore)\[(?P<names>[^\]]*)\]\s*(?P<reason>.*)", re.DOTALL)

FORM = "vnetlint: ignore[rule] reason"
PLACEHOLDER = "TODO"
"""Stands for a reason that somebody still has to write. It counts as none."""
_NO_REASON = pattern(r"(?:(?:TODO|FIXME|XXX|\.\.\.|…)[\s:.!]*)?", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Suppression:
    """A comment that suppresses findings: its rules, its reason, and the span that it covers."""

    document: Document
    span: Span
    names: tuple[str, ...]
    reason: str
    covers: Span
    verb: str

    @property
    def path(self) -> str:
        """The path of its file."""
        return self.document.source.path


@dataclass(frozen=True)
class Sorted:
    """Findings, split into kept and suppressed ones, and the problems of the suppressions themselves."""

    kept: tuple[Finding, ...]
    suppressed: tuple[tuple[Finding, str], ...]
    """Each with the reason in the comment."""
    problems: tuple[tuple[str, Problem], ...]
    """Each with the name of its rule."""


def apply(
    documents: Sequence[Document], findings: Iterable[Finding], running: frozenset[str], catalogue: Catalogue
) -> Sorted:
    """Return the findings of one file, split. A suppression of a rule that is not `running` is not called unused."""
    marked = [each for document in documents for each in _read(document)]
    if not marked:
        return Sorted(tuple(findings), (), ())
    suppressions = [each for each in marked if isinstance(each, Suppression)]
    used: set[tuple[Span, str]] = set()
    covering = _by_rule(suppressions)
    kept: list[Finding] = []
    suppressed: list[tuple[Finding, str]] = []
    for finding in findings:
        by = covering[finding.rule].of(finding) if finding.rule in covering else []
        used.update((each.covers, finding.rule) for each in by)
        if by:
            suppressed.append((finding, min(by, key=lambda each: each.span).reason))
        else:
            kept.append(finding)
    problems = [each for each in marked if isinstance(each, Problem)]
    reported = [("unknown-suppression", each) for each in problems]
    for each in suppressions:
        reported += _unknown(each, catalogue)
        reported += _unused(each, [name for name in each.names if name in running and (each.covers, name) not in used])
        if _NO_REASON.fullmatch(each.reason):
            reported.append(("suppression-without-reason", _without_reason(each)))
    return Sorted(tuple(kept), tuple(suppressed), tuple(one for one in reported if one[0] in running))


def suppressing(documents: Sequence[Document], finding: Finding, rule: RuleInfo) -> Edits:
    """Return the edits that suppress a finding: a new comment before its element, or its rule in an existing comment.

    There are no edits if the rule cannot be suppressed, or if a comment in this place would mean something else. The
    user has to replace the placeholder of a new comment by the reason.
    """
    node = _innermost(documents, finding) if rule.suppressible else None
    return () if node is None else _suppressing(node, [finding.rule], f"{PLACEHOLDER} ", _ignoring(node.document))


def suppressing_all(
    documents: Sequence[Document], findings: Iterable[Finding], rules: Mapping[str, RuleInfo], reason: str
) -> Edits:
    """Return the edits that suppress findings of a file with a reason, as `suppressing` does. Existing reasons stay."""
    names: dict[int, list[str]] = {}
    nodes: dict[int, Node] = {}
    for finding in findings:
        node = _innermost(documents, finding) if rules[finding.rule].suppressible else None
        if node is not None:
            nodes[node.start] = node
            names.setdefault(node.start, []).append(finding.rule)
    there = {id(document): _ignoring(document) for document in documents}
    edits = (_suppressing(node, names[at], f"{reason} ", there[id(node.document)]) for at, node in nodes.items())
    return tuple(each for group in edits for each in group)


def _innermost(documents: Sequence[Document], finding: Finding) -> Node | None:
    """Return the innermost element that holds a finding."""
    node = next((each.root for each in documents if _holds(each.root.span, finding)), None)
    while node is not None and (below := _child_at(node, finding)):
        node = below
    return node


def _child_at(node: Node, finding: Finding) -> Node | None:
    """Return the child that holds a finding, or None."""
    at = bisect_right(node.children, finding.span.start, key=lambda each: each.start) - 1
    return node.children[at] if at >= 0 and _holds(node.children[at].span, finding) else None


def _ignoring(document: Document) -> dict[Span, Suppression]:
    """Return the suppressions of elements, by what they cover."""
    found: dict[Span, Suppression] = {}
    for each in _read(document):
        if isinstance(each, Suppression) and each.verb == "ignore":
            found.setdefault(each.covers, each)
    return found


def _suppressing(node: Node, names: Iterable[str], reason: str, ignoring: Mapping[Span, Suppression]) -> Edits:
    if there := ignoring.get(node.span):
        return edit.set_comment(node.document, there.span, _text(there, (*there.names, *names)))
    return edit.insert_comment(node, f" vnetlint: ignore[{', '.join(dict.fromkeys(names))}] {reason}")


def _holds(span: Span, finding: Finding) -> bool:
    return span.start <= finding.span.start < span.end


class _Covering:
    """The suppressions of one rule. What they cover is nested or apart; of those that cover the same, the first."""

    def __init__(self) -> None:
        self._by_span: dict[Span, Suppression] = {}

    def add(self, suppression: Suppression) -> None:
        """Add the next suppression of the file."""
        self._by_span.setdefault(suppression.covers, suppression)

    @cached_property
    def _spans(self) -> list[Span]:
        return sorted(self._by_span, key=lambda each: (each.start, -each.end))

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start for each in self._spans]

    @cached_property
    def _around(self) -> list[int]:
        """The number of the next span around each one, or -1."""
        around: list[int] = []
        open_: list[int] = []
        for number, span in enumerate(self._spans):
            while open_ and self._spans[open_[-1]].end <= span.start:
                open_.pop()
            around.append(open_[-1] if open_ else -1)
            open_.append(number)
        return around

    def of(self, finding: Finding) -> list[Suppression]:
        """Return the suppressions that cover a finding."""
        found = []
        number = bisect_right(self._starts, finding.span.start) - 1
        while number >= 0:
            span = self._spans[number]
            if _holds(span, finding):
                found.append(self._by_span[span])
            number = self._around[number]
        return found


def _by_rule(suppressions: Iterable[Suppression]) -> dict[str, _Covering]:
    found: dict[str, _Covering] = {}
    for each in suppressions:
        for name in dict.fromkeys(each.names):
            found.setdefault(name, _Covering()).add(each)
    return found


def _read(document: Document) -> Iterator[Suppression | Problem]:
    """Return the suppressions of a document. A comment that is not a valid one is a problem."""
    source = document.source
    for comment in document.comments:
        mark = _MARK.fullmatch(source.excerpt(comment.span))
        if mark is None:
            continue
        form = _FORM.fullmatch(mark["rest"])
        if form is None:
            yield _problem(document, comment.span, f"invalid suppression: expected '{FORM}'")
            continue
        names = tuple(name.strip() for name in form["names"].split(",") if name.strip())
        if not names:
            message = f"missing rule names in a suppression: expected '{FORM}'"
            yield _problem(document, comment.span, message, _removal(document, comment.span, "choice"))
            continue
        covers = Span(0, len(source.text)) if form["verb"] == "ignore-file" else _covered(document, comment)
        yield Suppression(document, comment.span, names, form["reason"].strip(), covers, form["verb"])


def _covered(document: Document, comment: Comment) -> Span:
    """Return what a comment covers: the element that ends on its line, else the next one, else the one around it."""
    siblings = comment.parent.children if comment.parent is not None else [document.root]
    at = bisect_left(siblings, comment.span.start, key=lambda each: each.start)
    if at and _on_one_line(siblings[at - 1], comment):
        return siblings[at - 1].span
    if at < len(siblings):
        return siblings[at].span
    return (comment.parent or document.root).span


def _on_one_line(node: Node, comment: Comment) -> bool:
    between = node.document.source.text[node.end : comment.span.start]
    return not between.strip(" \t")


FEW = 10
"""How many unknown names of one suppression have a fix each. More are fixed together."""


def _unknown(suppression: Suppression, catalogue: Catalogue) -> Iterator[tuple[str, Problem]]:
    # Only names are valid in a suppression, so a code is unknown too.
    unknown = dict.fromkeys(name for name in suppression.names if name not in catalogue)
    meant = {name: catalogue.find(near).name for name in unknown if (near := catalogue.nearest_name(name))}
    together = _correcting(suppression, meant, list(unknown)) if len(unknown) > FEW else None
    for name in unknown:
        near = meant.get(name)
        hint = f"; did you mean '{near}'?" if near else ""
        fixes = _correcting(suppression, {name: near} if near else {}, [name]) if together is None else together
        yield (
            "unknown-suppression",
            _problem(suppression.document, suppression.span, f"unknown rule '{name}' in a suppression{hint}", fixes),
        )


def _correcting(suppression: Suppression, meant: Mapping[str, str], unknown: Sequence[str]) -> tuple[Fix, ...]:
    """Return the fixes that give names their right spelling, and that remove them."""
    fixes: tuple[Fix, ...] = ()
    if meant:
        title = f"Rename it to '{next(iter(meant.values()))}'" if len(unknown) == 1 else f"Rename {len(meant)} names"
        fixes = _rewritten(suppression, [meant.get(each, each) for each in suppression.names], title, "safe")
    return fixes + _without(suppression, unknown, "choice")


def _unused(suppression: Suppression, names: list[str]) -> Iterator[tuple[str, Problem]]:
    if names:
        fixes = _without(suppression, names, "safe")
        yield (
            "unused-suppression",
            _problem(suppression.document, suppression.span, f"unused suppression of {_listed(names)}", fixes),
        )


def _without_reason(suppression: Suppression) -> Problem:
    names = _listed(suppression.names)
    snippet = f"<!-- vnetlint: {suppression.verb}[{', '.join(suppression.names)}] … -->"
    fixes = (Fix("Add the reason", (), "display", snippet),)
    return _problem(suppression.document, suppression.span, f"missing reason for the suppression of {names}", fixes)


def _without(suppression: Suppression, names: Sequence[str], safety: Safety) -> tuple[Fix, ...]:
    """Return a fix that removes names from a suppression, or the whole comment if no name is left."""
    gone = frozenset(names)
    left = [each for each in suppression.names if each not in gone]
    if left:
        what = _listed(names) if len(names) <= FEW else f"{len(names)} names"
        return _rewritten(suppression, left, f"Remove {what} from the suppression", safety)
    return _removal(suppression.document, suppression.span, safety)


def _removal(document: Document, span: Span, safety: Safety) -> tuple[Fix, ...]:
    edits = edit.remove_comment(document, span)
    at = bisect_left(document.comments, span, key=lambda each: each.span)
    holder = document.comments[at].parent
    if edits and holder is not None and not holder.children and holder.text.strip():
        edits = (replace(edits[0], span=_in_value(holder, span)),)
    return _fix("Remove the suppression", edits, safety)


def _in_value(holder: Node, span: Span) -> Span:
    """Return the span of a comment with the line breaks beside it, which libvirt would read as part of the value."""
    text = holder.document.source.text
    before, after = text[holder.open_end : span.start], text[span.end : holder.close_start]
    start, end = span.start - _trailing(before), span.end + _trailing(after[::-1])
    return Span(start, end) if not before.strip() or not after.strip() else span


def _trailing(text: str) -> int:
    """Return the length of the white space at the end of a text, or 0 if it has no line break."""
    space = text[len(text.rstrip()) :]
    return len(space) if "\n" in space or "\r" in space else 0


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _rewritten(suppression: Suppression, names: list[str], title: str, safety: Safety) -> tuple[Fix, ...]:
    return _fix(title, edit.set_comment(suppression.document, suppression.span, _text(suppression, names)), safety)


def _text(suppression: Suppression, names: Iterable[str]) -> str:
    """Return the text of a suppression with other names and the same reason."""
    reason = f" {suppression.reason}" if suppression.reason else ""
    return f" vnetlint: {suppression.verb}[{', '.join(dict.fromkeys(names))}]{reason} "


def _fix(title: str, edits: Edits, safety: Safety) -> tuple[Fix, ...]:
    return (Fix(title, edits, safety),) if edits else ()


def _problem(document: Document, span: Span, message: str, fixes: tuple[Fix, ...] = ()) -> Problem:
    return Problem(document.source.path, span, document.root.path, message, fixes)
