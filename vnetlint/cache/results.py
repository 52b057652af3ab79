"""The results of whole runs. A run in which nothing changed needs neither the rules nor a parser."""

import json
from collections.abc import Iterable, Mapping, Sequence

from vnetlint.cache import key
from vnetlint.cache.codec import ForeignValueError, list_of, result_of, text_of, written, written_result
from vnetlint.cache.store import Store
from vnetlint.config.plan import Run
from vnetlint.files.program import hashed
from vnetlint.result import Result


class KeptResults:
    """The results of runs, by their settings and by every text that they see."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def get(self, run: Run) -> Result | None:
        """Return the result of linting, if it is known."""
        at = _key(run)
        value = self.store.get([at]).get(at)
        if value is None:
            return None
        try:
            beside = (*run.context, *(each.file for each in run.settings.expectations))
            return result_of(value, run.inputs, {each.path: each for each in beside})
        except ForeignValueError:
            return None

    def put(self, run: Run, result: Result) -> None:
        """Keep the result of linting, unless something failed that may work the next time."""
        if not result.failures:
            self.store.put({_key(run): written_result(result)})

    def table(self, runs: Iterable[Run], words: Iterable[str]) -> dict[str, tuple[str, ...]] | None:
        """Return what was found for the settings of runs and some words, if it is known."""
        at = _table_key(runs, words)
        if (value := self.store.get([at]).get(at)) is None:
            return None
        try:
            return {text_of(name): tuple(map(text_of, list_of(each))) for name, each in json.loads(value).items()}
        except (TypeError, ValueError, AttributeError, RecursionError):
            return None

    def put_table(self, runs: Iterable[Run], words: Iterable[str], found: Mapping[str, Sequence[str]]) -> None:
        """Keep what was found for the settings of runs and some words."""
        self.store.put({_table_key(runs, words): written(dict(found))})


def _table_key(runs: Iterable[Run], words: Iterable[str]) -> bytes:
    return hashed(b"table", *(key.of_settings(each.settings) for each in runs), *(each.encode() for each in words))


def _key(run: Run) -> bytes:
    inputs = ((each.path, key.digest_of(each)) for each in run.inputs)
    context = ((each.path, key.digest_of(each)) for each in run.context)
    return key.of_run(key.of_settings(run.settings), inputs, context)
