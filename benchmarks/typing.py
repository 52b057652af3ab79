"""Ten files of the corpus, typed into the server from empty to whole and deleted again, as a person does it.

usage: python -m benchmarks.typing CORPUS [--files N] [--largest BYTES] [--seed N]

Each is typed twice: into an editor that is sent diagnostics, and into one that pulls them. All files are open at once,
in one folder. Printed are the failures of the server; the answers whose ranges are not in the text that they are about;
and the diagnostics that differ from what the engine finds in the same text, or the command line in the saved files.
"""

import argparse
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from benchmarks.manifest import Entry, entries
from tests.lsp.typist import Figures, Typist
from vnetlint.schema.sets import FILES

COLLECTIONS = (".", "wild2")


def main() -> int:
    """Print the faults and the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--largest", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    files = chosen(options.corpus, options.files, options.largest, options.seed)
    made = [_typed(files, pulls, options.seed) for pulls in (False, True)]
    for each in made:
        print(*each.faults, sep="\n", end="\n" if each.faults else "")
    print(
        f"files {len(files)} steps {_sum(made, 'steps')} answers {_sum(made, 'answers')} "
        f"compared {_sum(made, 'compared')} exceptions {sum(len(each.exceptions) for each in made)} "
        f"stale {sum(len(each.stale) for each in made)} different {sum(len(each.different) for each in made)}"
    )
    return 0


def chosen(corpus: Path, count: int, largest: int, seed: int) -> dict[str, str]:
    """Files of the corpus by a name in one folder: as many networks as guests as filters, in a fixed random order."""
    found = (each for collection in COLLECTIONS for each in entries(corpus / collection))
    order = sorted(found, key=lambda each: sha256(f"{seed}{each.name}".encode()).digest())
    small = [each for each in order if each.path.stat().st_size <= largest]
    files: dict[str, str] = {}
    by_root = {root: iter([each for each in small if each.root == root]) for root in sorted(FILES)}
    while len(files) < count and by_root:
        for root, rest in list(by_root.items()):
            entry = next(rest, None)
            if entry is None:
                del by_root[root]
            elif (text := _text(entry)) is not None and len(files) < count:
                files[f"{len(files)}-{entry.path.name}"] = text
    return files


def _text(entry: Entry) -> str | None:
    """The text of a file as an editor opens it; None if it is not UTF-8."""
    try:
        return entry.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _typed(files: dict[str, str], pulls: bool, seed: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        return Typist(Path(folder).resolve(), pulls, seed).work(files)


def _sum(made: list[Figures], name: str) -> int:
    return sum(int(getattr(each, name)) for each in made)


if __name__ == "__main__":
    sys.exit(main())
