"""The two doors: `lint` says what is wrong, `fix` mends what may be mended. Everything else is behind or before them.

Fixing is linting, choosing fixes that do not touch each other, making them, and linting again until nothing changes.
A fix that would leave a file malformed or less valid than it was is not made. Where rules undo each other or never end,
none of their fixes is made in that file.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vnetlint import suppress, utf8
from vnetlint.errors import UserError
from vnetlint.finding import Edit, Finding, Fix, Problem, Related, Severity, Span
from vnetlint.mend import FixPolicy, apply, choose, edits_by_path, honest, is_consistent, is_idle, offset_before
from vnetlint.misspelt import UNKNOWN_NAMES
from vnetlint.model import Model
from vnetlint.model.view import View, has_unknowns
from vnetlint.project import EXTERNAL_NETWORKS, Project, subjects
from vnetlint.reading import File, Reading, common, read
from vnetlint.registry import Check, Rule, rules_by_name, select
from vnetlint.version import Version
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import Document

if TYPE_CHECKING:
    from vnetlint.host import Host

MOST_PROJECTS = 8
"""Ways in which the templates of a project are put together."""

MIN_ROUNDS = 10
"""Rounds of fixing before giving up, where there are never more fixable findings than that."""

ROOM = 64 * 1024
"""Characters that fixing may add to a file that is a quarter as long or less."""

MAX_JUDGED = 200
"""Texts to try in one round while looking for bad fixes; of a group that is still bad then, none is made."""

SYNTAX_BUDGET = 20_000_000
"""Characters to read again while mending a malformed file, fault by fault; each reading counts as 2,000 more."""


LESS_VALID = "it would leave more that the schema rejects"
"""Why a fix is not made in a file that is invalid anyway. It may only show what another fault has hidden."""

NEEDS_NEWER = "it would need a newer libvirt than the files are for"
"""Why a fix is not made although it is a good one elsewhere."""

EXPLAINED = {"filter-rule-two-protocols": "schema-misplaced-element"}
"""Rules that know more of an element than the schema rule, whose finding theirs replaces."""

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


@dataclass(frozen=True, eq=False)
class FileIgnore:
    """Rules that are left out in the files that a test finds."""

    matches: Callable[[str], bool]
    rules: frozenset[Rule]


@dataclass(frozen=True)
class Settings:
    """What a run is asked to do."""

    rules: frozenset[Rule] = field(default_factory=lambda: select(["default"]))
    host: "Host | None" = None
    complete: bool = False
    external: frozenset[str] = EXTERNAL_NETWORKS
    fixing: FixPolicy = FixPolicy()
    """Which fixes `fix` makes."""
    schemas: Path | None = None
    """The folder of the schemas to use; None is the project's own."""
    placeholders: tuple[re.Pattern[str], ...] = ()
    """What stands for a value in a file that a site's own scripts fill in."""
    target: Version | None = None
    """The version of libvirt that the files are for; None is the newest."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Other severities than the rules' own, by rule name."""
    ignores: tuple[FileIgnore, ...] = ()
    """Rules that are left out in some files."""
    metadata: Mapping[str, Path] = field(default_factory=dict)
    """Schemas for what stands in `<metadata>`, by namespace."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Other options than the rules' own, by rule name."""

    @cached_property
    def checks(self) -> Mapping[tuple[type[View], bool], Sequence[tuple[Rule, Check]]]:
        """The rules to run on a kind of view, by whether they need the project, with their options."""
        table: dict[tuple[type[View], bool], list[tuple[Rule, Check]]] = {}
        for rule in self.rules:
            for view in rule.on:
                table.setdefault((view, rule.needs_project), []).append((rule, rule.check_with(self.options)))
        return table

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding is wanted in its file."""
        return not any(
            finding.rule in {rule.name for rule in each.rules} and each.matches(finding.path) for each in self.ignores
        )


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
        return bool(self.unreadable) or any(finding.rule == "internal-error" for finding in self.findings)


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


class _Applied(NamedTuple):
    """A fix that a round made; `depth` is how often each of its files had been edited before."""

    rule: str
    fix: Fix
    depth: Mapping[str, int]


class Memory:
    """What a face that asks again and again keeps from one call to the next: what depends on one file alone.

    It holds the latest text of each file, and what was found in it under the latest settings. `pause` is called between
    rules; what it raises ends the call, and nothing that is kept is wrong thereafter. One call at a time may use it.
    """

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self.pause = pause
        self._files: dict[str, File] = {}
        self._alone: dict[str, tuple[File, Settings, tuple[Finding, ...]]] = {}

    def models(self, source: Source, settings: "Settings | None" = None) -> tuple[Model, ...]:
        """Return the views of a file's documents."""
        return self._read(source, settings).models

    def _read(self, source: Source, settings: "Settings | None" = None) -> File:
        schemas, placeholders = (settings.schemas, settings.placeholders) if settings else (None, ())
        kept = self._files.get(source.path)
        if kept is None or kept.asked != source or kept.schemas != schemas or kept.placeholders != placeholders:
            self.pause()
            kept = self._files[source.path] = read(source, schemas, placeholders)
        return kept

    def _judged_alone(self, file: File, settings: Settings) -> tuple[Finding, ...]:
        kept = self._alone.get(file.source.path)
        if kept is None or kept[0] is not file or kept[1] is not settings:
            self.pause()
            kept = self._alone[file.source.path] = (file, settings, tuple(_judge_alone(file, settings, self.pause)))
        return kept[2]


