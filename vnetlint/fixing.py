"""Fixing: lint, choose fixes that do not touch each other, make them, and lint again until nothing changes.

A fix that would leave a file malformed or less valid than it was is not made. Where rules undo each other or never end,
none of their fixes is made in that file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple

from vnetlint.engine import Memory, configured, lint_files, syntax_problem, with_honest_fixes
from vnetlint.finding import Edit, Finding, Fix
from vnetlint.fixes import FixPolicy, apply, choose, edits_by_path, is_consistent, offset_before, with_leftovers
from vnetlint.misspelt import UNKNOWN_NAMES
from vnetlint.reading import File
from vnetlint.registry import rules_by_name
from vnetlint.result import LESS_VALID, NEEDS_NEWER, Change, Dropped, EditedLine, FixResult, Input, Made, Result
from vnetlint.settings import Settings
from vnetlint.version import Version
from vnetlint.xml.source import Source

MIN_ROUNDS = 10
"""Rounds of fixing before giving up, where there are never more fixable findings than that."""


ROOM = 64 * 1024
"""Characters that fixing may add to a file that is a quarter as long or less."""


MAX_JUDGED = 200
"""Texts to try in one round while looking for bad fixes; of a group that is still bad then, none is made."""


SYNTAX_BUDGET = 20_000_000
"""Characters to read again while fixing a malformed file, fault by fault; each reading counts as 2,000 more."""


class _Applied(NamedTuple):
    """A fix that a round made; `depth` is how often each of its files had been edited before."""

    rule: str
    fix: Fix
    depth: Mapping[str, int]


def fix(
    inputs: Iterable[Input], settings: Settings, context: Iterable[Source] = (), memory: Memory | None = None
) -> FixResult:
    """Fix files by the fix of each finding that the policy picks, until nothing changes."""
    inputs, memory = tuple(inputs), memory or Memory()
    others = [memory.read(source, settings) for source in context]
    dropped: list[Dropped] = []
    while isinstance(outcome := _fix(inputs, settings, others, memory, dropped), list):
        # Each attempt leaves out more rules than the one before.
        dropped += outcome
    return outcome


def _fix(
    inputs: Sequence[Input], settings: Settings, others: Sequence[File], memory: Memory, banned: Sequence[Dropped]
) -> FixResult | list[Dropped]:
    """Fix until nothing changes, or return which rules must be left out for that to happen."""
    originals = {source.path: source for source in inputs if isinstance(source, Source)}
    files = {path: memory.read(source, settings) for path, source in originals.items()}
    made: dict[str, list[_Applied]] = {path: [] for path in originals}
    edited: dict[str, list[tuple[Edit, ...]]] = {path: [] for path in originals}
    history = {path: _History(source.text) for path, source in originals.items()}
    dropped = list(banned)
    malformed = set()
    for path in files:
        malformed |= {path} if _fix_syntax(path, files, made, edited, settings, memory) else set()
    rounds = max((len(each) for each in edited.values()), default=0)
    result = lint_files(inputs, files, others, settings, memory)
    most, limit = 0, MIN_ROUNDS
    while True:
        fixable = sum(bool(finding.fixes) for finding in result.findings)
        if fixable > most:
            # A fix may show what another fault has hidden, or move an element to where it is one too many.
            most, limit = fixable, max(limit, rounds + MIN_ROUNDS + 4 * fixable)
        open_files = {path: file for path, file in files.items() if path not in malformed}
        chosen = choose(
            result.findings,
            settings.fixing,
            {path: file.places for path, file in open_files.items()},
            partial(_is_offered, files=open_files, policy=settings.fixing, dropped=dropped),
            UNKNOWN_NAMES,
        )
        if not chosen:
            break
        kept, after, refused = _without_bad(chosen, files, settings, memory)
        dropped += refused
        if not kept:
            continue
        rounds += 1
        depth = {path: len(each) for path, each in edited.items()}
        applied = [_Applied(rule, fix, depth) for rule, fix in kept]
        for path, edits in edits_by_path(fix for _, fix in kept).items():
            mine = [each for each in applied if any(edit.path == path for edit in each.fix.edits)]
            made[path] += mine
            edited[path].append(with_leftovers(files[path].source.text, edits))
            files[path] = after[path]
            text = after[path].source.text
            guilty = history[path].repeated(text, {each.rule for each in mine})
            if guilty:
                return [Dropped(rule, path, "", "the fixes undo each other") for rule in sorted(guilty)]
            if rounds >= limit or len(text) > 4 * len(originals[path].text) + ROOM:
                return [
                    Dropped(rule, path, "", "fixing would not end") for rule in sorted({each.rule for each in mine})
                ]
        result = lint_files(inputs, files, others, settings, memory)
    changed = tuple(
        Change(original, files[path].asked, tuple(edited[path]))
        for path, original in originals.items()
        if files[path].asked != original
    )
    # Fixes of different rounds may be equal, for each counts in its own text; one of two files is in both lists.
    unique = {id(each): each for path in originals for each in made[path]}.values()
    fixes = sorted((_made(each, originals, edited) for each in unique), key=lambda each: each.places)
    return FixResult(_without_dropped(result, dropped), changed, tuple(fixes), rounds, tuple(dropped))


def _made(applied: _Applied, originals: Mapping[str, Source], edited: Mapping[str, list[tuple[Edit, ...]]]) -> Made:
    """Return a fix with the lines of the original texts that it edits."""
    places = []
    for path, edits in sorted(edits_by_path([applied.fix]).items()):
        offset = min(edit.span for edit in edits).start
        for earlier in reversed(edited[path][: applied.depth[path]]):
            offset = offset_before(offset, earlier)
        places.append(EditedLine(path, originals[path].lines.position(offset).line))
    return Made(applied.rule, applied.fix.title, tuple(places))


def _fix_syntax(
    path: str,
    files: dict[str, File],
    made: Mapping[str, list[_Applied]],
    edited: Mapping[str, list[tuple[Edit, ...]]],
    settings: Settings,
    memory: Memory,
) -> bool:
    """Fix what keeps a file from being read, fault by fault; return whether it is still malformed."""
    file = files[path]
    seen = {file.source.text}
    budget = SYNTAX_BUDGET
    while file.fault is not None and file.is_ours and budget > 0:
        memory.pause()
        finding = configured(rules_by_name()["xml-syntax"].finding(syntax_problem(file, file.fault)), settings)
        text = file.source.text
        fix = settings.fixing.pick(with_honest_fixes(finding, {path: file.source})) if settings.keeps(finding) else None
        if fix is None or (text := apply(text, fix.edits)) in seen:
            break
        budget -= len(text) + SYNTAX_BUDGET // 10_000
        seen.add(text)
        file = files[path] = file.with_text(text)
        made[path].append(_Applied("xml-syntax", fix, {path: len(edited[path])}))
        edited[path].append(fix.edits)
    return file.fault is not None


class _History:
    """The texts that a file had, with the rules that changed each."""

    def __init__(self, text: str) -> None:
        self._texts = {text: 0}
        self._rules: list[set[str]] = []

    def repeated(self, text: str, rules: set[str]) -> set[str]:
        """Note a new text. Where it is an old one, return the rules that led away from that and back."""
        self._rules.append(rules)
        if text in self._texts:
            return set().union(*self._rules[self._texts[text] :])
        self._texts[text] = len(self._rules)
        return set()


def _is_offered(
    finding: Finding, fix: Fix, files: Mapping[str, File], policy: FixPolicy, dropped: Sequence[Dropped]
) -> bool:
    """Whether a fix may be made now."""
    if any(each.bans(finding.rule, fix) for each in dropped):
        return False
    if finding.rule in UNKNOWN_NAMES or finding.rule in policy.choices:
        return True
    return not any(files[path].misspelt.may_be(edits) for path, edits in edits_by_path([fix]).items() if path in files)


def _without_bad(
    chosen: Sequence[tuple[str, Fix]], files: Mapping[str, File], settings: Settings, memory: Memory
) -> tuple[list[tuple[str, Fix]], dict[str, File], list[Dropped]]:
    """Return the fixes that can be made together, the files after them, and the fixes that would make a file worse."""
    texts = {path: file.source.text for path, file in files.items()}
    judged: dict[tuple[str, frozenset[Edit]], tuple[str, File]] = {}

    def judge(fixes: Sequence[tuple[str, Fix]]) -> tuple[str, dict[str, File]]:
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

    kept: list[tuple[str, Fix]] = []
    dropped: list[Dropped] = []
    parts = [list(chosen)]
    while parts:
        part = parts.pop()
        bad = [(rule, fix) for rule, fix in part if not is_consistent(fix, texts)]
        dropped += [Dropped(rule, fix.edits[0].path, fix.title, "its edits cannot be made") for rule, fix in bad]
        part = [each for each in part if each not in bad] if bad else part
        reason, _ = judge([*kept, *part])
        if not reason:
            kept += part
        elif len(part) == 1 or len(judged) > MAX_JUDGED:
            dropped += [Dropped(rule, fix.edits[0].path, fix.title, reason) for rule, fix in part]
        else:
            parts += [part[len(part) // 2 :], part[: len(part) // 2]]
    return kept, judge(kept)[1], dropped


def _without_dropped(result: Result, dropped: Sequence[Dropped]) -> Result:
    """Take away the fixes that turned out to be bad: what is offered must be good."""
    if not dropped:
        return result
    return replace(
        result,
        findings=tuple(
            replace(
                each, fixes=tuple(fix for fix in each.fixes if not any(one.bans(each.rule, fix) for one in dropped))
            )
            for each in result.findings
        ),
    )


def _worse(before: File, after: File) -> str:
    """Say why a file must not become what its fixes made of it; nothing where it may."""
    if before.fault is not None:
        return ""
    if after.fault is not None:
        return "it would leave malformed XML"
    if len(after.first.documents) != len(before.first.documents):
        return "it would leave another number of documents"
    was, rejected = before.rejected, after.rejected
    if was is None:
        return ""
    if rejected is None:
        return "it would leave what the schema cannot judge"
    if len(rejected) > len(was):
        return LESS_VALID if was else "it would make a valid file invalid"
    return ""


def _newer(before: File, after: File, target: Version | None) -> str:
    # In an invalid file it takes long to tell what is newer, and little can be told.
    if target is None or before.fault is not None or after.fault is not None or after.rejected:
        return ""
    return NEEDS_NEWER if _count_newer(after, target) > _count_newer(before, target) else ""


@lru_cache(maxsize=8)
def _count_newer(file: File, target: Version) -> int:
    from vnetlint.schema import judge

    documents = (model.node.document for model in file.models)
    return sum(len(judge.newer(document, target, judge.faults(document))) for document in documents)
