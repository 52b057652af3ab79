"""The two doors: `lint` says what is wrong, `fix` mends what may be mended. Everything else is behind or before them.

Fixing is linting, choosing fixes that do not touch each other, making them, and linting again until nothing changes.
A file that a round leaves malformed, less valid than it was, or as it had been before, keeps the text that it came
with.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vnetlint import suppress, utf8
from vnetlint.errors import UserError
from vnetlint.finding import Edit, Finding, Fix, Problem, Related, Severity, Span
from vnetlint.mend import FixPolicy, apply, choose, edits_by_path, honest, is_idle
from vnetlint.model import Model, model_of
from vnetlint.model.view import View
from vnetlint.project import EXTERNAL_NETWORKS, Project, subjects
from vnetlint.registry import Check, Rule, rules_by_name, select
from vnetlint.schema import gate
from vnetlint.version import Version
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import Document, parse

if TYPE_CHECKING:
    from vnetlint.host import Host

MIN_ROUNDS = 10
"""Rounds of fixing before giving up, where no more fixes than that were found at first."""


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


@dataclass(frozen=True)
class FixResult:
    """What is left to say after fixing, and the files that changed."""

    result: Result
    changed: tuple[Change, ...]
    fixed: int
    """How many fixes are in the changed files."""
    rounds: int


@dataclass(frozen=True, eq=False)
class _File:
    """One parsed file, with the verdicts on its form."""

    source: Source
    documents: tuple[Document, ...]
    schemas: Path | None

    @cached_property
    def models(self) -> tuple[Model, ...]:
        return tuple(model for document in self.documents if (model := model_of(document)) is not None)

    @property
    def is_ours(self) -> bool:
        """A file without any element counts: it was meant to be XML."""
        return bool(self.models) or not self.documents

    @cached_property
    def fault(self) -> wellformed.Fault | None:
        if not self.documents:
            return wellformed.check_without_root(self.source)
        return next((fault for each in self.documents if (fault := wellformed.check(each)) is not None), None)

    @cached_property
    def rejected(self) -> tuple[tuple[str, Problem], ...]:
        """What the schema rejects, by rule; of a malformed file nothing is asked."""
        if self.fault is not None:
            return ()
        documents = [model.node.document for model in self.models]
        invalid = [document for document in documents if not gate.is_valid(document, self.schemas)]
        if not invalid:
            return ()
        from vnetlint.schema import problems

        return tuple(each for document in invalid for each in problems.of_document(document, self.schemas))


class Memory:
    """What a face that asks again and again keeps from one call to the next: what depends on one file alone.

    It holds the latest text of each file, and what was found in it under the latest settings. `pause` is called between
    rules; what it raises ends the call, and nothing that is kept is wrong thereafter. One call at a time may use it.
    """

    def __init__(self, pause: Callable[[], None] = lambda: None) -> None:
        self.pause = pause
        self._files: dict[str, _File] = {}
        self._alone: dict[str, tuple[_File, Settings, tuple[Finding, ...]]] = {}

    def models(self, source: Source, schemas: Path | None = None) -> tuple[Model, ...]:
        """Give the views of a file's documents."""
        return self._read(source, schemas).models

    def _read(self, source: Source, schemas: Path | None) -> _File:
        kept = self._files.get(source.path)
        if kept is None or kept.schemas != schemas or kept.source != source:
            self.pause()
            kept = self._files[source.path] = _File(source, tuple(parse(source)), schemas)
        return kept

    def _judged_alone(self, file: _File, settings: Settings) -> tuple[Finding, ...]:
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
    files = {source.path: memory._read(source, settings.schemas) for source in inputs if isinstance(source, Source)}
    others = [memory._read(source, settings.schemas) for source in context]
    return _lint(inputs, files, others, settings, memory)


