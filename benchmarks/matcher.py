"""The matcher's verdicts compared with jing's, both with libvirt's own installed RELAX NG files.

    python -m benchmarks.matcher CORPUS --schemas DIR

It takes every file of the corpus whose root has a schema in DIR, including mutants, and also valid documents with the
children of their elements in another order, as interleaves allow; jing says which of those are still valid.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from vnetlint.inputkey import FileKey
from vnetlint.schema.compiled import load
from vnetlint.schema.derive import matches
from vnetlint.schema.grammar import Grammar
from vnetlint.xml.source import DecodingError, Source, decode
from vnetlint.xml.tree import parse

SCHEMAS = {
    "domain": "domain.rng",
    "network": "network.rng",
    "filter": "nwfilter.rng",
    "networkport": "networkport.rng",
    "domainsnapshot": "domainsnapshot.rng",
    "domaincheckpoint": "domaincheckpoint.rng",
    "domainbackup": "domainbackup.rng",
    "domainCapabilities": "domaincaps.rng",
    "capabilities": "capability.rng",
    "pool": "storagepool.rng",
    "volume": "storagevol.rng",
    "device": "nodedev.rng",
    "interface": "interface.rng",
    "secret": "secret.rng",
    "filterbinding": "nwfilterbinding.rng",
    "cpu": "cpu.rng",
}
BATCH = 400


class Literal(Source):
    """A file whose placeholders are ordinary text, as they are for jing."""

    @property
    def masked(self) -> str:
        """The text as it is."""
        return self.text


@dataclass
class Tally:
    """How often the two agree, and where they disagree."""

    agreed: int = 0
    total: int = 0
    valid: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, name: str, ours: bool, jing: bool) -> None:
        """Count a pair of verdicts."""
        self.total += 1
        self.agreed += ours == jing
        self.valid += jing
        if ours != jing:
            self.misses.append(f"{name}: matcher says {_word(ours)}, jing {_word(jing)}")


def _word(valid: bool) -> str:
    return "valid" if valid else "invalid"


def root_of(path: Path) -> str | None:
    """The name of a file's root element; None if jing could not read it either."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return str(etree.QName(etree.parse(str(path), parser).getroot()).localname)
    except (etree.XMLSyntaxError, OSError, ValueError):
        return None


def jing_verdicts(schema: Path, files: Iterable[Path]) -> dict[Path, bool]:
    """Which files jing finds valid; those that it cannot read are left out."""
    names = [str(path.resolve()) for path in files]
    verdicts: dict[Path, bool] = {}
    for at in range(0, len(names), BATCH):
        batch = names[at : at + BATCH]
        done = subprocess.run(["jing", str(schema), *batch], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"jing failed: {done.stderr.strip() or done.stdout.strip()}")
        invalid: set[str] = set()
        unread: set[str] = set()
        for line in done.stdout.splitlines():
            name, _, rest = line.partition(".xml:")
            kind = rest.split(" ", 1)[-1]
            (unread if kind.startswith("fatal") else invalid).add(name + ".xml")
        verdicts.update({Path(name): name not in invalid for name in batch if name not in unread})
    return verdicts


def our_verdict(path: Path, grammar: Grammar) -> bool | None:
    """Whether the matcher finds a file valid; None if it is not a file of one document."""
    try:
        source = decode(FileKey(str(path)), path.read_bytes())
    except DecodingError:
        return None
    documents = parse(Literal(source.key, source.text, source.encoding, source.bom))
    if len(documents) != 1:
        return None
    return matches(documents[0].root, grammar, placeholders=False)


def reorderings(files: list[Path], folder: Path, count: int) -> Iterator[Path]:
    """Write documents to a folder with their children in another order; jing says whether they are still valid."""
    chance = random.Random(20)
    for number in range(count):
        path = chance.choice(files)
        root = etree.parse(str(path)).getroot()
        parents = [node for node in root.iter() if isinstance(node.tag, str) and len(node) > 1]
        # The children of the root, or those of a few elements at once.
        chosen = [root] if number % 3 == 0 else chance.sample(parents, min(len(parents), 1 + number % 3))
        for parent in chosen:
            children = list(parent)
            chance.shuffle(children)
            parent[:] = children
        written = folder / f"{number:04}.xml"
        written.write_bytes(etree.tostring(root, encoding="utf-8"))
        yield written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--schemas", type=Path, required=True, help="the folder of libvirt's .rng files")
    parser.add_argument("--reorderings", type=int, default=600, help="how many to make (default: 600)")
    options = parser.parse_args()
    by_root: dict[str, list[Path]] = {}
    for path in sorted(options.corpus.resolve().rglob("*.xml")):
        root = root_of(path)
        if root in SCHEMAS and (options.schemas / SCHEMAS[root]).exists():
            by_root.setdefault(root, []).append(path)
    files, moved, seconds = Tally(), Tally(), 0.0
    for root, paths in by_root.items():
        schema = options.schemas / SCHEMAS[root]
        grammar = load(schema)
        verdicts = jing_verdicts(schema, paths)
        started = time.perf_counter()
        for path, jing in verdicts.items():
            ours = our_verdict(path, grammar)
            if ours is not None:
                files.add(str(path.relative_to(options.corpus.resolve())), ours, jing)
        seconds += time.perf_counter() - started
        good = [path for path, jing in verdicts.items() if jing and root in ("domain", "network", "filter")]
        if good:
            with tempfile.TemporaryDirectory() as folder:
                made = list(reorderings(good, Path(folder).resolve(), options.reorderings // 3))
                for path, jing in jing_verdicts(schema, made).items():
                    ours = our_verdict(path, grammar)
                    assert ours is not None
                    moved.add(f"reordered {root} {path.name}", ours, jing)
    for miss in files.misses + moved.misses:
        print(miss)
    each = seconds * 1000 / max(files.total, 1)
    print(f"files: {files.agreed} of {files.total} agree, {files.valid} valid, {each:.2f} ms a file")
    print(f"reorderings: {moved.agreed} of {moved.total} agree, {moved.valid} valid")
    agreed, total = files.agreed + moved.agreed, files.total + moved.total
    print(f"agree {agreed} of {total} ({agreed / max(total, 1):.2%})")
    sys.exit(agreed != total)


if __name__ == "__main__":
    main()
