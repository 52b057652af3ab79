"""Findings in files that people keep in public repositories, held against a table of those that were read.

A finding of severity error or warning has to be one that a person who knows libvirt agrees with, so they were read at
their places and judged, of many that are alike some; `wild.toml` says by rule how many there were, and why they are
right. One that the table does not count has yet to be read. Every repository is one project, as its owner would lint
it; of what an editor or a backup keeps below a hidden folder, each state counts alone.

usage: python -m benchmarks.wild CORPUS
"""

import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from benchmarks.manifest import Entry, entries
from vnetlint.engine import Settings, lint

TABLE = Path(__file__).with_name("wild.toml")


@dataclass(frozen=True)
class Read:
    """What was read of a rule: how many findings, of these how many are wrong, and why the others are right."""

    read: int
    right: str
    wrong: int = 0


def main(corpus: str) -> int:
    """Print the findings by rule with what was judged of them, those of rules beyond the table, and the figures."""
    files = [entry for entry in entries(Path(corpus)) if PurePosixPath(entry.name).parts[0] == "wild"]
    table = {rule: Read(**row) for rule, row in tomllib.loads(TABLE.read_text("utf-8")).items()}
    projects: defaultdict[PurePosixPath, list[Entry]] = defaultdict(list)
    for entry in files:
        projects[_project_of(entry)].append(entry)
    together = _found(projects.values())
    alone = _found([entry] for entry in files)
    most = {rule: max(len(together[rule]), len(alone[rule])) for rule in together.keys() | alone.keys()}
    for rule in sorted(most, key=lambda each: (-most[each], each)):
        read = table.get(rule, Read(0, "nobody has read these"))
        print(f"{most[rule]:6} {rule}: {read.right}")
        if most[rule] > read.read:
            print(*(f"       {line}" for line in together[rule] or alone[rule]), sep="\n")
    for rule in table.keys() - most.keys():
        print(f"     0 {rule}: the table has a row too many")
    unread = sum(max(0, count - (table[rule].read if rule in table else 0)) for rule, count in most.items())
    wrong = sum(row.wrong for row in table.values())
    print(
        f"files {len(files)}, projects {len(projects)}, findings {sum(map(len, together.values()))}, "
        f"alone {sum(map(len, alone.values()))}, unread {unread}, wrong {wrong}"
    )
    return 1 if unread or wrong else 0


def _project_of(entry: Entry) -> PurePosixPath:
    """The folder that stands for a repository, or for one of its states in a hidden folder."""
    parts = PurePosixPath(entry.name).parts
    hidden = next((number for number, part in enumerate(parts) if part.startswith(".")), None)
    return PurePosixPath(*parts[: 2 if hidden is None else hidden + 2])


def _found(projects: Iterable[list[Entry]]) -> defaultdict[str, list[str]]:
    """The findings of severity error or warning by rule, each in a line."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for project in projects:
        result = lint([entry.open() for entry in project], Settings())
        for finding in result.findings:
            if finding.severity != "info":
                line = result.source(finding.path).lines.position(finding.span.start).line
                found[finding.rule].append(f"{finding.path}:{line}: {finding.severity}: {finding.message}")
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
