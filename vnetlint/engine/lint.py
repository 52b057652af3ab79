"""The function `lint`: check files by rules and schemas, each file alone and all together. `fix` is built on it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from vnetlint.engine import suppress, tool
from vnetlint.engine.consequences import without_consequences
from vnetlint.engine.explained import Explained
from vnetlint.engine.fixes import honest, is_idle
from vnetlint.engine.memory import Memory
from vnetlint.engine.misspelt import UNKNOWN_NAMES
from vnetlint.engine.reading import File, FileReading, common
from vnetlint.engine.selection import EXPECTATION_RULES, Selection
from vnetlint.errors import UserError
from vnetlint.finding import Finding, Fix, Problem
from vnetlint.interruption import pause
from vnetlint.model.view import has_unknowns
from vnetlint.project import Project, subjects
from vnetlint.result import Result, order, with_findings
from vnetlint.settings import Settings
from vnetlint.xml.node import Document
from vnetlint.xml.source import Input, Source, Unreadable
from vnetlint.xml.template import FILLER

if TYPE_CHECKING:
    from vnetlint.engine.expectations import ExpectedProblems
    from vnetlint.engine.settled import SettledFile


MOST_PROJECTS = 8
"""The most combinations of readings of a project's templates that are checked."""


def lint(
    inputs: Iterable[Input],
    settings: Settings,
    context: Iterable[Source] = (),
    memory: Memory | None = None,
    *,
    expectations: bool = True,
) -> Result:
    """Check files, each alone and all together. Only rules across files see the files of `context`.

    The settings' expectations are judged unless `expectations` is false: that takes longer than a keystroke may.

    Raises UserError if the settings cannot be used, such as UnknownRuleError for a rule.
    """
    inputs, memory = tuple(inputs), memory or Memory()
    selection = memory.selection(settings)
    sources = [source for source in inputs if isinstance(source, Source)]
    files = {file.asked.path: file for file in memory.files(sources, selection, judge_alone)}
    others = list(memory.files(tuple(context), selection))
    return lint_files(inputs, files, others, settings, memory, expectations=expectations)


def lint_files(
    inputs: Sequence[Input],
    files: "Mapping[str, File | SettledFile]",
    others: "Sequence[File | SettledFile]",
    settings: Settings,
    memory: Memory,
    *,
    expectations: bool = True,
) -> Result:
    """Check files that have been read. `inputs` also contains those that could not be read."""
    selection = memory.selection(settings)
    catalogue = selection.catalogue
    unreadable = tuple(each for each in inputs if isinstance(each, Unreadable))
    projects = _Projects((*others, *files.values()), settings)
    sources = {file.asked.path: file.source for file in (*files.values(), *others)}
    findings = [catalogue["unreadable-file"].finding(tool.unreadable_problem(each)) for each in unreadable]
    suppressed: list[tuple[Finding, str]] = []
    asked = expectations and selection.asks_expectations
    expected = _expected(projects, selection, memory, is_whole=not unreadable) if asked else {}
    running = selection.names if asked else selection.names - EXPECTATION_RULES

    def judge(file: "File | SettledFile") -> tuple[Finding, ...]:
        return tuple(with_honest_fixes(each, sources) for each in _found(file, selection, projects, memory))

    every = tuple(files.values())
    for file, found in zip(every, memory.each(every, judge), strict=True):
        broken = (catalogue[name].finding(each) for name, each in expected.get(file.asked.path, ()))
        sorted_out = suppress.apply(file.documents, chain(found, broken), running, catalogue)
        suppressed += (each for each in sorted_out.suppressed if selection.keeps(each[0]))
        findings += (*sorted_out.kept, *(catalogue[name].finding(problem) for name, problem in sorted_out.problems))
    suppressed = sorted(
        ((selection.configured(each), why) for each, why in suppressed), key=lambda each: order(each[0])
    )
    kept = [selection.configured(each) for each in findings if selection.keeps(each)]
    names = {each.rule for each in (*kept, *(finding for finding, _ in suppressed))}
    result = Result(
        findings=(),
        sources={path: file.asked for path, file in files.items()},
        unreadable=unreadable,
        foreign={path: file.roots[0] for path, file in files.items() if not file.is_ours},
        suppressed=tuple(suppressed),
        context={
            **{file.asked.path: file.asked for file in others},
            **({each.file.path: each.file for each in settings.expectations} if expected else {}),
        },
        rules={name: catalogue[name].info for name in sorted(names)},
        roots=frozenset(name for file in files.values() if file.is_ours for name in file.roots),
    )
    return with_findings(result, kept)


def _expected(projects: "_Projects", selection: Selection, memory: Memory, *, is_whole: bool) -> "ExpectedProblems":
    """Return what breaks expectations, by file. What is read of every template counts."""
    from vnetlint.engine.expectations import judged

    files, names = projects.files, (*selection.names, "internal-error")
    certain = is_whole and all(each.fault is None and not each.source.is_template for each in files)

    def judge() -> "ExpectedProblems":
        return judged(projects.number(0), selection.settings.expectations, memory.pause, is_whole=certain)

    found = memory.expected(files, selection, judge)
    return {path: tuple(each for each in problems if each[0] in names) for path, problems in found.items()}


def with_honest_fixes(finding: Finding, sources: Mapping[str, Source]) -> Finding:
    """Return a finding whose fixes have their true safety.

    A fix that would edit the statements of a template becomes one to make by hand.
    """
    pause()
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


