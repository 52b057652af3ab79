"""One file from a cold start, compared with bare Python, virt-xml-validate and jing; and the slowest imports.

usage: python -m benchmarks.cold FILE SCHEMA     (SCHEMA: libvirt's own for the file, such as network.rng)
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

RUNS = 15
SHOWN_IMPORTS = 12
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As on a user's machine, where Python keeps what it has compiled."""


def main(file: str, schema: str) -> int:
    """Print the ratios, the slowest imports, and the figure."""
    script = str(Path(sys.executable).parent / "vnetlint")
    commands = {
        "vnetlint check": [script, "check", file],
        "python -c pass": [sys.executable, "-c", "pass"],
        "virt-xml-validate": ["virt-xml-validate", file],
        "jing": ["jing", schema, file],
    }
    _time(commands["vnetlint check"])
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(_time(command))
    ours = times["vnetlint check"]
    for name, theirs in times.items():
        ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
        print(f"{name:18} {median(theirs) * 1000:7.1f} ms   vnetlint takes {ratio:5.2f} × that")
    for own, total, module in _imports([script, "check", file])[:SHOWN_IMPORTS]:
        print(f"{own / 1000:7.1f} ms own, {total / 1000:7.1f} ms with what it imports: {module}")
    ratio = median(one / other for one, other in zip(ours, times["python -c pass"], strict=True))
    print(f"cold ratio {ratio:.2f}")
    return 0


def _imports(command: list[str]) -> list[tuple[int, int, str]]:
    """The imports by their own time, slowest first."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=False, env=ENVIRONMENT
    )
    found = re.findall(r"import time: +(\d+) \| +(\d+) \| +(\S+)", run.stderr)
    return sorted(((int(own), int(total), module) for own, total, module in found), reverse=True)


def _time(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=ENVIRONMENT)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
