"""What is kept from one call of the engine to the next: the catalogue, and what depends on one file alone.

A keystroke costs what it changed: what depends on one file alone is kept here, and which elements follow the schema is
kept with the grammar.
"""

import re
from collections.abc import Callable, Iterable
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


class Memory:
    """A cache for callers that lint again and again, such as the language server.

    It keeps the latest text of each file and its findings under the latest settings. `pause` is called between rules.
    If it raises an exception, the call ends with it, and the cache stays valid. Only one call at a time may use it.
    """

    def __init__(self, pause: Callable[[], None] = lambda: None, catalogue: Catalogue | None = None) -> None:
        self.pause = pause
        self.catalogue = catalogue or builtin()
        self._selection: Selection | None = None
        self._files: dict[str, File] = {}
        self._alone: dict[str, tuple[File, Selection, tuple[Finding, ...]]] = {}
        self._expected: tuple[frozenset[File], Selection, ExpectedProblems] | None = None

    def selection(self, settings: Settings) -> Selection:
        """Return the rules that settings choose. Raises UnknownRuleError if they name an unknown rule."""
        kept = self._selection
        if kept is None or (kept.settings is not settings and kept.settings != settings):
            kept = self._selection = Selection(self._catalogue_of(settings), settings)
        return kept

    def _catalogue_of(self, settings: Settings) -> Catalogue:
        """Return the catalogue with the rules of the policies. Without one, nothing of them is loaded."""
        if not settings.policies:
            return self.catalogue
        from vnetlint.policy.load import with_policies

        return with_policies(self.catalogue, settings.policies)

    def models(self, source: Source, settings: Settings) -> tuple[Model, ...]:
        """Return the views of a file's documents."""
        return self.read(source, settings).models

    def read(self, source: Source, settings: Settings) -> File:
        """Return a file, ready to be checked. It is read anew only if its text or the settings changed."""
        placeholders = _searchers(settings.placeholders) if settings.placeholders else ()
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

    def judged_alone(
        self, file: File, selection: Selection, judge: Callable[[], Iterable[Finding]]
    ) -> tuple[Finding, ...]:
        """Return what `judge` finds in a file alone. It is called only if the file or the rules changed."""
        kept = self._alone.get(file.source.path)
        if kept is None or kept[0] is not file or kept[1] is not selection:
            self.pause()
            kept = self._alone[file.source.path] = (file, selection, tuple(judge()))
        return kept[2]

    def expected(
        self, files: Iterable[File], selection: Selection, judge: "Callable[[], ExpectedProblems]"
    ) -> "ExpectedProblems":
        """Return what `judge` finds in all files. It is called only if a file or the settings changed."""
        every, kept = frozenset(files), self._expected
        if kept is None or kept[0] != every or kept[1] is not selection:
            kept = self._expected = (every, selection, judge())
        return kept[2]


@lru_cache(maxsize=8)
def _searchers(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    from vnetlint.schema.regex import searcher

    return tuple(map(searcher, patterns))
