"""The function `fix`: lint, choose fixes that do not touch each other, make them, and repeat until nothing changes.

All files are fixed together. A round chooses fixes that do not conflict in any file, makes them and lints again, so a
fix of two files is made whole or not at all. Fixes conflict if their edits touch, or if both change attributes of one
element: two rules may give it the same attribute. What depends on one file alone is not computed again while its text
is the same.

A bad fix costs only itself. After each round, every changed file must be well formed and no less valid than before;
with `--target-libvirt` it must need no newer libvirt. If it is not, bisection finds the fixes to blame; they are
dropped and the others are made. If a file gets a text that it had before, or fixing does not end, everything is done
again without the rules involved. `FixResult.dropped` lists each dropped fix with its reason. Users see no error,
because nothing went wrong for them; the fuzzer and the tests fail on each, because it is a bug in its rule. A
malformed file is fixed, one kind of fault after the other, before anything is linted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache, partial
from typing import NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.engine.fixes import choose, edits_by_path, is_consistent
from vnetlint.engine.lint import lint_files, with_honest_fixes
from vnetlint.engine.memory import Memory
from vnetlint.engine.misspelt import UNKNOWN_NAMES
from vnetlint.engine.reading import File
from vnetlint.engine.tool import syntax_problem
from vnetlint.finding import Edit, Finding, Fix
from vnetlint.result import (
    LESS_VALID,
    NEEDS_NEWER,
    Banned,
    ChangedFile,
    DroppedFix,
    EditedLine,
    FixResult,
    MadeFix,
    Result,
)
from vnetlint.settings import FixPolicy, Settings
from vnetlint.version import Version
from vnetlint.xml.source import Input, Source
from vnetlint.xml.splice import OffsetsBefore, apply, with_leftovers

MIN_ROUNDS = 10
"""Rounds after which fixing gives up. Four more are allowed for each fixable finding."""


ROOM = 64 * 1024
"""Characters that fixing may add to a file, besides three times the file's length."""


MAX_JUDGED = 200
"""Texts to try in one round to find bad fixes. After that, a group of fixes with a bad one is dropped as a whole."""


SYNTAX_BUDGET = 20_000_000
"""Characters to read again while the faults of a malformed file are fixed. Each reading counts as 2,000 more."""


class _RuleFix(NamedTuple):
    """A fix with the name of its rule."""

    rule: str
    fix: Fix


@dataclass(frozen=True, eq=False)
class _Applied:
    """A fix that a round made. `depth` is the number of earlier rounds that edited each file, by path."""

    rule: str
    fix: Fix
    depth: Mapping[str, int]


@dataclass(eq=False)
class _FixedFile:
    """A file that is being fixed: its original, its present state, and the rounds between."""

    original: Source
    file: File
    rounds: list[tuple[Edit, ...]] = field(default_factory=list)
    """The edits of each round. Their spans refer to the text before the round."""
    made: list[_Applied] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    """Each text that it had, with the number of rounds before it."""
    _offsets: list[OffsetsBefore] = field(default_factory=list)
    _rules: list[set[str]] = field(default_factory=list)
    """The rules that changed it in each round."""

    def __post_init__(self) -> None:
        self._seen[self.file.source.text] = 0

    @property
    def path(self) -> str:
        """The path that edits refer to."""
        return self.original.path

    def take(self, after: File, edits: tuple[Edit, ...], applied: Sequence[_Applied]) -> set[str]:
        """Take over the file after a round. If it had this text before, return the rules that changed it in between."""
        self.file, text = after, after.source.text
        self.rounds.append(edits)
        self._offsets.append(OffsetsBefore(edits))
        self.made += applied
        self._rules.append({each.rule for each in applied})
        if text in self._seen:
            return set().union(*self._rules[self._seen[text] :])
        self._seen[text] = len(self._rules)
        return set()

    @property
    def has_grown(self) -> bool:
        """Whether it has become so long that fixing probably never ends."""
        return len(self.file.source.text) > 4 * len(self.original.text) + ROOM

    @property
    def change(self) -> ChangedFile | None:
        """The original and the present file; None if they are the same."""
        return (
            ChangedFile(self.original, self.file.asked, tuple(self.rounds))
            if self.file.asked != self.original
            else None
        )

    def line_before(self, offset: int, depth: int) -> EditedLine:
        """Return the original line of an offset (in code points) of the text after `depth` rounds."""
        for earlier in reversed(self._offsets[:depth]):
            offset = earlier.of(offset)
        return EditedLine(self.path, self.original.lines.position(offset).line)


Scope = Callable[[Result], Result]
"""Returns a result with only those findings that may be fixed."""


