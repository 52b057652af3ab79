"""How the matcher explains documents with one fault each, with libvirt's own installed RELAX NG files.

    python -m benchmarks.explain CORPUS --schemas DIR

It takes the mutants of the corpus that these schemas reject and whose unbroken twin they accept, and compares the
faults with the mutations: whether the first is on the right line, of the right kind, and the only one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.matcher import SCHEMAS
from vnetlint.inputkey import FileKey
from vnetlint.schema.compiled import load
from vnetlint.schema.derive import explain, matches
from vnetlint.schema.fault import Fault, FaultKind
from vnetlint.schema.grammar import Grammar
from vnetlint.xml.node import Document
from vnetlint.xml.source import decode
from vnetlint.xml.tree import parse

KINDS: dict[str, frozenset[FaultKind]] = {
    "element-unknown": frozenset({"unknown-element"}),
    "element-renamed": frozenset({"unknown-element"}),
    "element-moved": frozenset({"misplaced-element"}),
    "element-duplicated": frozenset({"duplicate-element"}),
    "element-removed": frozenset({"missing-element"}),
    "attribute-renamed": frozenset({"unknown-attribute"}),
    "attribute-removed": frozenset({"missing-attribute"}),
    "attribute-value": frozenset({"bad-value"}),
    "text-value": frozenset({"bad-value"}),
}
"""The right kinds of fault for each kind of mutation."""


def read(path: Path) -> Document:
    return parse(decode(FileKey(str(path)), path.read_bytes()))[0]


def line_of(fault: Fault) -> int:
    return fault.node.document.source.lines.position(fault.span.start).line


def words(fault: Fault) -> str:
    what = f"{fault.kind} '{fault.name}' on line {line_of(fault)}"
    return what + (
        f", expected {', '.join(fault.expected[:4]) or fault.wanted}" if fault.expected or fault.wanted else ""
    )


def grammar_of(root: str, schemas: Path, loaded: dict[str, Grammar]) -> Grammar:
    if root not in loaded:
        loaded[root] = load(schemas / SCHEMAS[root])
    return loaded[root]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--schemas", type=Path, required=True, help="the folder of libvirt's .rng files")
    options = parser.parse_args()
    folder = options.corpus / "mutants"
    truth: list[dict[str, Any]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    loaded: dict[str, Grammar] = {}
    count: Counter[str] = Counter()
    by_kind: dict[str, Counter[str]] = {}
    times: list[float] = []
    for mutant in truth:
        grammar = grammar_of(mutant["root"], options.schemas, loaded)
        document = read(folder / mutant["file"])
        twin = read(folder / "original" / mutant["file"])
        if not matches(twin.root, grammar) or matches(document.root, grammar, placeholders=False):
            count["left out"] += 1
            continue
        started = time.perf_counter()
        faults = explain(document.root, grammar)
        times.append(time.perf_counter() - started)
        right = {
            "line": bool(faults) and line_of(faults[0]) in mutant["lines"],
            "kind": bool(faults) and faults[0].kind in KINDS[mutant["fault"]],
            "alone": len(faults) == 1,
        }
        mine = by_kind.setdefault(mutant["fault"], Counter())
        for counter in (count, mine):
            counter["all"] += 1
            counter.update(what for what, good in right.items() if good)
        if not all(right.values()):
            wrong = ", ".join(what for what, good in right.items() if not good)
            print(f"{mutant['file']} ({wrong}): {mutant['fault']} {mutant['what']} at {mutant['path']}")
            for fault in faults:
                print(f"    {words(fault)}")
    for kind, mine in sorted(by_kind.items()):
        print(f"{kind}: {mine['all']}, line {mine['line']}, kind {mine['kind']}, alone {mine['alone']}")
    total = max(count["all"], 1)
    times.sort()
    print(f"left out, as the schemas are of another version: {count['left out']}")
    print(f"time: median {times[len(times) // 2] * 1000:.1f} ms, worst {times[-1] * 1000:.1f} ms")
    print(
        f"of {count['all']} mutants: line {count['line'] / total:.1%}, kind {count['kind'] / total:.1%}, "
        f"exactly one fault {count['alone'] / total:.1%}"
    )
    reached = count["line"] >= 0.99 * total and count["kind"] >= 0.95 * total and count["alone"] >= 0.95 * total
    sys.exit(not reached)


if __name__ == "__main__":
    main()