def lint(
    inputs: Iterable[Input], settings: Settings, context: Iterable[Source] = (), memory: Memory | None = None
) -> Result:
    """Judge files, each alone and all together; those of `context` are only seen by rules across files."""
    inputs, memory = tuple(inputs), memory or Memory()
    files = {source.path: memory._read(source, settings) for source in inputs if isinstance(source, Source)}
    others = [memory._read(source, settings) for source in context]
    return _lint(inputs, files, others, settings, memory)


def fix(
    inputs: Iterable[Input], settings: Settings, context: Iterable[Source] = (), memory: Memory | None = None
) -> FixResult:
    """Fix files by the fix of each finding that the policy picks, until nothing changes."""
    inputs, memory = tuple(inputs), memory or Memory()
    others = [memory._read(source, settings) for source in context]
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
    files = {path: memory._read(source, settings) for path, source in originals.items()}
    made: dict[str, list[_Applied]] = {path: [] for path in originals}
    edited: dict[str, list[tuple[Edit, ...]]] = {path: [] for path in originals}
    history = {path: _History(source.text) for path, source in originals.items()}
    dropped = list(banned)
    malformed = set()
    for path in files:
        malformed |= {path} if _mend_syntax(path, files, made, edited, settings, memory) else set()
    rounds = max((len(each) for each in edited.values()), default=0)
    result = _lint(inputs, files, others, settings, memory)
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
            edited[path].append(tuple(edits))
            files[path] = after[path]
            text = after[path].source.text
            guilty = history[path].repeated(text, {each.rule for each in mine})
            if guilty:
                return [Dropped(rule, path, "", "the fixes undo each other") for rule in sorted(guilty)]
            if rounds >= limit or len(text) > 4 * len(originals[path].text) + ROOM:
                return [
                    Dropped(rule, path, "", "fixing would not end") for rule in sorted({each.rule for each in mine})
                ]
        result = _lint(inputs, files, others, settings, memory)
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


def _mend_syntax(
    path: str,
    files: dict[str, File],
    made: Mapping[str, list[_Applied]],
    edited: Mapping[str, list[tuple[Edit, ...]]],
    settings: Settings,
    memory: Memory,
) -> bool:
    """Mend what keeps a file from being read, fault by fault; return whether it is still malformed."""
    file = files[path]
    seen = {file.source.text}
    budget = SYNTAX_BUDGET
    while file.fault is not None and file.is_ours and budget > 0:
        memory.pause()
        finding = _configured(rules_by_name()["xml-syntax"].finding(_syntax(file, file.fault)), settings)
        text = file.source.text
        fix = settings.fixing.pick(_honest(finding, {path: file.source})) if settings.keeps(finding) else None
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
                file = files[path].with_text(apply(texts[path], edits))
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


def _lint(
    inputs: Sequence[Input], files: Mapping[str, File], others: Sequence[File], settings: Settings, memory: Memory
) -> Result:
    unreadable = tuple(each for each in inputs if isinstance(each, Unreadable))
    projects = _Projects((*others, *files.values()), settings)
    rules = rules_by_name()
    sources = {file.asked.path: file.source for file in (*files.values(), *others)}
    findings = [rules["unreadable-file"].finding(_unreadable(each)) for each in unreadable]
    suppressed: list[tuple[Finding, str]] = []
    for file in files.values():
        found = [*memory._judged_alone(file, settings), *_judge_together(file, settings, projects, memory.pause)]
        outcome = suppress.apply(file.documents, (_honest(each, sources) for each in found), settings.rules)
        suppressed += ((_configured(each, settings), why) for each, why in outcome.suppressed if settings.keeps(each))
        findings += (*outcome.kept, *(rules[name].finding(problem) for name, problem in outcome.problems))
    foreign = {path: file.documents[0].root.name for path, file in files.items() if not file.is_ours}
    context = {file.asked.path: file.asked for file in others}
    suppressed.sort(key=lambda each: _order(each[0]))
    asked = {path: file.asked for path, file in files.items()}
    result = Result((), asked, unreadable, foreign, tuple(suppressed), context)
    return _with(result, (_configured(each, settings) for each in findings if settings.keeps(each)))


