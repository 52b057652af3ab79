"""The project's XSD files on a corpus: valid documents must be accepted, and invalid ones should be rejected.

    python -m benchmarks.xsd CORPUS [--schemas DIR]

Valid documents are the networks, filters and guests that jing accepts with libvirt's own RELAX NG; the manifest lists
them. xmlschema validates by XSD 1.1, libxml2 by XSD 1.0. The mutants have one fault each.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xmlschema
from lxml import etree

from benchmarks.manifest import entries

NAMES = {"network": "network", "filter": "nwfilter", "domain": "domain"}
MEASURED = ("network", "filter", "domain-interface")
WANTED = 0.95
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"

_Judge = Callable[[etree._Element], str]


def tree(path: Path) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.parse(path, parser).getroot()


def exact(path: Path) -> _Judge:
    """A judge by XSD 1.1, which returns the reason why a document is rejected, or nothing."""
    schema = xmlschema.XMLSchema11(str(path))

    def judge(root: etree._Element) -> str:
        error = next(schema.iter_errors(root, use_location_hints=False), None)
        return f"{error.path}: {error.reason}" if error is not None else ""

    return judge


def loose(path: Path) -> _Judge:
    """A judge by XSD 1.0, with the same answers."""
    schema = etree.XMLSchema(file=str(path))

    def judge(root: etree._Element) -> str:
        try:
            schema.assertValid(root)
        except etree.DocumentInvalid as error:
            return str(error)
        return ""

    return judge


def timed(name: str, load: Callable[[Path], _Judge], path: Path) -> _Judge:
    started = time.perf_counter()
    judge = load(path)
    print(f"{name}: loaded in {time.perf_counter() - started:.2f} s")
    return judge


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--schemas", type=Path, default=SCHEMAS, help="the folder of the .xsd files")
    options = parser.parse_args()
    judges = {
        root: (
            timed(f"{name}.xsd", exact, options.schemas / f"{name}.xsd"),
            timed(f"{name}-1.0.xsd", loose, options.schemas / f"{name}-1.0.xsd"),
        )
        for root, name in NAMES.items()
    }
    wrong, judged = valid_rejected(options.corpus, judges)
    share = mutants_rejected(options.corpus, judges)
    print(f"valid rejected {wrong} of {judged}, mutants rejected {share:.1%}")
    return 1 if wrong or share < WANTED else 0


def valid_rejected(corpus: Path, judges: dict[str, tuple[_Judge, _Judge]]) -> tuple[int, int]:
    wrong = judged = 0
    seconds = [0.0, 0.0]
    invalid: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for entry in entries(corpus):
        if entry.root not in judges or entry.jing not in ("valid", "invalid"):
            continue
        root = tree(entry.path)
        if entry.jing == "invalid":
            invalid[entry.root] += 1
            caught[entry.root] += bool(judges[entry.root][0](root))
            continue
        judged += 1
        for number, version in enumerate(("1.1", "1.0")):
            started = time.perf_counter()
            reason = judges[entry.root][number](root)
            seconds[number] += time.perf_counter() - started
            if reason:
                wrong += 1
                print(f"{entry.name}: valid, but rejected by XSD {version}: {reason}")
    for kind in judges:
        print(f"{kind}: of {invalid[kind]} that jing rejects, 1.1 rejects {caught[kind]}")
    print(f"a valid document takes {seconds[0] / judged:.4f} s with 1.1, {seconds[1] / judged:.4f} s with 1.0")
    return wrong, judged


def mutants_rejected(corpus: Path, judges: dict[str, tuple[_Judge, _Judge]]) -> float:
    folder = corpus / "mutants"
    truth: list[dict[str, Any]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    total: Counter[tuple[str, int]] = Counter()
    rejected: Counter[tuple[str, int]] = Counter()
    for mutant in truth:
        root = tree(folder / mutant["file"])
        for number, judge in enumerate(judges[mutant["root"]]):
            key = (mutant["group"], number)
            total[key] += 1
            if judge(root):
                rejected[key] += 1
            elif number == 0 and mutant["group"] in MEASURED:
                print(f"{mutant['file']}: accepted by XSD 1.1: {mutant['fault']} {mutant['what']} at {mutant['path']}")
    for group in dict.fromkeys(mutant["group"] for mutant in truth):
        figures = (f"{rejected[group, number] / total[group, number]:.1%}" for number in (0, 1))
        print("mutants of {}: rejected by 1.1 {}, by 1.0 {}".format(group, *figures))
    measured = sum(total[group, 0] for group in MEASURED)
    return sum(rejected[group, 0] for group in MEASURED) / max(measured, 1)


if __name__ == "__main__":
    sys.exit(main())
