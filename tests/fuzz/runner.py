"""Fuzz for a while; each failure is minimised and saved.

usage: python -m tests.fuzz.runner SECONDS [FOLDER] [--seed N]

The fuzzer checks properties, not outputs: `properties.py` lists what is true of any files under any settings, and
`mutate.py` makes the files from the examples and rule pages. A slice with fixed seeds runs with the tests; `make fuzz`
runs for an hour, shrinks each failing input and saves it. A seed makes the same files and settings on every machine.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from tests.fuzz import mutate, properties
from tests.fuzz.mutate import Files
from tests.fuzz.properties import Broken

MINIMISING = 60.0
"""Seconds for making one input smaller."""

EACH = 2
"""Inputs that are kept of one kind of failure."""

CONFIG = "vnetlint.toml"

_CONFIG_PIECES = (
    "complete", "select", "ignore", "extend-select", "severity", "options", "per-file-ignores", "host", "include",
    "extend", "metadata", "target-libvirt", "external", "fail-on", " = ", "[", "]", "[[", "]]", "\n", "'", '"', "true",
    "1", "-1", "9" * 5000, "1979-05-27", "nan", "'all'", "'error'", "'9.0'", ".", ",", "{", "}", "\0", "ä", "\ud7ff",
    "#",
    "[severity]\n", "[options.dhcp-range-too-large]\n", "ip-on-bridged-network = 'info'\n", "'*.xml' = ['all']\n", "\\",
)  # fmt: skip


def main() -> int:
    """Print each kind of failure, and how many runs there were."""
    parser = argparse.ArgumentParser(description="Fuzz vnetlint.")
    parser.add_argument("seconds", type=float)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/fuzz"))
    parser.add_argument("--seed", type=int, default=None, help="where to begin; by default somewhere else each time")
    options = parser.parse_args()
    first = options.seed if options.seed is not None else time.time_ns() % 10**9
    end = time.monotonic() + options.seconds
    seed, kinds = first, Counter[str]()
    while time.monotonic() < end:
        files = files_of(seed)
        kind, detail = failure(seed, files)
        if kind:
            kinds[kind] += 1
            if kinds[kind] <= EACH:
                small = minimised(files, partial(_fails_as, kind, seed))
                place = options.folder / str(seed)
                save(place, small, f"{kind}\nseed {seed}\n{detail}\n")
                print(f"{kind}: {place}\n    {detail.splitlines()[-1]:.300}", flush=True)
        seed += 1
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    print(f"runs {seed - first}, failures {sum(kinds.values())}, kinds {len(kinds)}")
    return 1 if kinds else 0


def files_of(seed: int) -> Files:
    """The files of a seed: a configuration, or a few documents."""
    random = Random(seed)
    if random.random() < 0.05:
        text = "".join(random.choice(_CONFIG_PIECES) for _ in range(random.randrange(1, 20)))
        return {CONFIG: text.encode("utf-8", "replace")}
    return mutate.project(random)


def failure(seed: int, files: Files) -> tuple[str, str]:
    """Return the kind of failure and what is known of it; nothing where all properties hold."""
    try:
        if CONFIG in files:
            with tempfile.TemporaryDirectory() as folder:
                properties.configuration_is_read_or_refused(Path(folder, CONFIG), files[CONFIG])
        else:
            properties.hold(files, properties.settings(Random(-seed)))
    except Broken as broken:
        return broken.name, str(broken)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.name}", traceback.format_exc()
    return "", ""


def _fails_as(kind: str, seed: int, files: Files) -> bool:
    return failure(seed, files)[0] == kind


def minimised(files: Files, fails: Callable[[Files], bool]) -> Files:
    """Return the smallest files found that fail in the same way, by leaving out files and pieces of them."""
    end = time.monotonic() + MINIMISING
    for path in list(files):
        fewer = {other: data for other, data in files.items() if other != path}
        if fewer and fails(fewer):
            files = fewer
    for path in files:
        size = max(len(files[path]) // 2, 1)
        while size and time.monotonic() < end:
            at = 0
            while at < len(files[path]) and time.monotonic() < end:
                smaller = {**files, path: files[path][:at] + files[path][at + size :]}
                if fails(smaller):
                    files = smaller
                else:
                    at += size
            size //= 2
    return files


def save(folder: Path, files: Files, report: str) -> None:
    """Write the files of a failure and its report to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        (folder / path).write_bytes(data)
    (folder / "failure.txt").write_text(report, "utf-8", "backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