def merged(results: Iterable[Result]) -> Result:
    """Put the results of several runs, each of other files, together."""
    every = tuple(results)
    sources = {path: source for result in every for path, source in result.sources.items()}
    foreign = {path: root for result in every for path, root in result.foreign.items()}
    unreadable = tuple(each for result in every for each in result.unreadable)
    suppressed = sorted((each for result in every for each in result.suppressed), key=lambda each: _order(each[0]))
    context = {path: source for result in every for path, source in result.context.items()}
    whole = Result((), sources, unreadable, foreign, tuple(suppressed), context)
    return _with(whole, (each for result in every for each in result.findings))


def merged_fixes(results: Iterable[FixResult]) -> FixResult:
    """Put what several runs of `fix`, each of other files, did together."""
    every = tuple(results)
    changed = tuple(change for each in every for change in each.changed)
    made = sorted((each for one in every for each in one.made), key=lambda each: each.places)
    rounds = max((each.rounds for each in every), default=0)
    dropped = tuple(one for each in every for one in each.dropped)
    return FixResult(merged(each.result for each in every), changed, tuple(made), rounds, dropped)


def _configured(finding: Finding, settings: Settings) -> Finding:
    severity = settings.severity.get(finding.rule)
    return finding if severity is None else replace(finding, severity=severity)


def _with(result: Result, findings: Iterable[Finding]) -> Result:
    return replace(result, findings=tuple(sorted((*result.findings, *findings), key=_order)))


def _order(finding: Finding) -> tuple[str, Span, str, str]:
    return finding.path, finding.span, finding.rule, finding.message


def _honest(finding: Finding, sources: Mapping[str, Source]) -> Finding:
    """Give fixes the safety that they deserve, and leave those that would edit a template's statements to a person."""
    if not finding.fixes:
        return finding
    fixes = (honest(_left_to_person(fix, finding, sources), sources) for fix in finding.fixes)
    return replace(finding, fixes=tuple(fix for fix in fixes if not is_idle(fix, sources)))


def _left_to_person(fix: Fix, finding: Finding, sources: Mapping[str, Source]) -> Fix:
    for edit in fix.edits:
        template = sources[edit.path].template
        beside = finding.span.start if edit.path == finding.path else edit.span.start
        if template is not None and not template.may_edit(edit.span, beside):
            return replace(fix, edits=(), safety="display")
    return fix


class _Projects:
    """The project as it is with the readings of each number: the first of every file, the second where there is one."""

    def __init__(self, files: Sequence[File], settings: Settings) -> None:
        self.files = files
        self.settings = settings
        self.most = min(max((len(file.readings) for file in files), default=1), MOST_PROJECTS)
        self._made: dict[int, Project] = {}

    def number(self, number: int) -> Project:
        """Return the project of a number."""
        if number not in self._made:
            # Collisions are reported on the later file, so files that are only seen come first.
            models = tuple(model for file in self.files for model in file.number(number).models)
            settings = self.settings
            self._made[number] = Project(models, settings.host, settings.complete, settings.external)
        return self._made[number]


def _judge_together(file: File, settings: Settings, projects: _Projects, pause: Callable[[], None]) -> list[Finding]:
    """Return the findings that depend on other files or the host."""
    if file.fault is not None:
        return []
    readings = [file.number(number) for number in range(projects.most)]
    prefix = min(file.covering, len(readings))
    return common(readings, prefix, lambda number: _run(readings[number], settings, projects.number(number), pause))


def _judge_alone(file: File, settings: Settings, pause: Callable[[], None]) -> Iterator[Finding]:
    """Return the findings that depend on this file's text alone."""
    if not file.is_ours:
        return
    rules = rules_by_name()
    if file.fault is not None:
        finding = rules["xml-syntax"].finding(_syntax(file, file.fault))
        yield finding if file.is_certain else _uncertain(finding)
        return
    if rules["not-utf-8"] in settings.rules:
        for model in file.models:
            yield from map(rules["not-utf-8"].finding, utf8.problems(model.node.document))
    yield from common(
        file.readings, file.covering, lambda number: _judge_reading(file.readings[number], settings, pause)
    )


