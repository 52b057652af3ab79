"""A baseline of the findings in real files, and comments that suppress them, after every file was reformatted.

Every repository is a project with a baseline. Its files get other indentation, quotes, orders of attributes and line
ends, and another folder; then nothing may be new and nothing lost. The same holds of the comments that `--add-ignores`
writes: in another layout and folder they suppress the same findings, and none is unused.

usage: python -m benchmarks.baseline CORPUS
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from benchmarks.manifest import Entry, entries
from benchmarks.wild import COLLECTIONS, project_of
from tests.reformat import Layout, reformatted
from vnetlint.engine.baseline import Baseline, less, taken
from vnetlint.engine.lint import lint
from vnetlint.engine.suppress import suppressing_all
from vnetlint.inputkey import FileKey
from vnetlint.result import Result
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

LAYOUTS = (
    Layout("\t", '"', "\r\n", 1),
    Layout("    ", "'", "\n", 2, breaks=True),
    Layout(None, '"', "\r", 3),
)
WITH_COMMENTS = Layout("\t", '"', "\r\n", 4, breaks=True)
"""The layout of files with suppressions: everything differs from how people write them."""
BEFORE, AFTER = "/srv/before", "/home/after/deeper"
_SETTINGS = Settings(rules=frozenset({"all"}))


def main(corpus: str) -> int:
    """Print what is new and lost in each layout, and how much there was."""
    projects: defaultdict[PurePosixPath, list[Entry]] = defaultdict(list)
    for name, folder in COLLECTIONS.items():
        for entry in entries(Path(corpus) / folder):
            if folder != "." or entry.name.startswith("wild/"):
                projects[PurePosixPath(name) / project_of(entry)].append(entry)
    files = held = new = lost = suppressed = uncovered = 0
    for project in projects.values():
        sources = [source for entry in project if isinstance(source := entry.open(), Source)]
        files += len(sources)
        before = _found(sources, BEFORE)
        held += before.count
        for layout in LAYOUTS:
            after = _found([reformatted(each, layout) for each in sources], AFTER)
            new += _print("new", layout, less(after, before))
            lost += _print("lost", layout, less(before, after))
        commented, count = _suppressed(sources)
        suppressed += count
        uncovered += _differences(commented)
    print(
        f"files {files}, findings {held}, layouts {len(LAYOUTS)}: new {new}, lost {lost}; "
        f"suppressed {suppressed}, uncovered {uncovered}"
    )
    return 1 if new or lost or uncovered else 0


def _found(sources: Sequence[Source], folder: str) -> Baseline:
    return _reported(_linted(sources, folder), folder)


def _linted(sources: Sequence[Source], folder: str) -> Result:
    return lint([replace(each, key=FileKey(f"{folder}/{each.path}")) for each in sources], _SETTINGS)


def _reported(result: Result, folder: str) -> Baseline:
    return taken(folder, result, result.sources)


def _suppressed(sources: Sequence[Source]) -> tuple[list[Source], int]:
    """Return files with a comment for each finding, as `--add-ignores` writes them, and the number of suppressions.

    A file that the command would leave alone, because other findings would appear, stays as it is.
    """
    found = lint(sources, _SETTINGS)
    commented = {}
    for each in sources:
        own = [finding for finding in found.findings if finding.path == each.path]
        commented[each.path] = each.with_text(apply(each.text, suppressing_all(parse(each), own, found.rules, "known")))
    again = lint(commented.values(), _SETTINGS)
    every = (*again.findings, *(each for each, _ in again.suppressed))
    before = Counter((each.path, each.rule, each.element) for each in found.findings)
    after = Counter((each.path, each.rule, each.element) for each in every)
    worse = {path for path, _, _ in after - before}
    kept = [each if each.path in worse else commented[each.path] for each in sources]
    return kept, len(lint(kept, _SETTINGS).suppressed)


def _differences(sources: Sequence[Source]) -> int:
    """Print and count what suppressions cover in one layout and not in the other."""
    before = _linted(sources, BEFORE)
    after = _linted([reformatted(each, WITH_COMMENTS) for each in sources], AFTER)
    count = 0
    for what, one, other in (("reported", before, after), ("suppressed", _covered(before), _covered(after))):
        was, now = _reported(one, BEFORE), _reported(other, AFTER)
        count += _print(f"newly {what}", WITH_COMMENTS, less(now, was))
        count += _print(f"no longer {what}", WITH_COMMENTS, less(was, now))
    return count


def _covered(result: Result) -> Result:
    return replace(result, findings=tuple(each for each, _ in result.suppressed), baselined=())


def _print(what: str, layout: Layout, entries: Baseline) -> int:
    lines: Iterable[str] = (
        f"{what}: {layout}: {key.path}: {key.element}: {each.message} [{key.rule}]"
        for key, each in entries.entries.items()
    )
    print(*lines, sep="\n", end="\n" if entries.entries else "")
    return entries.count


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
