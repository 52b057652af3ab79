"""The corpus by `vnetlint check` and by the validators of libvirt's format: time of the processor and on the clock.

All check the same files. xmllint and jing take one schema, so they run once for each kind of file. virt-xml-validate
takes one file; it runs on a sample, and its times are those of the sample multiplied. Medians of several rounds count,
and each round runs every tool once. The figures are ratios of processor time, first those of one process without a
cache.

usage: python -m benchmarks.compare CORPUS SCHEMAS     (SCHEMAS: libvirt's own, /usr/share/libvirt/schemas)
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.cold import ENVIRONMENT
from benchmarks.manifest import Entry, entries
from benchmarks.usage import Usage, middle, used

ROUNDS = 5
SAMPLE = 60
"""How many files virt-xml-validate checks in a round; each takes two processes of xmllint."""
OURS = "vnetlint check"
SCHEMA_OF = {"network": "network.rng", "domain": "domain.rng", "filter": "nwfilter.rng"}
_ANY = range(256)
"""jing and xmllint exit with various codes if a file is invalid."""

Run = Callable[[], Usage]


@dataclass(frozen=True)
class Row:
    """A way to check the files, and what it used."""

    name: str
    usage: Usage
    sample: int | None = None
    """The number of files that were checked, if it is not all of them."""


def main(corpus: str, schemas: str) -> int:
    """Print a row for each way, and the ratios."""
    files = corpus_files(corpus)
    rows, missing = compared(files, Path(schemas))
    ours = next(each for each in rows if each.name.startswith(OURS)).usage
    print(f"{len(files)} files, medians of {ROUNDS} rounds")
    for row in rows:
        used_by = row.usage
        times = f"{used_by.processor:7.2f} s of the processor, {used_by.wall:7.2f} s"
        memory = f"{'<' if used_by.at_most else ' '}{used_by.megabytes:5.0f} MB"
        scaled = f", from {row.sample} files" if row.sample else ""
        print(f"{row.name:40} {times}, {memory}, processor {ours.processor / used_by.processor:6.2f} × that{scaled}")
    for each in missing:
        print(f"not measured: `vnetlint check` has no {each}")
    theirs = {each.name: each.usage.processor for each in rows if not each.name.startswith(OURS)}
    print(", ".join(f"of {name} {ours.processor / seconds:.2f}" for name, seconds in theirs.items()))
    return 0


def corpus_files(corpus: str) -> list[Entry]:
    """Return the files of a corpus that libvirt has a schema for."""
    return [each for each in entries(Path(corpus)) if each.root in SCHEMA_OF]


def compared(files: Sequence[Entry], schemas: Path, rounds: int = ROUNDS) -> tuple[list[Row], list[str]]:
    """Return what each way to check files uses, and the options that `vnetlint check` has not."""
    with tempfile.TemporaryDirectory() as cache:
        ours, missing = _ours([str(each.path) for each in files], {**ENVIRONMENT, "XDG_CACHE_HOME": cache})
        sample = list(files[:: max(1, len(files) // SAMPLE)])
        runs: dict[str, Run] = {
            **ours,
            "xmllint": partial(_by_schema, files, lambda schema: ["xmllint", "--noout", "--relaxng", schema], schemas),
            "jing": partial(_by_schema, files, lambda schema: ["jing", schema], schemas),
            "virt-xml-validate": partial(_one_by_one, sample, len(files)),
        }
        # The first run compiles, reads files into memory, and fills the cache.
        for run in ours.values():
            run()
        found: dict[str, list[Usage]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                found[name].append(run())
    samples = {"virt-xml-validate": len(sample)}
    return [Row(name, middle(each), samples.get(name)) for name, each in found.items()], missing


def _ours(paths: Sequence[str], environment: Mapping[str, str]) -> tuple[dict[str, Run], list[str]]:
    """Return the ways of vnetlint, one process without a cache first, and the options that it does not have."""
    known = options()
    missing = [each for each in ("--jobs", "--no-cache") if each not in known]
    no_cache = ["--no-cache"] if "--no-cache" in known else []
    ways = {"": no_cache}
    if "--jobs" in known:
        ways = {" --jobs 1": ["--jobs", "1", *no_cache], " --jobs 2": ["--jobs", "2", *no_cache]}
    if no_cache:
        ways[", nothing changed since the last run"] = []
    command = [vnetlint(), "check", "--output-format", "concise"]
    return {
        f"{OURS}{how}": partial(used, [*command, *more, *paths], environment) for how, more in ways.items()
    }, missing


def options() -> str:
    """Return the help of `vnetlint check`, which lists its options."""
    return subprocess.run([vnetlint(), "check", "--help"], capture_output=True, text=True, check=True).stdout


def vnetlint() -> str:
    """Return the program beside the Python that runs this."""
    return str(Path(sys.executable).parent / "vnetlint")


def _by_schema(files: Sequence[Entry], command: Callable[[str], list[str]], schemas: Path) -> Usage:
    total = Usage(0, 0, 0, at_most=True)
    for root, schema in SCHEMA_OF.items():
        paths = [str(each.path) for each in files if each.root == root]
        if paths:
            total += used([*command(str(schemas / schema)), *paths], codes=_ANY)
    return total


def _one_by_one(sample: Sequence[Entry], count: int) -> Usage:
    total = Usage(0, 0, 0, at_most=True)
    for each in sample:
        total += used(["virt-xml-validate", str(each.path)], codes=_ANY)
    return total.times(count / len(sample))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
