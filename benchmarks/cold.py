"""One file from a cold start, as users have it: a wheel of this working tree, installed and compiled.

usage: python -m benchmarks.cold NETWORK DOMAIN SCHEMAS     (SCHEMAS: libvirt's own, /usr/share/libvirt/schemas)

The console script is compared with `python -c pass` of the same environment, and with jing and virt-xml-validate if
they are installed. All commands take turns, so that what else the machine does slows all of them down; each ratio is
the median of the ratios of one turn. The processor's time is that of the process and of its children.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.installed import environment, wheel

RUNS = 15
SHOWN_IMPORTS = 12
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As on a user's machine, where Python keeps what it has compiled."""
BARE = "python -c pass"


class Spent(NamedTuple):
    """The seconds that a command took."""

    wall: float
    processor: float


def main(network: str, domain: str, schemas: str) -> int:
    """Print the times and ratios, the slowest imports, and the figures."""
    with TemporaryDirectory() as folder:
        programs = environment(Path(folder) / "env", wheel(Path(folder) / "wheel"))
        subprocess.run([programs / "python", "-m", "compileall", "-q", programs.parent / "lib"], env=ENVIRONMENT)
        return _measure(programs, {"network": network, "domain": domain}, Path(schemas))


def _measure(programs: Path, files: dict[str, str], schemas: Path) -> int:
    python = str(programs / "python")
    commands = {BARE: [python, "-c", "pass"]}
    for kind, file in files.items():
        commands[f"vnetlint check {kind}"] = [str(programs / "vnetlint"), "check", file]
        commands[f"virt-xml-validate {kind}"] = ["virt-xml-validate", file]
        commands[f"jing {kind}"] = ["jing", str(schemas / f"{kind}.rng"), file]
    commands = {name: command for name, command in commands.items() if shutil.which(command[0])}
    turns = [{name: _time(command) for name, command in commands.items()} for _ in range(RUNS + 1)][1:]
    for name in commands:
        wall, processor = (1000 * median(turn[name][which] for turn in turns) for which in (0, 1))
        print(f"{name:25} {wall:7.1f} ms, of the processor {processor:7.1f} ms")
    for kind in files:
        ours = f"vnetlint check {kind}"
        for theirs in (f"virt-xml-validate {kind}", f"jing {kind}"):
            if theirs in commands:
                wall, processor = (_ratio(turns, ours, theirs, which) for which in (0, 1))
                print(f"{ours} takes {wall:.2f} × {theirs}, of the processor {processor:.2f} ×")
        print(f"slowest imports of {ours}:")
        for own, total, module in _imports(python, commands[ours])[:SHOWN_IMPORTS]:
            print(f"{own / 1000:7.1f} ms own, {total / 1000:7.1f} ms with what it imports: {module}")
    figures = (
        f"{kind} {what} ratio {_ratio(turns, f'vnetlint check {kind}', BARE, which):.2f}"
        for kind in files
        for which, what in enumerate(("wall", "processor"))
    )
    print(", ".join(figures))
    return 0


def _ratio(turns: list[dict[str, Spent]], one: str, other: str, which: int) -> float:
    return median(turn[one][which] / turn[other][which] for turn in turns)


def _imports(python: str, command: list[str]) -> list[tuple[int, int, str]]:
    """The imports by their own time, slowest first."""
    run = subprocess.run(
        [python, "-X", "importtime", *command], capture_output=True, text=True, check=False, env=ENVIRONMENT
    )
    found = re.findall(r"import time: +(\d+) \| +(\d+) \| +(\S+)", run.stderr)
    return sorted(((int(own), int(total), module) for own, total, module in found), reverse=True)


def _time(command: list[str]) -> Spent:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=ENVIRONMENT)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
