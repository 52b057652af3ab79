"""Measure what docs/performance.md shows, and write it into docs/performance.json. `make performance` also draws it.

Measure on a machine that does nothing else. 100,000 files take minutes.

usage: python -m benchmarks.performance CORPUS SCHEMAS [FILES ...]     (FILES: sizes of sites, from the smallest)
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import scale
from benchmarks.cold import ENVIRONMENT
from benchmarks.compare import OURS, Row, compared, corpus_files, options, vnetlint
from benchmarks.usage import Usage, middle, used

DATA = Path(__file__).parent.parent / "docs" / "performance.json"
SIZES = ("1000", "10000", "100000")
ONE = "examples/networks/build.xml"
ROUNDS = 15
"""How often one file is checked."""


def main(corpus: str, schemas: str, *sizes: str) -> int:
    """Write the data, and print it."""
    files = corpus_files(corpus)
    rows, missing = compared(files, Path(schemas))
    found = {
        "machine": machine(),
        "versions": versions(),
        "one": [_row(each) for each in _one_file(Path(schemas))],
        "corpus": {"files": len(files), "rows": [_row(each) for each in rows], "missing": missing},
        "growth": list(_growth([int(each) for each in sizes or SIZES])),
    }
    text = json.dumps(found, indent=2) + "\n"
    DATA.write_text(text, "utf-8")
    print(text, end="")
    return 0


def machine() -> str:
    """Return the kind of machine: its cores and its processor."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.*)$", info.read_text(), re.MULTILINE) if info.exists() else None
    words = re.sub(r"\(R\)|\(TM\)|@.*| Processor| CPU", "", model[1]).split() if model else [platform.machine()]
    return f"{os.cpu_count()} cores, {' '.join(words)}"


def versions() -> str:
    """Return the versions of what is compared."""
    libxml = subprocess.run(["xmllint", "--version"], capture_output=True, text=True, check=True).stderr
    number = re.search(r"version (\d+)(\d\d)(\d\d)", libxml)
    libvirt = subprocess.run(["virt-xml-validate", "--version"], capture_output=True, text=True, check=True).stdout
    python = f"Python {platform.python_version()}"
    return ", ".join(
        (
            python,
            f"libxml2 {int(number[1])}.{int(number[2])}.{int(number[3])}" if number else "libxml2",
            f"libvirt {libvirt.split()[-1]}",
        )
    )


def _row(row: Row) -> dict[str, Any]:
    sample = {"sample": row.sample} if row.sample else {}
    return {"name": row.name, **_figures(row.usage), **sample}


def _figures(usage: Usage) -> dict[str, Any]:
    return {
        "processor": round(usage.processor, 3),
        "seconds": round(usage.wall, 3),
        "megabytes": round(usage.megabytes),
        **({"at_most": True} if usage.at_most else {}),
    }


def _one_file(schemas: Path) -> Iterator[Row]:
    """Yield what one file takes, each command in a process of its own."""
    schema = str(schemas / "network.rng")
    commands = {
        OURS: [vnetlint(), "check", ONE],
        "xmllint": ["xmllint", "--noout", "--relaxng", schema, ONE],
        "jing": ["jing", schema, ONE],
        "virt-xml-validate": ["virt-xml-validate", ONE],
    }
    with tempfile.TemporaryDirectory() as cache:
        environment = {**ENVIRONMENT, "XDG_CACHE_HOME": cache}
        runs: dict[str, list[Usage]] = {name: [] for name in commands}
        used(commands[OURS], environment)
        for _ in range(ROUNDS):
            for name, command in commands.items():
                runs[name].append(used(command, environment))
    yield from (Row(name, middle(each)) for name, each in runs.items())


def _growth(sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield what sites of several sizes take: in one process without a cache, then again where nothing changed."""
    known = options()
    alone = [*(["--jobs", "1"] if "--jobs" in known else []), *(["--no-cache"] if "--no-cache" in known else [])]
    for files in sizes:
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder, "project")
            site.mkdir()
            scale.write(site, files)
            environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(Path(folder, "cache"))}
            command = [vnetlint(), "check", "--output-format", "concise"]
            run = partial(used, environment=environment)
            found: dict[str, Any] = {"files": files, "first": _figures(run([*command, *alone, str(site)]))}
            if "--no-cache" in known:
                run([*command, str(site)])
                found["unchanged"] = _figures(run([*command, str(site)]))
            yield found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
