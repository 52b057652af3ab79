"""A run over many files: each is read and judged alone once, and then only its facts stay.

Several processes can judge files, and facts can come from an earlier run. Neither changes what is found.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from vnetlint.engine.memory import Found, JudgeAlone, Memory, placeholders_of
from vnetlint.engine.reading import File, read
from vnetlint.engine.selection import Selection
from vnetlint.engine.settled import FileFacts, Reopening, SettledFile, facts_at_a_glance, facts_of
from vnetlint.xml.later import LaterSource
from vnetlint.xml.source import Source

FEW = 4000
"""The most files whose trees are kept: some 80 MB. To look things up in facts takes longer."""
BATCH = 500
"""Files between two collections of garbage. Trees are cyclic, so nothing else frees them."""


class KnownFacts(Protocol):
    """The facts that earlier runs found."""

    def get(self, sources: Iterable[Source]) -> Mapping[str, FileFacts]:
        """Return the facts of files with these very texts, if they are known, by path."""

    def put(self, found: Iterable[tuple[Source, FileFacts]]) -> None:
        """Keep the facts of files."""


class Nothing:
    """Stands for the facts of earlier runs if there are none."""

    def get(self, sources: Iterable[Source]) -> Mapping[str, FileFacts]:
        """Return nothing."""
        return {}

    def put(self, found: Iterable[tuple[Source, FileFacts]]) -> None:
        """Keep nothing."""


class Sweep(Memory):
    """The memory of one run. If there are many files it keeps their facts in place of their trees."""

    def __init__(self, known: KnownFacts | None = None, jobs: int = 1, step: Callable[[], None] = lambda: None) -> None:
        super().__init__(step=step)
        self._known = known or Nothing()
        self._jobs = jobs
        self._unknown: dict[str, Source] = {}
        """The files that are judged for the first time, by path."""

    def files(
        self, sources: Sequence[Source], selection: Selection, judge: JudgeAlone | None = None
    ) -> "Iterator[File | SettledFile]":
        """Yield files, ready to be checked. Of many, each is judged alone first, so that its tree need not stay."""
        known = self._known.get(sources)
        missing = [each for each in sources if each.path not in known]
        if judge is not None:
            self._unknown = {each.path: each for each in missing}
        if len(sources) <= FEW:
            for source in sources:
                facts = known.get(source.path) or facts_at_a_glance(source)
                yield self.read(source, selection.settings) if facts is None else _settled(source, facts, selection)
            return
        fresh = self._facts(missing, selection, judge)
        for source in sources:
            yield _settled(source, known.get(source.path) or next(fresh), selection)

    def _facts(self, sources: Sequence[Source], selection: Selection, judge: JudgeAlone | None) -> Iterator[FileFacts]:
        """Yield the facts of files that nobody knows yet, and keep them."""
        work = partial(_judged, selection=selection, judge=judge)
        if self._jobs > 1 and judge is not None:
            from vnetlint.engine.jobs import by_many

            found: Iterator[FileFacts] = by_many(work, sources, self._jobs)
        else:
            found = map(work, sources)
        new: list[tuple[Source, FileFacts]] = []
        for number, (source, facts) in enumerate(zip(sources, found, strict=True), 1):
            new.append((source, facts))
            if number % BATCH == 0 or number == len(sources):
                self._known.put(new if judge is not None else ())
                new.clear()
                gc.collect()
                # The facts are not garbage: they need not be looked at again.
                gc.freeze()
            yield facts

    def each(
        self, files: "Sequence[File | SettledFile]", judge: "Callable[[File | SettledFile], Found]"
    ) -> Iterator[Found]:
        """Yield what is found in each file, alone and beside the others, in order."""
        if len(files) > FEW or self._jobs == 1:
            found: Iterator[tuple[Found, FileFacts | None]] = map(self._with_facts(judge), files)
        else:
            from vnetlint.engine.jobs import by_many

            found = by_many(self._with_facts(judge), files, self._jobs)
        new: list[tuple[Source, FileFacts]] = []
        for file, (each, facts) in zip(files, found, strict=True):
            yield each
            if facts is not None:
                new.append((self._unknown[file.asked.path], facts))
        self._known.put(new)

    def _with_facts(
        self, judge: "Callable[[File | SettledFile], Found]"
    ) -> "Callable[[File | SettledFile], tuple[Found, FileFacts | None]]":
        """Return a function that also returns the facts of a file that is new, if somebody keeps them."""

        def judged(file: "File | SettledFile") -> tuple[Found, FileFacts | None]:
            found = judge(file)
            if isinstance(file, SettledFile) or file.alone is not None or isinstance(self._known, Nothing):
                return found, None
            return found, facts_of(file, self.found_alone(file))

        return judged


def _judged(source: Source, selection: Selection, judge: JudgeAlone | None) -> FileFacts:
    """Return the facts of a file, with what is found in it alone."""
    text = source.whole if isinstance(source, LaterSource) else source
    if (foreign := facts_at_a_glance(text)) is not None:
        return foreign
    file = read(text, selection.settings.schemas, placeholders_of(selection.settings))
    return facts_of(file, judge(file, selection, _never) if judge else ())


def _never() -> None:
    """Do not end the work early."""


def _settled(source: Source, facts: FileFacts, selection: Selection) -> "File | SettledFile":
    reopening = Reopening(selection.settings.schemas, placeholders_of(selection.settings))
    if facts.outlines is not None:
        return SettledFile(source, facts, reopening)
    return replace(read(source, *reopening), alone=facts.alone)
