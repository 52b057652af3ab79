"""A baseline of the findings in real files, after every file was reformatted and the folder moved.

Every repository is a project with a baseline. Its files get other indentation, quotes, orders of attributes and line
ends, and another folder; then nothing may be new and nothing lost.

usage: python -m benchmarks.baseline CORPUS
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from benchmarks.manifest import Entry, entries
from benchmarks.wild import COLLECTIONS, project_of
from tests.reformat import Layout, reformatted
from vnetlint.engine.baseline import Baseline, less, taken
from vnetlint.engine.lint import lint
from vnetlint.inputkey import FileKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

LAYOUTS = (
    Layout("\t", '"', "\r\n", 1),
    Layout("    ", "'", "\n", 2, breaks=True),
    Layout(None, '"', "\r", 3),
)
BEFORE, AFTER = "/srv/before", "/home/after/deeper"
_SETTINGS = Settings(rules=frozenset({"all"}))


def main(corpus: str) -> int:
    """Print what is new and lost in each layout, and how much there was."""
    projects: defaultdict[PurePosixPath, list[Entry]] = defaultdict(list)
    for name, folder in COLLECTIONS.items():
        for entry in entries(Path(corpus) / folder):
            if folder != "." or entry.name.startswith("wild/"):
                projects[PurePosixPath(name) / project_of(entry)].append(entry)
    files = held = new = lost = 0
    for project in projects.values():
        sources = [source for entry in project if isinstance(source := entry.open(), Source)]
        files += len(sources)
        before = _found(sources, BEFORE)
        held += before.count
        for layout in LAYOUTS:
            after = _found([reformatted(each, layout) for each in sources], AFTER)
            new += _print("new", layout, less(after, before))
            lost += _print("lost", layout, less(before, after))
    print(f"files {files}, findings {held}, layouts {len(LAYOUTS)}: new {new}, lost {lost}")
    return 1 if new or lost else 0


def _found(sources: Sequence[Source], folder: str) -> Baseline:
    moved = [replace(each, key=FileKey(f"{folder}/{each.path}")) for each in sources]
    return taken(folder, lint(moved, _SETTINGS), {each.path for each in moved})


def _print(what: str, layout: Layout, entries: Baseline) -> int:
    lines: Iterable[str] = (
        f"{what}: {layout}: {key.path}: {key.element}: {each.message} [{key.rule}]"
        for key, each in entries.entries.items()
    )
    print(*lines, sep="\n", end="\n" if entries.entries else "")
    return entries.count


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