def fix(
    inputs: Iterable[Input], settings: Settings, context: Iterable[Source] = (), memory: Memory | None = None
) -> FixResult:
    """Mend files by the first fix of each finding, where the settings allow it, until nothing changes."""
    inputs, memory = tuple(inputs), memory or Memory()
    originals = {source.path: source for source in inputs if isinstance(source, Source)}
    files = {path: memory._read(source, settings.schemas) for path, source in originals.items()}
    others = [memory._read(source, settings.schemas) for source in context]
    seen: dict[str, set[str]] = {path: {source.text} for path, source in originals.items()}
    made: dict[str, list[tuple[str, Fix]]] = {path: [] for path in originals}
    edited: dict[str, list[tuple[Edit, ...]]] = {path: [] for path in originals}
    closed: dict[str, Problem] = {}
    result = _lint(inputs, files, others, settings, memory)
    limit = max(MIN_ROUNDS, 5 + sum(bool(finding.fixes) for finding in result.findings))
    rounds = 0
    while chosen := choose(
        result.findings, settings.fixing, frozenset(closed) | {other.source.path for other in others}
    ):
        rounds += 1
        touched = edits_by_path(fix for _, fix in chosen)
        for path, edits in touched.items():
            made[path] += [(rule, fix) for rule, fix in chosen if any(edit.path == path for edit in fix.edits)]
            edited[path].append(tuple(edits))
            before = files[path]
            after = memory._read(before.source.with_text(apply(before.source.text, edits)), settings.schemas)
            reason = "would not end" if rounds == limit else _worse(before, after, seen[path])
            if reason:
                closed[path] = _failure(files[path], made[path], reason)
            files[path] = after
            seen[path].add(after.source.text)
        for path in _with_partners(closed, made):
            closed.setdefault(path, _failure(files[path], made[path], "depend on another file's that failed"))
            made[path] = []
            files[path] = memory._read(originals[path], settings.schemas)
        result = _lint(inputs, files, others, settings, memory)
    changed = tuple(
        Change(original, files[path].source, tuple(edited[path]))
        for path, original in originals.items()
        if files[path].source != original
    )
    # Fixes of different rounds may be equal, for each counts in its own text; one of two files is in both lists.
    fixes = {id(fix) for path in originals for _, fix in made[path]}
    failures = [rules_by_name()["internal-error"].finding(problem) for problem in closed.values()]
    return FixResult(_with(result, failures), changed, len(fixes), rounds)


def _lint(
    inputs: Sequence[Input], files: Mapping[str, _File], others: Sequence[_File], settings: Settings, memory: Memory
) -> Result:
    unreadable = tuple(each for each in inputs if isinstance(each, Unreadable))
    # Of two that collide the later one is told of it, and that must not be a file which nothing is said of.
    project = Project(
        tuple(model for file in (*others, *files.values()) for model in file.models),
        settings.host,
        settings.complete,
        settings.external,
    )
    rules = rules_by_name()
    texts = {file.source.path: file.source.text for file in (*files.values(), *others)}
    findings = [rules["unreadable-file"].finding(_unreadable(each)) for each in unreadable]
    suppressed: list[tuple[Finding, str]] = []
    for file in files.values():
        alone = memory._judged_alone(file, settings)
        found = [*alone, *(_run(file, settings, project, memory.pause) if file.fault is None else ())]
        outcome = suppress.apply(file.documents, (_honest(each, texts) for each in found), settings.rules)
        suppressed += ((_configured(each, settings), why) for each, why in outcome.suppressed if settings.keeps(each))
        findings += (*outcome.kept, *(rules[name].finding(problem) for name, problem in outcome.problems))
    foreign = {path: file.documents[0].root.name for path, file in files.items() if not file.is_ours}
    sources = {path: file.source for path, file in files.items()}
    context = {file.source.path: file.source for file in others}
    suppressed.sort(key=lambda each: _order(each[0]))
    result = Result((), sources, unreadable, foreign, tuple(suppressed), context)
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
    fixed = sum(each.fixed for each in every)
    return FixResult(merged(each.result for each in every), changed, fixed, max((e.rounds for e in every), default=0))