def fix(
    inputs: Iterable[Input],
    settings: Settings,
    context: Iterable[Source] = (),
    memory: Memory | None = None,
    scope: Scope = lambda result: result,
) -> FixResult:
    """Make the fix of each finding that the policy in the settings picks, and repeat until nothing changes.

    Findings that `scope` leaves out are reported and not fixed. No file is written. Raises UserError if the settings
    cannot be used, such as UnknownRuleError for a rule.
    """
    inputs, memory = tuple(inputs), memory or Memory()
    others = [memory.read(source, settings) for source in context]
    dropped: list[DroppedFix] = []
    while isinstance(outcome := _fix(inputs, settings, others, memory, dropped, scope), list):
        # Each attempt leaves out more rules than the one before.
        dropped += outcome
    return outcome


def _fix(
    inputs: Sequence[Input],
    settings: Settings,
    others: Sequence[File],
    memory: Memory,
    banned: Sequence[DroppedFix],
    scope: Scope,
) -> FixResult | list[DroppedFix]:
    """Fix until nothing changes. If that never happens, return the rules whose fixes must be left out."""
    sources = [each for each in inputs if isinstance(each, Source)]
    files = {source.path: _FixedFile(source, memory.read(source, settings)) for source in sources}
    for each in files.values():
        _fix_syntax(each, settings, memory, scope)
    dropped = list(banned)
    rounds = max((len(each.rounds) for each in files.values()), default=0)
    most, limit = 0, MIN_ROUNDS
    while True:
        result = lint_files(inputs, {path: each.file for path, each in files.items()}, others, settings, memory)
        fixable = sum(bool(finding.fixes) for finding in result.findings)
        if fixable > most:
            # A fix may reveal what another fault has hidden, or move an element to a place where there is one already.
            most, limit = fixable, max(limit, rounds + MIN_ROUNDS + 4 * fixable)
        kept, after = _choose(scope(result), files, settings, memory, dropped)
        if not kept:
            return _result(result, files, rounds, dropped)
        rounds += 1
        if guilty := _take(kept, after, files, is_last=rounds >= limit):
            return guilty


def _choose(
    result: Result, files: Mapping[str, _FixedFile], settings: Settings, memory: Memory, dropped: list[DroppedFix]
) -> tuple[list[_RuleFix], dict[str, File]]:
    """Return the fixes of a round and the files after them; bad fixes are added to `dropped`."""
    open_files = {path: each.file for path, each in files.items() if each.file.fault is None}
    places = {path: file.places for path, file in open_files.items()}
    offers = partial(_is_offered, files=open_files, policy=settings.fixing)
    while chosen := choose(
        result.findings, settings.fixing, places, partial(offers, banned=Banned(dropped)), UNKNOWN_NAMES
    ):
        fixes = [_RuleFix(*each) for each in chosen]
        kept, after, bad = _without_bad(fixes, open_files, settings, memory)
        dropped += bad
        if kept:
            return kept, after
    return [], {}


def _take(
    kept: Sequence[_RuleFix], after: Mapping[str, File], files: Mapping[str, _FixedFile], *, is_last: bool
) -> list[DroppedFix]:
    """Make the fixes of a round. If they undo each other or never end, return what must be left out."""
    depth = {path: len(each.rounds) for path, each in files.items()}
    applied: dict[str, list[_Applied]] = {}
    for each in (_Applied(*one, depth) for one in kept):
        for path in {edit.path for edit in each.fix.edits}:
            applied.setdefault(path, []).append(each)
    for path, edits in edits_by_path(each.fix for each in kept).items():
        file = files[path]
        mine = applied[path]
        guilty = file.take(after[path], with_leftovers(file.file.source.text, edits), mine)
        if guilty:
            return [DroppedFix(rule, path, "", "the fixes undo each other") for rule in sorted(guilty)]
        if is_last or file.has_grown:
            return [DroppedFix(rule, path, "", "fixing would not end") for rule in sorted({each.rule for each in mine})]
    return []


def _result(result: Result, files: Mapping[str, _FixedFile], rounds: int, dropped: Sequence[DroppedFix]) -> FixResult:
    """Return the result of fixing."""
    changed = tuple(change for each in files.values() if (change := each.change))
    # A fix of two files is in both lists. Equal fixes of different rounds are not the same, so identity counts.
    unique = {id(applied): applied for each in files.values() for applied in each.made}.values()
    made = sorted((_made(each, files) for each in unique), key=lambda each: each.places)
    return FixResult(_without_dropped(result, dropped), changed, tuple(made), rounds, tuple(dropped))


def _made(applied: _Applied, files: Mapping[str, _FixedFile]) -> MadeFix:
    """Return a fix with the lines of the original texts that it edits."""
    by_path = sorted(edits_by_path([applied.fix]).items())
    first = ((path, min(edit.span for edit in edits).start) for path, edits in by_path)
    places = tuple(files[path].line_before(offset, applied.depth[path]) for path, offset in first)
    return MadeFix(applied.rule, applied.fix.title, places)


