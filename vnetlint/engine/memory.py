"""What is kept from one call of the engine to the next: the catalogue, and what depends on one file alone.

A keystroke costs what it changed: what depends on one file alone is kept here, and which elements follow the schema is
kept with the grammar.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from vnetlint.engine.reading import File, read
from vnetlint.engine.selection import Selection
from vnetlint.finding import Finding
from vnetlint.model import Model
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.engine.expectations import ExpectedProblems
    from vnetlint.engine.settled import SettledFile

Found = tuple[Finding, ...]
JudgeAlone = Callable[[File, Selection, Callable[[], None]], Iterable[Finding]]
"""Finds what is wrong in a file alone; the last argument is called between rules."""


_MAX_SELECTIONS = 8


class Memory:
    """A cache for callers that lint again and again, such as the language server.

    It keeps the latest text of each file and its findings under its latest settings. `pause` is called between rules.
    If it raises an exception, the call ends with it, and the cache stays valid. Only one call at a time may use it.
    `step` is called for each file that is judged.
    """

    def __init__(
        self,
        pause: Callable[[], None] = lambda: None,
        catalogue: Catalogue | None = None,
        step: Callable[[], None] = lambda: None,
    ) -> None:
        self.pause = pause
        self.step = step
        self.catalogue = catalogue or builtin()
        self._selections: list[Selection] = []
        """Those of the latest settings, the most recent first: files of one folder may have several."""
        self._files: dict[str, File] = {}
        self._alone: dict[str, tuple[File, Selection, tuple[Finding, ...]]] = {}
        self._expected: tuple[frozenset[File | SettledFile], Selection, ExpectedProblems] | None = None

    def selection(self, settings: Settings) -> Selection:
        """Return the rules that settings choose. Raises UnknownRuleError if they name an unknown rule."""
        for kept in self._selections:
            if kept.settings is settings or kept.settings == settings:
                return kept
        made = Selection(self._catalogue_of(settings), settings)
        self._selections = [made, *self._selections[: _MAX_SELECTIONS - 1]]
        return made

    def _catalogue_of(self, settings: Settings) -> Catalogue:
        """Return the catalogue with the rules of plugins and policies. Without one, nothing of them is loaded."""
        catalogue = self.catalogue
        if settings.plugins:
            from vnetlint.rulebook.plugins import with_plugins

            catalogue = with_plugins(catalogue)
        if settings.policies:
            from vnetlint.policy.load import with_policies

            catalogue = with_policies(catalogue, settings.policies)
        return catalogue

    def models(self, source: Source, settings: Settings) -> tuple[Model, ...]:
        """Return the views of a file's documents."""
        return self.read(source, settings).models

    def read(self, source: Source, settings: Settings) -> File:
        """Return a file, ready to be checked. It is read anew only if its text or the settings changed."""
        placeholders = placeholders_of(settings)
        kept = self._files.get(source.path)
        if (
            kept is None
            or kept.asked != source
            or kept.schemas != settings.schemas
            or kept.placeholders != placeholders
        ):
            self.pause()
            kept = self._files[source.path] = read(source, settings.schemas, placeholders)
        return kept

    def files(
        self, sources: Sequence[Source], selection: Selection, judge: JudgeAlone | None = None
    ) -> "Iterator[File | SettledFile]":
        """Yield files, ready to be checked. `judge` finds what is wrong in a file alone; without it nobody asks."""
        return (self.read(each, selection.settings) for each in sources)

    def judged_alone(self, file: "File | SettledFile", selection: Selection, judge: JudgeAlone) -> tuple[Finding, ...]:
        """Return what `judge` finds in a file alone. It is called only if the file or the rules changed."""
        self.step()
        if file.alone is not None:
            return file.alone
        assert isinstance(file, File), "of others it is known"
        kept = self._alone.get(file.source.path)
        if kept is None or kept[0] is not file or kept[1] is not selection:
            self.pause()
            kept = self._alone[file.source.path] = (file, selection, tuple(judge(file, selection, self.pause)))
        return kept[2]

    def found_alone(self, file: File) -> tuple[Finding, ...]:
        """Return what `judged_alone` found in a file last."""
        return self._alone[file.source.path][2]

    def each(
        self, files: "Sequence[File | SettledFile]", judge: "Callable[[File | SettledFile], Found]"
    ) -> Iterator[Found]:
        """Yield what `judge` finds in each file, in order."""
        return map(judge, files)

    def expected(
        self, files: "Iterable[File | SettledFile]", selection: Selection, judge: "Callable[[], ExpectedProblems]"
    ) -> "ExpectedProblems":
        """Return what `judge` finds in all files. It is called only if a file or the settings changed."""
        every, kept = frozenset(files), self._expected
        if kept is None or kept[0] != every or kept[1] is not selection:
            kept = self._expected = (every, selection, judge())
        return kept[2]


def placeholders_of(settings: Settings) -> tuple[re.Pattern[str], ...]:
    """Return the placeholders of a site, ready to be searched for."""
    return _searchers(settings.placeholders) if settings.placeholders else ()


@lru_cache(maxsize=8)
def _searchers(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    from vnetlint.schema.regex import searcher

    return tuple(map(searcher, patterns))
