"""A document linted by the engine, with the rest of its project as the editor shows it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from vnetlint.config.plan import Run
from vnetlint.engine.baseline import without_held
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.errors import ExpectationError, UserError
from vnetlint.finding import Finding, Span
from vnetlint.lsp.documents import Buffer
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.positions import LinePosition, Lines, Units
from vnetlint.lsp.uris import uri_of
from vnetlint.model.view import Named
from vnetlint.project import Project
from vnetlint.report.content import without_milder
from vnetlint.result import FixResult, Result
from vnetlint.schema import judge
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.reach.describe import Describer

_LARGE = 200_000
"""The longest document, in characters, that `rehearse` goes through."""


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts that a run saw, for positions in them: the editor's if a document is open, otherwise the disk's."""

    buffers: Mapping[str, Buffer]
    sources: Mapping[str, Source]
    default: Buffer

    def uri(self, path: str) -> str:
        """Return the URI of a file, as the editor sent it if the file is open."""
        return self.buffers[path].uri if path in self.buffers else uri_of(path)

    def version(self, path: str) -> int | None:
        """Return the version of an open document, or None if the file is not open."""
        return self.buffers[path].version if path in self.buffers else None

    def positions(self, path: str, span: Span) -> tuple[LinePosition, LinePosition]:
        """Return the positions where a span of a file begins and ends."""
        buffer = self.buffers.get(path)
        if buffer is not None:
            return buffer.position(span.start), buffer.position(span.end)
        source = self.sources.get(path)
        lines = Lines(source.text if source else "", self.default.units)
        return lines.position(span.start), lines.position(span.end)


@dataclass(frozen=True, eq=False)
class Judgement:
    """The findings in one version of a document, with the run that found them."""

    buffer: Buffer
    run: Run
    result: Result
    texts: Texts
    error: str = ""
    """Why the expectations of its configuration could not be judged."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the document itself."""
        return tuple(each for each in self.result.findings if each.path == self.buffer.path)

    def at(self, span: Span) -> tuple[Finding, ...]:
        """Return the findings that a span touches."""
        return tuple(each for each in self.findings if each.span.start <= span.end and span.start <= each.span.end)


class Analyst:
    """Lints documents one at a time, and keeps what need not be computed again."""

    def __init__(self, plans: GroupPlans, pause: Callable[[], None] = lambda: None) -> None:
        self.plans = plans
        self.memory = Memory(pause)
        # The describers of a project know it, so they must not be kept by a table whose key it is.
        self._projects: WeakKeyDictionary[Judgement, tuple[Project, dict[str, Describer]]] = WeakKeyDictionary()

    def judge(self, buffer: Buffer, buffers: Iterable[Buffer]) -> Judgement:
        """Return the findings in a document. Raises UserError if its configuration cannot be used.

        Expectations are judged only while everything is saved, because that takes longer than a keystroke may.
        """
        every, error = tuple(buffers), ""
        run = self.plans.run_for(buffer, every)
        expectations = bool(run.settings.expectations) and self.plans.is_saved((*every, buffer))
        try:
            result = lint(run.inputs, run.settings, run.context, self.memory, expectations=expectations)
        except ExpectationError as problem:
            error = str(problem)
            result = lint(run.inputs, run.settings, run.context, self.memory, expectations=False)
        result = without_milder(result, {buffer.path: run.min_severity})
        if (held := self.plans.held_for(buffer)) is not None:
            result = without_held(result, {buffer.path: held})
        return Judgement(buffer, run, result, _texts(buffer, every, run), error)

    def judge_workspace(self, buffers: Iterable[Buffer], units: Units) -> Iterator[Judgement]:
        """Yield the findings in the opened folders, for all files of a configuration at once. It may take minutes.

        Raises UserError if a configuration cannot be used.
        """
        every = tuple(buffers)
        for run, held in self.plans.workspace(every):
            expectations = bool(run.settings.expectations) and self.plans.is_saved(every)
            try:
                result = lint(run.inputs, run.settings, run.context, self.memory, expectations=expectations)
            except ExpectationError:
                result = lint(run.inputs, run.settings, run.context, self.memory, expectations=False)
            paths = [each.path for each in run.inputs]
            result = without_milder(result, dict.fromkeys(paths, run.min_severity))
            if held is not None:
                result = without_held(result, dict.fromkeys(paths, held))
            nowhere = Buffer("", "", 0, "", units, is_file=False)
            texts = _texts(nowhere, every, run)
            yield Judgement(nowhere, run, result, texts)

    def fixed(self, judgement: Judgement) -> FixResult:
        """Return the result of making all safe fixes in a document."""
        run = judgement.run
        return fix(run.inputs, run.settings, run.context, self.memory)

    def rehearse(self, judgement: Judgement) -> None:
        """Record which elements of a valid document follow the schema, so that its first fault is explained quickly."""
        source = judgement.buffer.input
        if not isinstance(source, Source) or len(source.text) > _LARGE:
            return
        for model in self.memory.models(source, judgement.run.settings):
            judge.rehearse(model.node.document, judgement.run.settings.schemas)

    def project(self, judgement: Judgement) -> Project:
        """Return the index over a document and the rest of its project, made once for each version of a document."""
        return self._kept(judgement)[0]

    def describer(self, judgement: Judgement, model: Named) -> "Describer":
        """Return what describes a document of a project, and knows who reaches whom on its host."""
        # What describes who reaches whom takes 0.1 s to load, and only a hover needs it.
        from vnetlint.reach.describe import Describer

        project, kept = self._kept(judgement)
        site = project.host_of(model)
        if site not in kept:
            kept[site] = Describer(project, site)
        return kept[site]

    def _kept(self, judgement: Judgement) -> "tuple[Project, dict[str, Describer]]":
        if judgement not in self._projects:
            self._projects[judgement] = (self._indexed(judgement), {})
        return self._projects[judgement]

    def _indexed(self, judgement: Judgement) -> Project:
        run, settings = judgement.run, judgement.run.settings
        sources = sorted(
            (each for each in (*run.inputs, *run.context) if isinstance(each, Source)), key=lambda each: each.path
        )
        models = (model for each in sources for model in self.memory.models(each, settings))
        return Project.under(settings, models)

    def every_source(self, buffers: Iterable[Buffer]) -> Iterator[tuple[Source, Settings, Texts]]:
        """Yield each file of the opened folders and of the open documents' projects, with its settings and texts.

        A project whose configuration cannot be used is left out.
        """
        every = tuple(buffers)
        seen: set[str] = set()
        for buffer in (*every, *self.plans.in_folders()):
            with suppress(UserError):
                run = self.plans.run_for(buffer, every)
                texts = _texts(buffer, every, run)
                for source in (*run.inputs, *run.context):
                    if isinstance(source, Source) and source.text and source.path not in seen:
                        seen.add(source.path)
                        yield source, run.settings, texts


def _texts(buffer: Buffer, buffers: Iterable[Buffer], run: Run) -> Texts:
    sources = {each.path: each for each in (*run.inputs, *run.context) if isinstance(each, Source)}
    sources |= {each.file.path: each.file for each in run.settings.expectations}
    return Texts({each.path: each for each in (*buffers, buffer)}, sources, buffer)
