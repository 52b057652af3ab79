"""Rename every network, bridge, port group and network filter in a corpus, and check that only names change.

A repository is a project; libvirt's own test files are one each. The findings must be in the same elements afterwards,
unless the name means something by itself (`default`, `virbr0`) or another file defines it too. Renamed back, each file
must be what it was, byte for byte. libvirt's parser must accept what it accepted before. Needs
the packages that .ci/run installs.

usage: python -m benchmarks.renaming CORPUS [--no-libvirt]
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from benchmarks.formatting import accepts
from benchmarks.manifest import entries
from benchmarks.wild import COLLECTIONS, project_of
from tests.oracle.asking import Parser
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.finding import Finding
from vnetlint.lsp.mentions import Mention, mentions_in
from vnetlint.lsp.rename import RenameError, Renaming, refuse_new_errors
from vnetlint.project import Project
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply

NEW = "vnl-renamed"
MOST = 12
"""The most renames of one kind in a project; a repository has hundreds of hosts with the same names."""
_SETTINGS = Settings()
_Texts = dict[str, str]
_SPECIAL = ("default", "virbr0")
"""Names of what libvirt installs: rules treat them like what the host has."""


def main(corpus: str, *flags: str) -> int:
    """Print each rename that changes anything else, why others were refused, and the figures."""
    refused: Counter[str] = Counter()
    changed: list[tuple[str, str, str]] = []
    renamed = several = wrong = 0
    slowest = 0.0
    for sources in _projects(Path(corpus)):
        project = _Project(sources)
        for mention in project.chosen():
            started = time.perf_counter()
            try:
                after = project.renamed(mention, NEW)
            except RenameError as error:
                refused[f"{mention.kind}: {_shape(str(error), mention)}"] += 1
                continue
            slowest = max(slowest, time.perf_counter() - started)
            renamed += 1
            several += len(after) > 1
            for reason in project.differences(mention, after):
                wrong += 1
                print(f"{mention.path}: {mention.kind} '{mention.name}': {reason}")
            changed += [(mention.path, project.texts[path], text) for path, text in after.items()]
    for reason, count in refused.most_common(12):
        print(f"{count:6} refused: {reason}")
    rejected = 0 if "--no-libvirt" in flags else _rejected(changed)
    print(f"slowest {slowest * 1000:.0f} ms")
    print(f"renamed {renamed}, in several files {several}, refused {refused.total()}", end=", ")
    print(f"wrong {wrong}, rejected {rejected}")
    return 1 if wrong or rejected else 0


class _Project:
    """The files of a project, before any rename."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.memory = Memory()
        self.files = [self.memory.read(each, _SETTINGS) for each in sources]
        self.texts = {each.path: each.text for each in sources}
        self.project = Project.under(_SETTINGS, [model for each in self.files for model in each.models])

    def chosen(self) -> Iterator[Mention]:
        """Yield names to change, each once, up to the limit of its kind."""
        seen: set[tuple[str, str, str, str]] = set()
        counts: Counter[str] = Counter()
        for file in self.files:
            for each in mentions_in(file.documents):
                key = each.kind, each.name, each.network, each.path if each.is_definition else ""
                if each.name and not each.is_device and key not in seen and counts[each.kind] < MOST:
                    seen.add(key)
                    counts[each.kind] += each.is_definition
                    yield each

    def renamed(self, mention: Mention, new: str) -> _Texts:
        """The files that a rename changes. Raises RenameError as the server does."""
        edits = Renaming(mention, self.files, self.project, new).edits()
        paths = {each.path for each in edits}
        after = {path: apply(self.texts[path], [each for each in edits if each.path == path]) for path in paths}
        refuse_new_errors(self.found(self.sources, after), self.found(self.changed(after), after))
        return after

    def changed(self, after: _Texts) -> list[Source]:
        """All files after a rename."""
        return [each.with_text(after.get(each.path, each.text)) for each in self.sources]

    def found(self, sources: Sequence[Source], changed: _Texts) -> tuple[Finding, ...]:
        """The findings in the files that a rename changes."""
        inputs = [each for each in sources if each.path in changed]
        rest = [each for each in sources if each.path not in changed]
        return lint(inputs, _SETTINGS, rest, self.memory).findings

    def has_namesake(self, mention: Mention) -> bool:
        """Whether several places define a name, so that a rename of one of them changes what is on the site."""
        every = (each for file in self.files for each in mentions_in(file.documents) if each.is_definition)
        return sum((each.kind, each.name) == (mention.kind, mention.name) for each in every) > 1

    def differences(self, mention: Mention, after: _Texts) -> Iterator[str]:
        """Yield what is different besides the name."""
        if self.has_namesake(mention):
            return
        now = self.changed(after)
        one, other = _places(self.found(self.sources, after)), _places(self.found(now, after))
        if one != other and mention.name not in _SPECIAL:
            yield f"findings differ: {dict(one - other)} is now {dict(other - one)}"
        back = _Project([each for each in now if each.path in after or NEW in each.text or mention.name in each.text])
        file = next(each for each in back.files if each.source.path == mention.path)
        start = mention.span.start
        shift = sum(each.span.start < start for each in self._earlier(mention))
        start += shift * (len(NEW) - len(mention.name))
        found = next((each for each in mentions_in(file.documents) if each.span.start == start), None)
        if found is None:
            yield "the new name is not where it should be"
            return
        try:
            again = back.renamed(found, mention.name)
        except RenameError as error:
            yield f"it cannot be renamed back: {error}"
            return
        if any(self.texts[path] != text for path, text in again.items()):
            yield "renamed back, it is not what it was"

    def _earlier(self, mention: Mention) -> Iterator[Mention]:
        edits = Renaming(mention, self.files, self.project, NEW).places()
        return (each for each in edits if each.path == mention.path)


def _places(findings: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    return Counter((each.path, each.rule, each.element) for each in findings)


def _projects(corpus: Path) -> Iterator[list[Source]]:
    found: defaultdict[PurePosixPath, list[Source]] = defaultdict(list)
    for name, folder in COLLECTIONS.items():
        for entry in entries(corpus / folder):
            source = entry.open()
            if isinstance(source, Source):
                is_wild = folder != "." or entry.name.startswith("wild/")
                found[PurePosixPath(name) / (project_of(entry) if is_wild else entry.name)].append(source)
    return iter(found.values())


def _shape(message: str, mention: Mention) -> str:
    words = message.replace(mention.name, "NAME").split()
    return " ".join("PLACE" if (":" in each and "." in each) or each.endswith(".xml") else each for each in words)[:110]


def _rejected(changed: Sequence[tuple[str, str, str]]) -> int:
    """Print the documents that libvirt's parser accepted only before, and return how many there are."""
    rejected = 0
    by_kind: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for each in changed:
        kind = next((one for one in ("network", "domain", "filter") if f"</{one}>" in each[1]), "")
        if kind and each[1].count(f"</{kind}>") == 1 and "{{" not in each[1]:
            by_kind[kind].append(each)
    with Parser() as parser:
        for kind, every in by_kind.items():
            texts = list(dict.fromkeys(text for _, *both in every for text in both))
            said = dict(zip(texts, parser.ask(kind, texts), strict=True))
            for path, before, after in every:
                if accepts(said[before]) and not accepts(said[after]):
                    rejected += 1
                    print(f"{path}: libvirt accepted it, and now says: {said[after]}")
    print("asked libvirt", {kind: len(every) for kind, every in by_kind.items()})
    return rejected


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
