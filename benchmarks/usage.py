"""What a command costs: time of the processor, time on the clock, and memory, with those of the processes it starts."""

import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.cold import ENVIRONMENT


@dataclass(frozen=True)
class Usage:
    """What was used."""

    processor: float
    """Seconds of the processor, of all cores together."""
    wall: float
    """Seconds on the clock."""
    megabytes: float
    """The most memory of its largest process."""
    at_most: bool = False
    """Whether it had less memory than that: Linux counts what the process had that started it."""

    def __add__(self, other: "Usage") -> "Usage":
        largest = max(self, other, key=lambda each: each.megabytes)
        processor, wall = self.processor + other.processor, self.wall + other.wall
        return Usage(processor, wall, largest.megabytes, largest.at_most)

    def times(self, factor: float) -> "Usage":
        """Return what the same takes as often as that."""
        return Usage(self.processor * factor, self.wall * factor, self.megabytes, self.at_most)


def used(command: Sequence[str], environment: Mapping[str, str] = ENVIRONMENT, *, codes: range = range(2)) -> Usage:
    """Return what a command uses. Raises SystemExit if its exit code is none of `codes`."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(environment)
    ) as process:
        _, status, resources = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command[:4])} … exits with {process.returncode}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Usage(resources.ru_utime + resources.ru_stime, wall, resources.ru_maxrss / 1024, resources.ru_maxrss <= own)


def middle(runs: Sequence[Usage]) -> Usage:
    """Return the medians of several runs."""
    return Usage(
        median(each.processor for each in runs),
        median(each.wall for each in runs),
        median(each.megabytes for each in runs),
        all(each.at_most for each in runs),
    )