def _configured(finding: Finding, settings: Settings) -> Finding:
    severity = settings.severity.get(finding.rule)
    return finding if severity is None else replace(finding, severity=severity)


def _with(result: Result, findings: Iterable[Finding]) -> Result:
    return replace(result, findings=tuple(sorted((*result.findings, *findings), key=_order)))


def _order(finding: Finding) -> tuple[str, Span, str, str]:
    return finding.path, finding.span, finding.rule, finding.message


def _honest(finding: Finding, texts: Mapping[str, str]) -> Finding:
    if all(fix.safety != "safe" and not is_idle(fix, texts) for fix in finding.fixes):
        return finding
    return replace(finding, fixes=tuple(honest(fix, texts) for fix in finding.fixes if not is_idle(fix, texts)))


def _judge_alone(file: _File, settings: Settings, pause: Callable[[], None]) -> Iterator[Finding]:
    """Give the findings that depend on this file's text alone."""
    if not file.is_ours:
        return
    rules = rules_by_name()
    if file.fault is not None:
        yield rules["xml-syntax"].finding(_syntax(file, file.fault))
        return
    if rules["not-utf-8"] in settings.rules:
        for model in file.models:
            yield from map(rules["not-utf-8"].finding, utf8.problems(model.node.document))
    try:
        yield from [rules[name].finding(problem) for name, problem in _by_schema(file, settings)]
    except UserError:
        raise
    except Exception as error:
        # One document that the matcher cannot cope with must not hide the others.
        message = f"the schema failed: {type(error).__name__}: {error}; please report this with the file"
        yield rules["internal-error"].finding(_at_root(file.documents[0], message))
    yield from _run(file, settings, None, pause)


def _by_schema(file: _File, settings: Settings) -> Iterator[tuple[str, Problem]]:
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


def _run(file: _File, settings: Settings, project: Project | None, pause: Callable[[], None]) -> list[Finding]:
    """Run the rules that need the project, or without one those that do not, on every view of a file.

    A rule that fails becomes a finding, and the others go on.
    """
    found: list[Finding] = []
    needs_project = project is not None
    for view in subjects(file.models):
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


def _worse(before: _File, after: _File, seen: set[str]) -> str:
    """Say why a file must not become what its fixes made of it; nothing where it may."""
    if after.source.text in seen:
        return "undo each other"
    if before.fault is not None:
        return ""
    if after.fault is not None:
        return "would leave malformed XML"
    if len(after.rejected) > len(before.rejected):
        return "would leave more that the schema rejects"
    return ""


def _with_partners(closed: Iterable[str], made: Mapping[str, list[tuple[str, Fix]]]) -> set[str]:
    """Give the closed files and those that share a fix with one: a fix is made whole or not at all."""
    reached: set[str] = set()
    waiting = list(closed)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += (edit.path for _, fix in made[path] for edit in fix.edits)
    return reached


def _failure(file: _File, made: Sequence[tuple[str, Fix]], reason: str) -> Problem:
    rules = ", ".join(sorted({rule for rule, _ in made}))
    message = f"the fixes of {rules} {reason}, so the file is left as it was; please report this with the file"
    return Problem(file.source.path, Span(0, 0), "/", message)


def _at_root(document: Document, message: str) -> Problem:
    root = document.root
    return Problem(document.source.path, root.open_span, root.path, message)


def _syntax(file: _File, fault: wellformed.Fault) -> Problem:
    path = file.source.path
    related = (Related(fault.other[0], path, fault.other[1]),) if fault.other else ()
    mend = fault.mend
    fixes = (Fix(mend.title, tuple(Edit(path, *each) for each in mend.edits), "safe"),) if mend else ()
    element = file.documents[0].root.path if file.documents else "/"
    return Problem(path, fault.span, element, fault.message, fixes, related)


def _unreadable(file: Unreadable) -> Problem:
    return Problem(file.path, Span(file.offset, file.offset), "/", file.message)
