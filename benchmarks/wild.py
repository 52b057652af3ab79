"""Findings in files from public repositories, compared with a table of those that were reviewed.

The owner of a file must agree with each error and warning and find it useful, so each was reviewed at its place.
`wild.toml` has, for each collection and rule, the number of files, the verdict and the reason. More findings than the
table counts have to be reviewed first. Every repository is one project, as its owner would lint it; each state of a
file that an editor or a backup keeps in a hidden folder counts alone.

Three figures need no review. An error is refuted if libvirt accepts and starts what it says libvirt refuses. A template
that renders has no `xml-syntax`. No finding is about a placeholder.

usage: python -m benchmarks.wild CORPUS
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from benchmarks.manifest import Entry, entries
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.template import is_opaque

TABLE = Path(__file__).with_name("wild.toml")
COLLECTIONS = {"wild": ".", "wild2": "wild2"}
"""The folder of each collection's manifest."""


@dataclass(frozen=True)
class Read:
    """The reviewed findings of a rule in a collection."""

    findings: int
    files: int
    right: str
    """Why they are correct."""
    idle: int = 0
    """Files in which they are correct but useless to the owner, such as fixtures that are broken on purpose."""
    wrong: int = 0
    """Findings that are wrong, until the rule is corrected."""


@dataclass(frozen=True)
class Found:
    """A finding with the file that it is in."""

    entry: Entry
    source: Source
    finding: Finding

    def __str__(self) -> str:
        line = self.source.lines.position(self.finding.span.start).line
        return f"{self.finding.path}:{line}: {self.finding.severity}: {self.finding.message}"


def main(corpus: str) -> int:
    """Print the findings by collection and rule with their verdicts, those beyond the table, and the figures."""
    table = {
        name: {rule: Read(**row) for rule, row in rows.items()}
        for name, rows in tomllib.loads(TABLE.read_text("utf-8")).items()
    }
    files, everything, unread, wrong, idle, pairs = 0, list[Found](), 0, 0, 0, 0
    for name, folder in COLLECTIONS.items():
        rows = [each for each in entries(Path(corpus) / folder) if folder != "." or each.name.startswith("wild/")]
        found = list(_found(rows))
        files += len(rows)
        everything += found
        unread += _print(name, found, table.get(name, {}))
        errors = {(each.entry.name, each.finding.rule) for each in found if each.finding.severity == "error"}
        pairs += len(errors)
        error_rules = {rule for _, rule in errors}
        idle += sum(row.idle for rule, row in table.get(name, {}).items() if rule in error_rules)
        wrong += sum(row.wrong for row in table.get(name, {}).values())
    refuted = [each for each in everything if _is_refuted(each)]
    unrendered = [each for each in everything if each.finding.rule == "xml-syntax" and _renders(each.entry)]
    placeholders = [each for each in everything if _is_about_a_placeholder(each)]
    for what, wrongly in (("refuted", refuted), ("renders", unrendered), ("placeholder", placeholders)):
        print(*(f"{what}: {each}" for each in wrongly), sep="\n")
    useful = 100.0 * (pairs - idle - wrong) / pairs if pairs else 100.0
    print(
        f"files {files}, findings {len(everything)}, unread {unread}, wrong {wrong}, refuted {len(refuted)}, "
        f"renderable {len(unrendered)}, placeholders {len(placeholders)}, useful {useful:.1f} % of {pairs}"
    )
    return 1 if unread or wrong or refuted or unrendered or placeholders else 0


def _print(name: str, found: list[Found], table: dict[str, Read]) -> int:
    """Print a collection's findings by rule, and return how many still have to be reviewed."""
    by_rule: defaultdict[str, list[Found]] = defaultdict(list)
    for each in found:
        by_rule[each.finding.rule].append(each)
    unread = 0
    for rule in sorted(by_rule, key=lambda each: (-len(by_rule[each]), each)):
        row = table.get(rule, Read(0, 0, "not reviewed yet"))
        print(f"{name} {len(by_rule[rule]):6} {rule}: {row.right}")
        more = max(0, len(by_rule[rule]) - row.findings)
        unread += more
        if more:
            print(*(f"       {each}" for each in by_rule[rule]), sep="\n")
    for rule in table.keys() - by_rule.keys():
        print(f"{name}      0 {rule}: the table has a row too many")
    return unread


def _found(rows: list[Entry]) -> Iterator[Found]:
    """Yield the findings of severity error or warning, of each file in its project and alone."""
    projects: defaultdict[PurePosixPath, list[Entry]] = defaultdict(list)
    for entry in rows:
        projects[project_of(entry)].append(entry)
    seen: set[tuple[str, str, object]] = set()
    for group in (*projects.values(), *([entry] for entry in rows)):
        for each in _linted(group):
            key = (each.entry.name, each.finding.rule, each.finding.span)
            if key not in seen:
                seen.add(key)
                yield each


def _linted(group: Iterable[Entry]) -> Iterator[Found]:
    by_name = {entry.name: entry for entry in group}
    result = lint([entry.open() for entry in by_name.values()], Settings())
    for finding in result.findings:
        if finding.severity != "info":
            yield Found(by_name[finding.path], result.source(finding.path), finding)


def project_of(entry: Entry) -> PurePosixPath:
    """Return the folder of a repository, or of one of its states in a hidden folder."""
    parts = PurePosixPath(entry.name).parts
    start = 1 if parts[0] == "wild" else 0
    hidden = next((number for number, part in enumerate(parts) if part.startswith(".")), None)
    return PurePosixPath(*parts[: start + 1 if hidden is None else hidden + 2])


def _is_refuted(each: Found) -> bool:
    """Whether libvirt accepts what an error says it refuses, or its schema accepts what is reported as invalid."""
    entry, finding = each.entry, each.finding
    # Only findings about one file count, because libvirt was asked about each file alone.
    if finding.severity != "error" or builtin().find(finding.rule).needs_project:
        return False
    accepted = (entry.libvirtd_define or entry.virsh_define) == "accept"
    if finding.when == "define":
        return accepted
    if finding.when == "start":
        return entry.libvirtd_start == "start"
    return finding.rule.startswith("schema-") and accepted


def _renders(entry: Entry) -> bool:
    return entry.form.startswith("template")


def _is_about_a_placeholder(each: Found) -> bool:
    """Whether a schema finding is about an attribute or text that is filled in later."""
    text = re.sub("<[^>]*>", "", each.source.excerpt(each.finding.span))
    return each.finding.rule == "schema-bad-value" and is_opaque(text)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
