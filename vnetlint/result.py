"""What a run answers: findings with the texts that they are about, and what fixing changed. Plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from vnetlint.finding import Edit, Finding, Fix, Span
from vnetlint.xml.source import Source

LESS_VALID = "it would leave more that the schema rejects"
"""Why a fix is not made in a file that is invalid anyway. It may only show what another fault has hidden."""


NEEDS_NEWER = "it would need a newer libvirt than the files are for"
"""Why a fix is not made although it is a good one elsewhere."""


HARMLESS = (LESS_VALID, NEEDS_NEWER)
"""The reasons for which a fix is not made that are not a bug in its rule."""


@dataclass(frozen=True)
class Unreadable:
    """A file whose text could not be had. `shown` is what can be shown of it, `offset` the place there."""

    path: str
    message: str
    shown: Source
    offset: int = 0


Input = Source | Unreadable

_FAILURES = ("unreadable-file", "internal-error")
"""The rules whose findings say that a file was not checked, or not as a whole."""


@dataclass(frozen=True)
class Result:
    """What linting found, ordered by path, position and rule."""

    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    unreadable: tuple[Unreadable, ...]
    foreign: Mapping[str, str]
    """Files that hold nothing of ours, with the name of their first root element."""
    suppressed: tuple[tuple[Finding, str], ...] = ()
    """What comments in the files suppress, with the reasons that they give; ordered as the findings are."""
    context: Mapping[str, Source] = field(default_factory=dict)
    """Files that were only seen by rules across files: a finding may point there."""

    def source(self, path: str) -> Source:
        """Give the text that a finding's spans count in; of a file that this run did not open, an empty one."""
        return self.opened(path) or Source(path, "")

    def opened(self, path: str) -> Source | None:
        """Give the text of a file, or what can be shown of it; None is a file that this run did not open."""
        shown = (each.shown for each in self.unreadable if each.path == path)
        return self.sources.get(path) or self.context.get(path) or next(shown, None)

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return len(self.sources) + len(self.unreadable)

    @property
    def linted(self) -> int:
        """How many files were judged."""
        return len(self.sources) - len(self.foreign)

    @property
    def failed(self) -> bool:
        """Whether part of the job could not be done."""
        return bool(self.unreadable) or any(finding.rule in _FAILURES for finding in self.findings)


class Change(NamedTuple):
    """A file that fixing changed, with the edits of each round; those of a round count in the text before it."""

    before: Source
    after: Source
    rounds: tuple[tuple[Edit, ...], ...]


class EditedLine(NamedTuple):
    """Where a fix edits a file: a line of the text before any fixing."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Made:
    """A fix that was made, with the first line that it edits in each of its files."""

    rule: str
    title: str
    places: tuple[EditedLine, ...]


@dataclass(frozen=True)
class Dropped:
    """A fix that was not made because it would have left its file worse: a bug in its rule unless it is harmless."""

    rule: str
    path: str
    title: str
    """Empty where none of the rule's fixes was made in the file."""
    reason: str

    @property
    def is_bug(self) -> bool:
        """Whether the rule is to blame."""
        return self.reason not in HARMLESS

    def bans(self, rule: str, fix: Fix) -> bool:
        """Whether it keeps a fix from being made."""
        return rule == self.rule and self.title in ("", fix.title) and any(each.path == self.path for each in fix.edits)


@dataclass(frozen=True)
class FixResult:
    """What is left to say after fixing, the files that changed, and the fixes that changed them."""

    result: Result
    changed: tuple[Change, ...]
    made: tuple[Made, ...]
    """The fixes in the changed files, ordered by place."""
    rounds: int
    dropped: tuple[Dropped, ...] = ()

    @property
    def fixed(self) -> int:
        """How many fixes are in the changed files."""
        return len(self.made)


def merged(results: Iterable[Result]) -> Result:
    """Put the results of several runs, each of other files, together."""
    every = tuple(results)
    sources = {path: source for result in every for path, source in result.sources.items()}
    foreign = {path: root for result in every for path, root in result.foreign.items()}
    unreadable = tuple(each for result in every for each in result.unreadable)
    suppressed = sorted((each for result in every for each in result.suppressed), key=lambda each: order(each[0]))
    context = {path: source for result in every for path, source in result.context.items()}
    whole = Result((), sources, unreadable, foreign, tuple(suppressed), context)
    return with_findings(whole, (each for result in every for each in result.findings))


def merged_fixes(results: Iterable[FixResult]) -> FixResult:
    """Put what several runs of `fix`, each of other files, did together."""
    every = tuple(results)
    changed = tuple(change for each in every for change in each.changed)
    made = sorted((each for one in every for each in one.made), key=lambda each: each.places)
    rounds = max((each.rounds for each in every), default=0)
    dropped = tuple(one for each in every for one in each.dropped)
    return FixResult(merged(each.result for each in every), changed, tuple(made), rounds, dropped)


def with_findings(result: Result, findings: Iterable[Finding]) -> Result:
    """Return a result with more findings, in order."""
    return replace(result, findings=tuple(sorted((*result.findings, *findings), key=order)))


def order(finding: Finding) -> tuple[str, Span, str, str]:
    """Return what findings are ordered by."""
    return finding.path, finding.span, finding.rule, finding.message
