"""Run the benchmarks and compare their figures with those in `recorded.toml`; a worse one fails.

One for each core runs at a time, and those that measure time run alone, after all others.

usage: python -m benchmarks.run CORPUS SCHEMAS
"""

import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
RECORDED = Path(__file__).with_name("recorded.toml")


def main(corpus: str, schemas: str) -> int:
    """Run each recorded benchmark, print its output, and return 1 if a figure got worse."""
    if not Path(corpus, "MANIFEST.tsv").is_file():
        print(f"benchmarks: there is no corpus at {corpus}, so no figure was measured")
        return 0
    run = partial(_run, corpus=corpus, schemas=schemas)
    alone = [each for each in _recorded() if each.get("alone")]
    together = [each for each in _recorded() if not each.get("alone")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = [*pool.map(run, together)]
    worse = [line for line in (*results, *map(run, alone)) if line]
    for line in worse:
        print(f"WORSE: {line}")
    return 1 if worse else 0


def _recorded() -> list[dict[str, Any]]:
    benchmarks: list[dict[str, Any]] = tomllib.loads(RECORDED.read_text("utf-8"))["benchmark"]
    return benchmarks


def _run(benchmark: dict[str, Any], corpus: str, schemas: str) -> str:
    """Return a sentence if the benchmark failed or a figure is beyond its bound, else nothing."""
    arguments = [each.format(corpus=corpus, schemas=schemas) for each in benchmark["arguments"]]
    command = [sys.executable, "-m", f"benchmarks.{benchmark['name']}", *arguments]
    started = time.monotonic()
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(f"$ {shlex.join(command[1:])}\n{run.stdout.rstrip()}\n({time.monotonic() - started:.0f} s)\n", flush=True)
    if run.returncode != 0:
        return f"{benchmark['name']} exits with {run.returncode}"
    last = run.stdout.strip().splitlines()[-1]
    for key, bound in benchmark.get("at_most", {}).items():
        if _figure(last, key) > bound:
            return f"{benchmark['name']}: {key} is {_figure(last, key)}, recorded was at most {bound}"
    for key, bound in benchmark.get("at_least", {}).items():
        if _figure(last, key) < bound:
            return f"{benchmark['name']}: {key} is {_figure(last, key)}, recorded was at least {bound}"
    return ""


def _figure(line: str, key: str) -> float:
    """The number after a name in the line of figures."""
    found = _NUMBER.search(line[line.index(key) + len(key) :])
    if found is None:
        raise ValueError(f"no figure '{key}' in: {line}")
    return float(found.group())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