def _judge_reading(reading: Reading, settings: Settings, pause: Callable[[], None]) -> Iterator[Finding]:
    rules = rules_by_name()
    found = _run(reading, settings, None, pause)
    explained = [each for each in found if each.rule in EXPLAINED]
    try:
        faults = [rules[name].finding(problem) for name, problem in _by_schema(reading, settings)]
        yield from (each for each in faults if not any(_explains(other, each) for other in explained))
    except UserError:
        raise
    except Exception as error:
        # One document that the matcher cannot cope with must not hide the others.
        message = f"the schema failed: {type(error).__name__}: {error}; please report this with the file"
        yield rules["internal-error"].finding(_at_root(reading.documents[0], message))
    yield from found


def _explains(finding: Finding, fault: Finding) -> bool:
    """Whether a finding says all that a schema fault does: of the same element, or of one that it moves too."""
    if EXPLAINED[finding.rule] != fault.rule:
        return False
    at = fault.span.start
    moved = (each.span for fix in finding.fixes for each in fix.edits)
    return finding.element == fault.element or any(start <= at < end for start, end in moved)


def _uncertain(finding: Finding) -> Finding:
    """What is said of a template that is XML in none of the ways in which its statements were understood."""
    message = f"this template was not checked, because it could not be read as XML: {finding.message}"
    return replace(finding, severity="info", message=message, fixes=())


def _by_schema(file: Reading, settings: Settings) -> Iterator[tuple[str, Problem]]:
    """Give what schemas have against a file, by rule: libvirt's format, a site's metadata, an older libvirt."""
    wanted = _names(settings.rules)
    if _asks_schema(settings.rules):
        yield from (each for each in file.rejected if each[0] in wanted)
    if not settings.metadata and settings.target is None:
        return
    from vnetlint.schema import problems

    for model in file.models:
        found = problems.of_metadata(model.node.document, settings.metadata)
        yield from (each for each in found if each[0] in wanted)
        if settings.target is not None and "needs-newer-libvirt" in wanted:
            for problem in problems.newer_than(model.node.document, settings.target):
                yield "needs-newer-libvirt", problem


@lru_cache(maxsize=8)
def _names(rules: frozenset[Rule]) -> frozenset[str]:
    return frozenset(rule.name for rule in rules)


@lru_cache(maxsize=8)
def _asks_schema(rules: frozenset[Rule]) -> bool:
    return any(rule.name.startswith("schema-") for rule in rules)


def _run(file: Reading, settings: Settings, project: Project | None, pause: Callable[[], None]) -> list[Finding]:
    """Run the rules that need the project, or without one those that do not, on every view of a file.

    A rule that fails becomes a finding, and the others go on.
    """
    found: list[Finding] = []
    needs_project = project is not None
    for view in subjects(file.models):
        if file.source.is_template and has_unknowns(view.node):
            continue
        pause()
        seen = (view, project) if needs_project else (view,)
        for rule, check in settings.checks.get((type(view), needs_project), ()):
            before = len(found)
            # This is the innermost loop of all: a call more for each rule and view is a tenth of the time.
            try:
                for problem in check(*seen):
                    found.append(rule.finding(problem))  # noqa: PERF401
            except Exception as error:
                # Whatever a rule does wrong must not hide what the others have to say.
                said = f"{type(error).__name__}: {error}"
                message = f"the rule {rule.name} failed: {said}; please report this with the file"
                found[before:] = [rules_by_name()["internal-error"].finding(_at_root(view.node.document, message))]
    return found


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


def _at_root(document: Document, message: str) -> Problem:
    root = document.root
    return Problem(document.source.path, root.open_span, root.path, message)


def _syntax(file: File, fault: wellformed.Fault) -> Problem:
    path = file.source.path
    related = (Related(fault.other[0], path, fault.other[1]),) if fault.other else ()
    mend = fault.mend
    fixes = (Fix(mend.title, tuple(Edit(path, *each) for each in mend.edits), "safe"),) if mend else ()
    element = file.documents[0].root.path if file.documents else "/"
    return Problem(path, fault.span, element, fault.message, fixes, related)


def _unreadable(file: Unreadable) -> Problem:
    return Problem(file.path, Span(file.offset, file.offset), "/", file.message)
