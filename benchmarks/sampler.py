"""Compare grammars: random documents of libvirt's RELAX NG must be valid by ours, and the other way round.

    python -m benchmarks.sampler [--root DIR] [--seed N] [--seeds N] [--count N] [--kind network …] [--corpus CORPUS]

With each seed, `count` documents are drawn from libvirt's grammars and `count` from ours, both for the version of
libvirt in DIR or, without --root, on this machine. Of ten, six are guests, three are networks and one is a filter.
`benchmarks.sampling` explains how they are drawn. jing validates each with libvirt's grammar.

- What libvirt's grammar allows and ours rejects counts as *rejected* if libvirt's parser accepts it.
- What ours allows and libvirt's rejects counts as *loose* if libvirt's parser refuses it.

A document that one of the two rejects is reduced: elements and attributes are removed as long as the fault stays. Then
the parser of the same libvirt is asked (`benchmarks.judging`). A fault is *undecided* if libvirt refuses every document
with it, and also similar correct ones. What ours allows and only an older libvirt's grammar has is *given up*, and no
fault: our grammars are for all versions and keep what libvirt has removed.

Each cause is a line: what it is, how often, the smallest document, and what libvirt says. This needs jing, virsh, and
for filters what `tests/oracle/libvirtd.py` needs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from benchmarks.judging import Case, Comparison, Judge
from benchmarks.matcher import jing_verdicts
from benchmarks.reducing import follows, read, text_of
from benchmarks.sampling import Sampler
from tests.oracle.asking import Parser
from vnetlint.schema import gate, judge
from vnetlint.schema.compiled import load
from vnetlint.schema.sets import FILES, SYSTEM
from vnetlint.schema.versions import older
from vnetlint.version import parse_version

SHARES = {"domain": 6, "network": 3, "filter": 1}
"""The share of each kind of document."""


@dataclass
class Run:
    """The comparison of one libvirt's grammars with ours, and what was found."""

    folder: Path
    former: Path
    version: str
    judging: Judge
    comparisons: dict[tuple[str, str], Comparison] = field(default_factory=dict)
    drawn: int = 0
    invalid: int = 0
    """How many were drawn from libvirt's grammar and rejected by jing."""
    ungated: int = 0
    """How many the matcher accepts and libxml2 rejects."""

    def sample(self, kind: str, seed: int, count: int) -> None:
        """Draw documents of one kind with one seed, both ways."""
        theirs = load(self.folder / FILES[kind])
        ours = older(judge.grammar_of(kind), parse_version(self.version))
        for what, drawn, other in (("rejected", theirs, ours), ("loose", ours, theirs)):
            comparison = self.comparisons.setdefault((kind, what), Comparison(kind, what, drawn, other))
            comparison.alike.clear()
            sampler = Sampler(drawn, random.Random(f"{kind} {seed} {what}"))
            roots = [sampler.document() for _ in range(count)]
            self.drawn += len(roots)
            for root, is_valid in zip(roots, self._jing(kind, roots), strict=True):
                if what == "rejected":
                    self.invalid += not is_valid
                    if is_valid and not comparison.look_at(root):
                        self.ungated += not gate.is_valid(read(root))
                elif not is_valid:
                    comparison.look_at(root)
            self.judging.judge(comparison)

    def _jing(self, kind: str, roots: Sequence[etree._Element]) -> list[bool]:
        """Whether each document is valid by jing."""
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, root in enumerate(roots):
                paths.append(Path(folder, f"{number}.xml").resolve())
                paths[-1].write_text(text_of(root), encoding="utf-8")
            verdicts = jing_verdicts(self.folder / FILES[kind], paths)
            return [verdicts[path] for path in paths]

    def cases(self) -> Iterator[tuple[str, Case]]:
        """What was found, with its class: rejected, loose, given up, undecided, or fine."""
        for (kind, what), comparison in self.comparisons.items():
            before = load(self.former / FILES[kind])
            for case in comparison.cases.values():
                if case.verdict == "undecided":
                    yield "undecided", case
                elif (case.verdict == "accepted") == (what == "loose"):
                    yield f"fine, {case.verdict}", case
                elif what == "loose" and follows(case.small, before):
                    yield "given up", case
                else:
                    yield what, case


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, help="the file system of another libvirt (default: this machine's)")
    parser.add_argument("--former", type=Path, default=SYSTEM, help="schemas of an older one (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument("--seeds", type=int, default=1, help="how many (default: 1)")
    parser.add_argument("--count", type=int, default=1000, help="documents a seed and a way (default: 1000)")
    parser.add_argument("--kind", action="append", choices=list(FILES), help="only this kind of document")
    parser.add_argument("--corpus", type=Path, help="documents to try a fault in")
    parser.add_argument("--all", action="store_true", help="print also what libvirt decided as its grammar says")
    options = parser.parse_args()
    folder = SYSTEM if options.root is None else options.root / SYSTEM.relative_to("/")
    kinds = {kind: share for kind, share in SHARES.items() if kind in (options.kind or SHARES)}
    started = time.perf_counter()
    with Parser(options.root) as libvirt:
        run = Run(folder, options.former, libvirt.version(), Judge(libvirt, options.corpus))
        for seed in range(options.seed, options.seed + options.seeds):
            for kind, share in kinds.items():
                run.sample(kind, seed, options.count * share // sum(kinds.values()))
    found = list(run.cases())
    for title, case in found:
        if options.all or title in ("rejected", "loose", "undecided"):
            print(f"{title}: {case.cause} ({case.count}): {text_of(case.small)}: {case.said or 'taken'}")
    titles = ("rejected", "loose", "undecided", "given up")
    counts = {title: sum(each == title for each, _ in found) for title in titles}
    print(
        f"libvirt {run.version}: drawn {run.drawn} in {time.perf_counter() - started:.0f} s, "
        f"causes {len(found)}, invalid by jing {run.invalid}, not by libxml2 {run.ungated}, "
        + ", ".join(f"{title} {count}" for title, count in counts.items())
    )
    return 1 if counts["rejected"] else 0


if __name__ == "__main__":
    sys.exit(main())
