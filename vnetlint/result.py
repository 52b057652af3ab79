"""The results of a run: findings with the texts that they refer to, and what fixing changed. Plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.finding import Edit, Finding, Fix, Span
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.info import RuleInfo
from vnetlint.xml.source import Source, Unreadable

LESS_VALID = "it would leave more schema faults"
"""Why a fix is dropped in a file that is already invalid. It may only reveal what another fault has hidden."""


NEEDS_NEWER = "it would need a newer libvirt than the files are for"
"""Why a fix is dropped that is right for a newer libvirt."""


HARMLESS = (LESS_VALID, NEEDS_NEWER)
"""The reasons to drop a fix that do not mean a bug in its rule."""


@dataclass(frozen=True)
class Result:
    """What linting found, ordered by path, position and rule."""

    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    unreadable: tuple[Unreadable, ...]
    foreign: Mapping[str, str]
    """Files without a libvirt network, domain or filter: the name of the first root element, by path."""
    suppressed: tuple[tuple[Finding, str], ...] = ()
    """The findings that comments in the files suppress, each with the comment's reason, in the order of findings."""
    baselined: tuple[Finding, ...] = ()
    """The findings that the site's baseline holds, in the order of findings."""
    unchanged: tuple[Finding, ...] = ()
    """The findings that a change is not to blame for, if only those of a change are asked for."""
    context: Mapping[str, Source] = field(default_factory=dict)
    """Files that only rules across files saw, by path. A finding may refer to them."""
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    """The rules of all findings, suppressed ones too, by name."""
    roots: frozenset[str] = frozenset()
    """The names of the root elements that were checked, such as `network`."""

    def source(self, path: str) -> Source:
        """Return the text that spans of a file refer to, or an empty one if this run did not open the file."""
        return self.opened(path) or Source(FileKey(path), "")

    def opened(self, path: str) -> Source | None:
        """Return the text of a file, or what can be shown of it, or None if this run did not open it."""
        shown = (each.shown for each in self.unreadable if each.path == path)
        return self.sources.get(path) or self.context.get(path) or next(shown, None)

    @property
    def files(self) -> int:
        """The number of files, readable or not."""
        return len(self.sources) + len(self.unreadable)

    @property
    def linted(self) -> int:
        """The number of files with libvirt XML that were checked."""
        return len(self.sources) - len(self.foreign)

    @property
    def failed(self) -> bool:
        """Whether part of the job could not be done."""
        return bool(self.unreadable or self.failures)

    @property
    def failures(self) -> tuple[Finding, ...]:
        """The findings about parts of the job that could not be done."""
        return tuple(each for each in self.findings if self.rules[each.rule].fails)


class ChangedFile(NamedTuple):
    """A file that fixing changed, with the edits of each round. Their spans refer to the text before the round."""

    before: Source
    after: Source
    rounds: tuple[tuple[Edit, ...], ...]


class EditedLine(NamedTuple):
    """A line that a fix edits, counted from 1 in the text before any fixing."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class MadeFix:
    """A fix that was made, with the first line that it edits in each of its files."""

    rule: str
    title: str
    places: tuple[EditedLine, ...]


@dataclass(frozen=True)
class DroppedFix:
    """A fix that was dropped because it would have made its file worse: a bug in its rule, unless it is HARMLESS."""

    rule: str
    path: str
    title: str
    """Empty if all fixes of the rule in the file were dropped."""
    reason: str

    @property
    def is_bug(self) -> bool:
        """Whether it is a bug in the rule."""
        return self.reason not in HARMLESS


class Banned:
    """The fixes that must not be made because such fixes were dropped."""

    def __init__(self, dropped: Iterable[DroppedFix]) -> None:
        self._dropped = {(each.rule, each.path, each.title) for each in dropped}

    def has(self, rule: str, fix: Fix) -> bool:
        """Whether a fix of a rule must not be made."""
        paths = {each.path for each in fix.edits} if self._dropped else ()
        return any((rule, path, title) in self._dropped for path in paths for title in ("", fix.title))


@dataclass(frozen=True)
class FixResult:
    """The findings that are left after fixing, the files that changed, and the fixes that were made."""

    result: Result
    changed: tuple[ChangedFile, ...]
    made: tuple[MadeFix, ...]
    """The fixes in the changed files, ordered by place."""
    rounds: int
    """How many times fixes were made and the files linted again."""
    dropped: tuple[DroppedFix, ...] = ()

    @property
    def fixed(self) -> int:
        """The number of fixes in the changed files."""
        return len(self.made)


def merged(results: Iterable[Result]) -> Result:
    """Return the results of several runs, which have no file in common, as one."""
    every = tuple(results)
    sources = {path: source for result in every for path, source in result.sources.items()}
    foreign = {path: root for result in every for path, root in result.foreign.items()}
    unreadable = tuple(each for result in every for each in result.unreadable)
    suppressed = sorted((each for result in every for each in result.suppressed), key=lambda each: order(each[0]))
    baselined = sorted((each for result in every for each in result.baselined), key=order)
    unchanged = sorted((each for result in every for each in result.unchanged), key=order)
    context = {path: source for result in every for path, source in result.context.items()}
    rules = {name: rule for result in every for name, rule in result.rules.items()}
    roots = frozenset(root for result in every for root in result.roots)
    apart = tuple(suppressed), tuple(baselined), tuple(unchanged)
    whole = Result((), sources, unreadable, foreign, *apart, context, rules, roots)
    return with_findings(whole, (each for result in every for each in result.findings))


def merged_fixes(results: Iterable[FixResult]) -> FixResult:
    """Return the results of several runs of `fix`, which have no file in common, as one."""
    every = tuple(results)
    changed = tuple(change for each in every for change in each.changed)
    made = sorted((each for one in every for each in one.made), key=lambda each: each.places)
    rounds = max((each.rounds for each in every), default=0)
    dropped = tuple(one for each in every for one in each.dropped)
    return FixResult(merged(each.result for each in every), changed, tuple(made), rounds, dropped)


def with_findings(result: Result, findings: Iterable[Finding]) -> Result:
    """Return a result with more findings, all of them ordered."""
    return replace(result, findings=tuple(sorted((*result.findings, *findings), key=order)))


def order(finding: Finding) -> tuple[str, Span, str, str]:
    """Return the key by which findings are sorted."""
    return finding.path, finding.span, finding.rule, finding.message
