"""The whole corpus in one process, compared with xmllint, which only validates the same files.

usage: python -m benchmarks.throughput CORPUS SCHEMAS     (SCHEMAS: libvirt's own, /usr/share/libvirt/schemas)
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.cold import ENVIRONMENT
from benchmarks.manifest import Entry, entries

RUNS = 5
_SCHEMAS = {"network": "network.rng", "domain": "domain.rng", "filter": "nwfilter.rng"}
_CHECK = "import sys; from vnetlint.cli.start import run; sys.argv[1:] = sys.stdin.read().split('\\0'); run()"


def main(corpus: str, schemas: str) -> int:
    """Print both times and their ratio, which is the figure."""
    files = [entry for entry in entries(Path(corpus)) if entry.root in _SCHEMAS]
    ours, theirs = [], []
    for _ in range(RUNS):
        ours.append(_time_vnetlint(files))
        theirs.append(_time_xmllint(files, Path(schemas)))
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    print(f"{len(files)} files, median of {RUNS}: vnetlint {median(ours):.2f} s, xmllint {median(theirs):.2f} s")
    print(f"throughput ratio {median(ratios):.2f}")
    return 0


def _time_vnetlint(files: list[Entry]) -> float:
    alone = ("--no-cache", "--jobs", "1")
    arguments = ["check", *alone, "--output-format", "concise", *(str(entry.path) for entry in files)]
    return _time([sys.executable, "-c", _CHECK], "\0".join(arguments).encode())


def _time_xmllint(files: list[Entry], schemas: Path) -> float:
    """One process for each schema, because xmllint takes one."""
    return sum(
        _time(
            ["xmllint", "--noout", "--relaxng", str(schemas / schema)]
            + [str(entry.path) for entry in files if entry.root == root],
            b"",
        )
        for root, schema in _SCHEMAS.items()
    )


def _time(command: list[str], data: bytes) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=ENVIRONMENT
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
