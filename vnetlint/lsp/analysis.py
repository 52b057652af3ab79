"""A document judged by the engine's doors, together with the rest of its project as the editor shows it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from vnetlint.config.plan import Run
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.finding import Finding, Span
from vnetlint.lsp.documents import Buffer
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.positions import LinePosition, Lines
from vnetlint.lsp.uris import uri_of
from vnetlint.project import Project
from vnetlint.report.content import without_milder
from vnetlint.result import FixResult, Result
from vnetlint.schema import judge
from vnetlint.xml.source import Source

_LARGE = 200_000
"""Characters of a document whose first fault has to wait."""


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts that a run saw, for the places in them: the editor's own where a document is open, else the disk's."""

    buffers: Mapping[str, Buffer]
    sources: Mapping[str, Source]
    default: Buffer

    def uri(self, path: str) -> str:
        """Give the URI of a file as the editor knows it."""
        return self.buffers[path].uri if path in self.buffers else uri_of(path)

    def version(self, path: str) -> int | None:
        """Give the version of an open document."""
        return self.buffers[path].version if path in self.buffers else None

    def positions(self, path: str, span: Span) -> tuple[LinePosition, LinePosition]:
        """Give where a span of a file begins and ends."""
        buffer = self.buffers.get(path)
        if buffer is not None:
            return buffer.position(span.start), buffer.position(span.end)
        source = self.sources.get(path)
        lines = Lines(source.text if source else "", self.default.units)
        return lines.position(span.start), lines.position(span.end)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What was found in one version of a document."""

    buffer: Buffer
    run: Run
    result: Result
    texts: Texts

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the document itself."""
        return tuple(each for each in self.result.findings if each.path == self.buffer.path)

    def at(self, span: Span) -> tuple[Finding, ...]:
        """Give the findings that a span touches."""
        return tuple(each for each in self.findings if each.span.start <= span.end and span.start <= each.span.end)


class Analyst:
    """Judges documents one at a time, and keeps what need not be computed again."""

    def __init__(self, plans: GroupPlans, pause: Callable[[], None] = lambda: None) -> None:
        self.plans = plans
        self.memory = Memory(pause)

    def judge(self, buffer: Buffer, buffers: Iterable[Buffer]) -> Judgement:
        """Lint a document. Raises UserError where its configuration cannot be used."""
        every = tuple(buffers)
        run = self.plans.run_for(buffer, every)
        result = lint(run.inputs, run.settings, run.context, self.memory)
        result = without_milder(result, {buffer.path: run.min_severity})
        return Judgement(buffer, run, result, _texts(buffer, every, run))

    def fixed(self, judgement: Judgement) -> FixResult:
        """Make the safe fixes of a document until there are none."""
        run = judgement.run
        return fix(run.inputs, run.settings, run.context, self.memory)

    def rehearse(self, judgement: Judgement) -> None:
        """Learn which elements of a valid document follow the schema, so that its first fault is explained at once."""
        source = judgement.buffer.input
        if not isinstance(source, Source) or len(source.text) > _LARGE:
            return
        for model in self.memory.models(source, judgement.run.settings):
            judge.rehearse(model.node.document, judgement.run.settings.schemas)

    def project(self, judgement: Judgement) -> Project:
        """Give the index over a document and the rest of its project."""
        run, settings = judgement.run, judgement.run.settings
        sources = sorted(
            (each for each in (*run.inputs, *run.context) if isinstance(each, Source)), key=lambda each: each.path
        )
        models = (model for each in sources for model in self.memory.models(each, settings))
        return Project(tuple(models), settings.host, settings.complete, settings.external, settings.target)


def _texts(buffer: Buffer, buffers: Iterable[Buffer], run: Run) -> Texts:
    sources = {each.path: each for each in (*run.inputs, *run.context) if isinstance(each, Source)}
    return Texts({each.path: each for each in (*buffers, buffer)}, sources, buffer)
