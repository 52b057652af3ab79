"""Measure scenarios and write the tables as JSON: `python -m tests.reality.measure [SCENARIO…] [-o FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .expect import broken
from .probe import measure
from .scenarios import ALL
from .world import LIBVIRTS


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.reality.measure", description=__doc__.partition(":")[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="names of scenarios; by default all")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write; by default to the screen")
    parser.add_argument("--libvirt", choices=LIBVIRTS, default="9.0", help="the version to measure (default: 9.0)")
    parser.add_argument(
        "-j", "--jobs", type=int, default=1, help="how many scenarios to measure at a time (default: 1)"
    )
    given = parser.parse_args()
    unknown = [name for name in given.scenarios if name not in ALL]
    if unknown:
        parser.error(f"unknown scenario '{unknown[0]}'; expected one of: {', '.join(ALL)}")

    def one(name: str) -> dict[str, Any]:
        began = time.monotonic()
        measured = measure(ALL[name], given.libvirt)
        lines = [f"{name}: {len(measured.pairs)} pairs, {time.monotonic() - began:.1f} s"]
        lines += [f"  {line}" for line in broken(measured.scenario.expect, given.libvirt, measured.pairs)]
        print("\n".join(lines), file=sys.stderr, flush=True)
        return measured.as_json()

    with ThreadPoolExecutor(given.jobs) as pool:
        text = json.dumps(list(pool.map(one, given.scenarios or ALL)), indent=1) + "\n"
    if given.output:
        given.output.write_text(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
