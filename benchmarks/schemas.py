"""Verdicts of the project's own schemas, compared with those of jing on libvirt's, which are in the manifest.

usage: python -m benchmarks.schemas CORPUS
"""

import sys
from collections import Counter
from pathlib import Path

from benchmarks.manifest import entries
from vnetlint.schema import judge
from vnetlint.schema.derive import matches
from vnetlint.schema.sets import FILES
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


def main(corpus: str) -> int:
    """Print each disagreement, the counts by kind, and the figures; return 1 if a valid document is rejected."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    for entry in entries(Path(corpus)):
        source = entry.open()
        if entry.root not in FILES or not entry.jing or not isinstance(source, Source):
            continue
        documents = parse(source)
        if any(wellformed.check(document) for document in documents):
            continue
        # For jing, a placeholder was ordinary text.
        grammar = judge.grammar_of(entry.root)
        accepted = all(matches(document.root, grammar, placeholders=False) for document in documents)
        counts[entry.root, entry.jing, accepted] += 1
        if accepted != (entry.jing == "valid"):
            print(f"{entry.name}: jing says {entry.jing}")
    for root in FILES:
        valid, invalid = counts[root, "valid", True], counts[root, "invalid", False]
        wrong, missed = counts[root, "valid", False], counts[root, "invalid", True]
        print(f"{root:8} valid accepted {valid} of {valid + wrong}, invalid rejected {invalid} of {invalid + missed}")
    wrong = sum(count for (_, jing, accepted), count in counts.items() if jing == "valid" and not accepted)
    shares = [
        (
            root,
            100 * counts[root, "invalid", False] / max(1, sum(counts[root, "invalid", each] for each in (True, False))),
        )
        for root in FILES
    ]
    print(f"valid rejected {wrong}, " + ", ".join(f"invalid {root} rejected {share:.1f} %" for root, share in shares))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