def _found(
    file: "File | SettledFile", selection: Selection, projects: "_Projects", memory: Memory
) -> Sequence[Finding]:
    """Return all findings of a file, without those that are only a consequence of a schema fault."""
    alone = memory.judged_alone(file, selection, judge_alone)
    found = [*alone, *_judge_together(file, selection, projects, memory.pause)]
    if not selection.asks_schema:
        return found

    def whole() -> File:
        return file if isinstance(file, File) else file.whole

    left = without_consequences(found, whole, lambda of: _judge_as_only_file(of, selection, memory.pause))
    # What depends on other files too is only known by its fix.
    return [each for each in left if not _follows_from_misspelling(each, file)]


def _judge_as_only_file(file: File, selection: Selection, pause: Callable[[], None]) -> Iterator[Finding]:
    """Yield what rules find in a file if there is no other."""
    projects = _Projects((file,), selection.settings)
    yield from common(file.readings, file.covering, lambda number: _run(file.number(number), selection, None, pause))
    yield from _judge_together(file, selection, projects, pause)


def _follows_from_misspelling(finding: Finding, file: "File | SettledFile") -> bool:
    """Whether what a finding reports as missing may be there under a misspelt name, which is reported itself."""
    edits = [edit for fix in finding.fixes[:1] for edit in fix.edits if edit.path == file.asked.path]
    return bool(edits) and finding.rule not in UNKNOWN_NAMES and file.misspelt.may_be(edits)


class _Projects:
    """The project for each number of a reading: with the first reading of every file, with the second, and so on."""

    def __init__(self, files: "Sequence[File | SettledFile]", settings: Settings) -> None:
        self.files = files
        self.settings = settings
        self.most = min(max((len(file.readings) for file in files), default=1), MOST_PROJECTS)
        self._made: dict[int, Project] = {}

    def number(self, number: int) -> Project:
        """Return the project with the readings of a number."""
        if number not in self._made:
            # Collisions are reported on the later file, so files that are only seen come first.
            models = tuple(model for file in self.files for model in file.number(number).models)
            self._made[number] = Project.under(self.settings, models)
        return self._made[number]


def _judge_together(
    file: "File | SettledFile", selection: Selection, projects: _Projects, pause: Callable[[], None]
) -> list[Finding]:
    """Return the findings that depend on other files or the host."""
    if file.fault is not None:
        return []
    readings = [file.number(number) for number in range(projects.most)]
    prefix = min(file.covering, len(readings))
    return common(readings, prefix, lambda number: _run(readings[number], selection, projects.number(number), pause))


def judge_alone(file: File, selection: Selection, pause: Callable[[], None]) -> Iterable[Finding]:
    """Return the findings that depend on this file's text alone."""
    if not file.is_ours:
        return []
    if file.fault is not None:
        too_large = file.fault.is_too_large
        rule = selection.catalogue["unreadable-file" if too_large else "xml-syntax"]
        finding = rule.finding(tool.syntax_problem(file, file.fault))
        return [finding if too_large or file.is_certain else _uncertain(finding)]
    return common(file.readings, file.covering, lambda number: _judge_reading(file.readings[number], selection, pause))


def _uncertain(finding: Finding) -> Finding:
    """Return the finding about a template none of whose readings is well formed, so that it may be misunderstood."""
    reason = re.sub(f"{FILLER}+", "…", finding.message)
    message = f"this template was not checked, because it could not be read as XML: {reason}"
    return replace(finding, severity="info", message=message)


def _judge_reading(reading: FileReading, selection: Selection, pause: Callable[[], None]) -> Iterator[Finding]:
    found = _run(reading, selection, None, pause)
    explained = Explained((rule, each) for each in found if (rule := selection.catalogue[each.rule].explains))
    for fault in _by_tool(reading, selection):
        if fault not in explained:
            yield fault
    yield from found


def _by_tool(reading: FileReading, selection: Selection) -> Iterator[Finding]:
    """Run the engine's own checks. If one of them fails, that is a finding, and the others run all the same."""
    catalogue = selection.catalogue
    for beginning, check in selection.tool_checks:
        try:
            found = [(name, problem) for name, problem in check(reading, selection.settings) if name in selection.names]
        except UserError:
            raise
        except Exception as error:
            message = f"the check of {beginning.rstrip('-')} failed: {_failure(error)}"
            yield catalogue["internal-error"].finding(_at_root(reading.documents[0], message))
        else:
            yield from (catalogue[name].finding(problem) for name, problem in found)


def _run(
    reading: "FileReading | SettledFile", selection: Selection, project: Project | None, pause: Callable[[], None]
) -> list[Finding]:
    """Run rules on every view of a file: those that need the project if it is given, otherwise the others.

    If a rule fails, that is a finding, and the other rules run all the same.
    """
    found: list[Finding] = []
    needs_project, checks = project is not None, selection.checks
    for view in subjects(reading.models):
        if reading.source.is_template and has_unknowns(view.node):
            continue
        pause()
        seen = (view, project) if needs_project else (view,)
        for rule, check in checks.get((type(view), needs_project), ()):
            before = len(found)
            # This is the innermost loop: one more call for each rule and view would cost a tenth of the time.
            try:
                for problem in check(*seen):
                    found.append(rule.finding(problem))  # noqa: PERF401
            except Exception as error:
                # A bug in one rule must not hide the findings of the others.
                of = f" of the package {rule.package}" if rule.package else ""
                message = f"the rule {rule.name}{of} failed: {_failure(error)}"
                found[before:] = [selection.catalogue["internal-error"].finding(_at_root(view.node.document, message))]
    return found


def _failure(error: Exception) -> str:
    return f"{type(error).__name__}: {error}; please report this with the file"


def _at_root(document: Document, message: str) -> Problem:
    root = document.root
    return Problem(document.source.path, root.open_span, root.path, message)
