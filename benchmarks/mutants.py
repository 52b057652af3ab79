"""Explain and fix documents with one known fault each: its place, kind, number of findings and first fix.

The folder holds the mutants, `truth.json` with a row for each, and `original/` with the unbroken twins.

usage: python -m benchmarks.mutants FOLDER [GROUP ...]
"""

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vnetlint.engine.lint import lint
from vnetlint.files.read import opened
from vnetlint.finding import Finding
from vnetlint.inputkey import FileKey
from vnetlint.result import Result
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings
from vnetlint.xml.node import Node
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

KINDS: dict[str, set[str]] = {
    "attribute-removed": {"missing-attribute"},
    "attribute-renamed": {"unknown-attribute"},
    "attribute-value": {"bad-value"},
    "element-duplicated": {"duplicate-element"},
    "element-moved": {"misplaced-element", "unknown-element"},
    "element-removed": {"missing-element"},
    "element-renamed": {"unknown-element"},
    "element-unknown": {"unknown-element"},
    "text-value": {"bad-value"},
}
DETERMINED = {"attribute-renamed", "element-renamed", "element-duplicated", "element-unknown", "element-moved"}
"""The faults from which the original document can be inferred with certainty."""


@dataclass
class Score:
    """A share: how many of how many."""

    good: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)

    def note(self, group: str, good: bool) -> bool:
        """Count one."""
        for key in (group, "all"):
            self.all[key] += 1
            self.good[key] += good
        return good

    def share(self, group: str = "all") -> float:
        """Return the share in percent; 100 if nothing was counted."""
        return 100 * self.good[group] / self.all[group] if self.all[group] else 100.0


def main(folder: str, *groups: str) -> int:
    """Print each miss, the shares by group, and the figures."""
    base = Path(folder)
    settings = Settings(rules=frozenset(name for name in builtin().select(["tool"]) if name.startswith("schema-")))
    scores: defaultdict[str, Score] = defaultdict(Score)
    rows: list[dict[str, Any]] = json.loads((base / "truth.json").read_text("utf-8"))
    for row in rows:
        if not groups or row["group"] in groups:
            _judge(base, row, settings, scores)
    names = ["rejected", "line", "kind", "single", "restored", "valid"]
    for group in ("network", "filter", "domain-interface", "domain"):
        print(f"{group:17}", *(f"{name} {scores[name].share(group):5.1f} %" for name in names))
    print(", ".join(f"{name} {scores[name].share():.1f} %" for name in names))
    return 0


def _judge(base: Path, row: dict[str, Any], settings: Settings, scores: dict[str, Score]) -> None:
    source = opened(FileKey(row["file"]), (base / row["file"]).read_bytes())
    assert isinstance(source, Source)
    result = lint([source], settings)
    findings, group = result.findings, row["group"]
    if not scores["rejected"].note(group, bool(findings)):
        print(f"{row['file']}: passes: {row['fault']} {row['what']} at {row['path']}")
        return
    first = findings[0]
    missed = []
    if not scores["line"].note(group, _is_on_line(result, first, row["lines"])):
        missed.append("line")
    if not scores["kind"].note(group, first.rule.removeprefix("schema-") in KINDS[row["fault"]]):
        missed.append("kind")
    if not scores["single"].note(group, len(findings) == 1):
        missed.append(f"{len(findings)} findings")
    fix = first.fixes[0] if first.fixes and first.fixes[0].edits else None
    if fix is not None:
        fixed = source.with_text(apply(source.text, fix.edits))
        if not scores["valid"].note(group, not lint([fixed], settings).findings):
            missed.append(f"invalid after '{fix.title}'")
    if row["fault"] in DETERMINED:
        original = opened(FileKey("original"), (base / "original" / row["file"]).read_bytes())
        assert isinstance(original, Source)
        restored = fix is not None and _meaning(parse(fixed)[0].root) == _meaning(parse(original)[0].root)
        if not scores["restored"].note(group, restored):
            missed.append(f"not restored by {[each.title for each in first.fixes]}")
    if missed:
        place = source.lines.position(first.span.start).line
        print(f"{row['file']}: {', '.join(missed)}: {row['what']} at {row['path']} lines {row['lines']}")
        print(f"    {place}: {first.message}")


def _is_on_line(result: Result, finding: Finding, lines: list[int]) -> bool:
    position = result.source(finding.path).lines.position
    return any(position(offset).line in lines for offset in (finding.span.start, finding.span.end))


def _meaning(node: Node) -> tuple[object, ...]:
    """The element in canonical form, its children in any order."""
    attributes = sorted((each.name, each.value) for each in node.attributes.values())
    children = sorted((_meaning(child) for child in node.children), key=repr)
    return node.name, tuple(attributes), node.text.strip() if not node.children else "", tuple(children)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
