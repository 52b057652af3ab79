"""What an older libvirt lacks, compared with its own schemas: documents valid for the newest version but not for it.

SCHEMAS has the RELAX NG files of VERSION, which jing uses. The manifest says what is valid for a newer libvirt.

usage: python -m benchmarks.versions CORPUS SCHEMAS VERSION
"""

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.manifest import Entry, entries
from vnetlint.engine.lint import lint
from vnetlint.schema.sets import FILES
from vnetlint.settings import Settings
from vnetlint.version import parse_version

_ERROR = re.compile(r"^(.+?):(\d+):(\d+): error: ")


def main(corpus: str, schemas: str, version: str) -> int:
    """Print each disagreement and the figures."""
    settings = Settings(rules=frozenset({"needs-newer-libvirt"}), target=parse_version(version))
    valid = [entry for entry in entries(Path(corpus)) if entry.jing == "valid" and entry.root in FILES]
    lines = _lines_of_older(valid, Path(schemas))
    needed = found = wrong = placed = 0
    for entry in valid:
        result = lint([entry.open()], settings)
        places = [result.source(entry.name).lines.position(each.span.start).line for each in result.findings]
        expected = lines.get(entry.path.resolve(), [])
        needed += bool(expected)
        if bool(expected) != bool(places):
            wrong += 1
            print(f"{entry.name}: jing says lines {expected[:3]}, we say {places[:3]}")
        elif expected:
            found += 1
            placed += _is_near(expected[0], places)
    print(f"newer documents {needed}, found {found}, placed {placed}, disagreements {wrong}")
    return 1 if wrong else 0


def _is_near(line: int, places: list[int]) -> bool:
    """Whether a line is near one of these places: jing names the end of a start tag, which may be some lines below."""
    return any(0 <= line - place <= 3 for place in places)


def _lines_of_older(valid: list[Entry], schemas: Path) -> dict[Path, list[int]]:
    found: dict[Path, list[int]] = {}
    for root, schema in FILES.items():
        paths = [str(entry.path.resolve()) for entry in valid if entry.root == root]
        run = subprocess.run(["jing", str(schemas / schema), *paths], capture_output=True, text=True, check=False)
        for line in run.stdout.splitlines():
            if match := _ERROR.match(line):
                found.setdefault(Path(match[1]), []).append(int(match[2]))
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
