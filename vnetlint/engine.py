"""Linting: what rules and schemas have against files, each alone and all together. `fixing` builds on it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from vnetlint import suppress, utf8
from vnetlint.errors import UserError
from vnetlint.finding import Edit, Finding, Fix, Problem, Related, Span
from vnetlint.fixes import honest, is_idle
from vnetlint.misspelt import UNKNOWN_NAMES
from vnetlint.model import Model
from vnetlint.model.view import has_unknowns
from vnetlint.project import Project, subjects
from vnetlint.reading import File, Reading, common, read
from vnetlint.registry import Rule, rules_by_name
from vnetlint.result import Input, Result, Unreadable, order, with_findings
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.syntaxfault import SyntaxFault
from vnetlint.xml.template import FILLER
from vnetlint.xml.tree import Document

if TYPE_CHECKING:
    pass

MOST_PROJECTS = 8
"""Ways in which the templates of a project are put together."""

EXPLAINED = {"filter-rule-two-protocols": "schema-misplaced-element"}
"""Rules that know more of an element than the schema rule, whose finding theirs replaces."""


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
        return self.read(source, settings).models

    def read(self, source: Source, settings: "Settings | None" = None) -> File:
        """Return what was read of a file's text; read again only where it or its settings changed."""
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
    files = {source.path: memory.read(source, settings) for source in inputs if isinstance(source, Source)}
    others = [memory.read(source, settings) for source in context]
    return lint_files(inputs, files, others, settings, memory)


def lint_files(
    inputs: Sequence[Input], files: Mapping[str, File], others: Sequence[File], settings: Settings, memory: Memory
) -> Result:
    """Judge files that have been read; `inputs` also holds those that could not be."""
    unreadable = tuple(each for each in inputs if isinstance(each, Unreadable))
    projects = _Projects((*others, *files.values()), settings)
    rules = rules_by_name()
    sources = {file.asked.path: file.source for file in (*files.values(), *others)}
    findings = [rules["unreadable-file"].finding(_unreadable(each)) for each in unreadable]
    suppressed: list[tuple[Finding, str]] = []
    for file in files.values():
        found = [*memory._judged_alone(file, settings), *_judge_together(file, settings, projects, memory.pause)]
        if _asks_schema(settings.rules):
            found = [each for each in found if not _follows_from_misspelling(each, file)]
        outcome = suppress.apply(file.documents, (with_honest_fixes(each, sources) for each in found), settings.rules)
        suppressed += ((configured(each, settings), why) for each, why in outcome.suppressed if settings.keeps(each))
        findings += (*outcome.kept, *(rules[name].finding(problem) for name, problem in outcome.problems))
    foreign = {path: file.documents[0].root.name for path, file in files.items() if not file.is_ours}
    context = {file.asked.path: file.asked for file in others}
    suppressed.sort(key=lambda each: order(each[0]))
    asked = {path: file.asked for path, file in files.items()}
    result = Result((), asked, unreadable, foreign, tuple(suppressed), context)
    return with_findings(result, (configured(each, settings) for each in findings if settings.keeps(each)))


def configured(finding: Finding, settings: Settings) -> Finding:
    """Return a finding with the severity that a configuration gives to its rule."""
    severity = settings.severity.get(finding.rule)
    return finding if severity is None else replace(finding, severity=severity)


def with_honest_fixes(finding: Finding, sources: Mapping[str, Source]) -> Finding:
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


def _follows_from_misspelling(finding: Finding, file: File) -> bool:
    """Whether what a finding misses may be there under a misspelt name, which has a finding of its own."""
    edits = [edit for fix in finding.fixes[:1] for edit in fix.edits if edit.path == file.asked.path]
    return bool(edits) and finding.rule not in UNKNOWN_NAMES and file.misspelt.may_be(edits)


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
            self._made[number] = Project(models, settings.host, settings.complete, settings.external, settings.target)
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
        name = "unreadable-file" if file.fault.is_too_large else "xml-syntax"
        finding = rules[name].finding(syntax_problem(file, file.fault))
        yield finding if file.is_certain or file.fault.is_too_large else _uncertain(finding)
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
    reason = re.sub(f"{FILLER}+", "…", finding.message)
    message = f"this template was not checked, because it could not be read as XML: {reason}"
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


def _at_root(document: Document, message: str) -> Problem:
    root = document.root
    return Problem(document.source.path, root.open_span, root.path, message)


def syntax_problem(file: File, fault: SyntaxFault) -> Problem:
    """Return why a file is not well formed, with the fix if there is one."""
    path = file.source.path
    related = (Related(fault.other[0], path, fault.other[1]),) if fault.other else ()
    made = fault.fix
    fixes = (Fix(made.title, tuple(Edit(path, *each) for each in made.edits), "safe"),) if made else ()
    element = file.documents[0].root.path if file.documents else "/"
    return Problem(path, fault.span, element, fault.message, fixes, related)


def _unreadable(file: Unreadable) -> Problem:
    return Problem(file.path, Span(file.offset, file.offset), "/", file.message)
