"""The facts of files that earlier runs judged, by path, text and settings."""

import json
from collections.abc import Iterable

from vnetlint.cache import key
from vnetlint.cache.codec import ForeignValueError, Plain, finding_of, list_of, plain_finding, text_of, written
from vnetlint.cache.store import Store
from vnetlint.engine.settled import FileFacts
from vnetlint.settings import Settings
from vnetlint.xml.outline import Outline, packed
from vnetlint.xml.source import Source


class KeptFacts:
    """The facts of files under the settings of a run."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = key.of_settings(settings)

    def get(self, sources: Iterable[Source]) -> dict[str, FileFacts]:
        """Return the facts that are known, by path."""
        keys = {self._key(each): each.path for each in sources}
        found: dict[str, FileFacts] = {}
        for each, value in self._store.get(keys).items():
            try:
                found[keys[each]] = facts_of(value)
            except ForeignValueError:
                continue
        return found

    def put(self, found: Iterable[tuple[Source, FileFacts]]) -> None:
        """Keep the facts of files."""
        self._store.put({self._key(source): written_facts(facts) for source, facts in found})

    def _key(self, source: Source) -> bytes:
        return key.of_file(source, key.digest_of(source), self._settings)


def written_facts(facts: FileFacts) -> bytes:
    """Return facts as bytes."""
    outlines = None if facts.outlines is None else [[number, *_plain(each)] for number, each in facts.outlines]
    alone = [plain_finding(each) for each in facts.alone]
    return written([alone, facts.roots, facts.is_ours, facts.is_marked, outlines])


def facts_of(data: bytes) -> FileFacts:
    """Return the facts that were written. Raises ForeignValueError if none were."""
    try:
        alone, roots, is_ours, is_marked, outlines = json.loads(data)
        return FileFacts(
            tuple(finding_of(each) for each in list_of(alone)),
            tuple(map(text_of, list_of(roots))),
            is_ours is True,
            is_marked is True,
            None if outlines is None else tuple(_outline(each) for each in list_of(outlines)),
        )
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ForeignValueError(str(error)) from None


def _plain(outline: Outline) -> Plain:
    return [outline.shape, outline.values, list(outline.spans)]


def _outline(value: Plain) -> tuple[int, Outline]:
    number, shape, values, spans = value
    outline = packed(text_of(shape), map(text_of, list_of(values)), list_of(spans))
    if type(number) is not int or not outline.is_whole:
        raise ForeignValueError("no outline")
    return number, outline