def _fix_syntax(each: _FixedFile, settings: Settings, memory: Memory, scope: Scope) -> None:
    """Fix the syntax of a malformed file, fault by fault."""
    selection, rule = memory.selection(settings), memory.catalogue["xml-syntax"]
    seen, budget = {each.file.source.text}, SYNTAX_BUDGET
    while (file := each.file).fault is not None and file.is_ours and budget > 0:
        memory.pause()
        finding = selection.configured(rule.finding(syntax_problem(file, file.fault)))
        finding = with_honest_fixes(finding, {each.path: file.source})
        found = Result((finding,), {each.path: file.asked}, (), {}, rules={rule.name: rule.info})
        is_kept = selection.keeps(finding) and bool(scope(found).findings)
        fix, text = settings.fixing.pick(finding) if is_kept else None, file.source.text
        if fix is None or (text := apply(text, fix.edits)) in seen:
            return
        budget -= len(text) + SYNTAX_BUDGET // 10_000
        seen.add(text)
        each.take(file.with_text(text), fix.edits, [_Applied(rule.name, fix, {each.path: len(each.rounds)})])


def _is_offered(finding: Finding, fix: Fix, files: Mapping[str, File], policy: FixPolicy, banned: Banned) -> bool:
    """Whether a fix may be made in this round."""
    if banned.has(finding.rule, fix):
        return False
    if finding.rule in UNKNOWN_NAMES or finding.rule in policy.choices:
        return True
    return not any(files[path].misspelt.may_be(edits) for path, edits in edits_by_path([fix]).items() if path in files)


def _without_bad(
    chosen: Sequence[_RuleFix], files: Mapping[str, File], settings: Settings, memory: Memory
) -> tuple[list[_RuleFix], dict[str, File], list[DroppedFix]]:
    """Return the fixes to make, the files after them, and the fixes that would make a file worse."""
    texts = {path: file.source.text for path, file in files.items()}
    judged: dict[tuple[str, frozenset[Edit]], tuple[str, File]] = {}

    def judge(fixes: Sequence[_RuleFix]) -> tuple[str, dict[str, File]]:
        after: dict[str, File] = {}
        for path, edits in edits_by_path(fix for _, fix in fixes).items():
            key = path, frozenset(edits)
            if key not in judged:
                memory.pause()
                file = files[path].with_text(apply(texts[path], with_leftovers(texts[path], edits)))
                judged[key] = _worse(files[path], file) or _newer(files[path], file, settings.target), file
            reason, after[path] = judged[key]
            if reason:
                return reason, after
        return "", after

    kept: list[_RuleFix] = []
    dropped: list[DroppedFix] = []
    parts = [list(chosen)]
    while parts:
        part = parts.pop()
        bad = [each for each in part if not is_consistent(each.fix, texts)]
        dropped += [DroppedFix(rule, fix.edits[0].path, fix.title, "its edits cannot be made") for rule, fix in bad]
        part = [each for each in part if is_consistent(each.fix, texts)] if bad else part
        reason, _ = judge([*kept, *part])
        if not reason:
            kept += part
        elif len(part) == 1 or len(judged) > MAX_JUDGED:
            dropped += [DroppedFix(rule, fix.edits[0].path, fix.title, reason) for rule, fix in part]
        else:
            parts += [part[len(part) // 2 :], part[: len(part) // 2]]
    return kept, judge(kept)[1], dropped


def _without_dropped(result: Result, dropped: Sequence[DroppedFix]) -> Result:
    """Return a result without the fixes that were dropped, because reports must not offer them."""
    if not dropped:
        return result
    banned = Banned(dropped)
    return replace(
        result,
        findings=tuple(
            replace(each, fixes=tuple(fix for fix in each.fixes if not banned.has(each.rule, fix)))
            for each in result.findings
        ),
    )


def _worse(before: File, after: File) -> str:
    """Return why fixes make a file worse, or an empty string if they do not."""
    if before.fault is not None:
        return ""
    if after.fault is not None:
        return "it would leave malformed XML"
    if len(after.first.documents) != len(before.first.documents):
        return "it would change the number of documents"
    was, rejected = before.rejected, after.rejected
    if was is None:
        return ""
    if rejected is None:
        return "it would leave a file that cannot be validated"
    if len(rejected) > len(was):
        return LESS_VALID if was else "it would make a valid file invalid"
    return ""


def _newer(before: File, after: File, target: Version | None) -> str:
    # In an invalid file, what is newer takes long to find and is uncertain.
    if target is None or before.fault is not None or after.fault is not None or after.rejected:
        return ""
    return NEEDS_NEWER if _count_newer(after, target) > _count_newer(before, target) else ""


@lru_cache(maxsize=8)
def _count_newer(file: File, target: Version) -> int:
    from vnetlint.schema import judge

    documents = (model.node.document for model in file.models)
    return sum(len(judge.newer(document, target, judge.faults(document))) for document in documents)
