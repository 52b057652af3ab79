"""How long work takes on the processor, and whether that is what it may take on this machine.

A collection of all garbage of a process that has run ten thousand tests takes a third of a second, and falls into
whatever runs at that moment. Two processes on one core with two threads take nearly twice the processor time each.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Spent:
    """The processor time of some work, in seconds."""

    seconds = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure the work of a block, during which no garbage is collected."""
    found, was_on = Spent(), gc.isenabled()
    gc.disable()
    started = time.process_time()
    try:
        yield found
    finally:
        found.seconds = time.process_time() - started
        if was_on:
            gc.enable()


def in_time(seconds: float, limit: float) -> bool:
    """Whether work took at most `limit` seconds of processor time, on a machine that counts to 2,000,000 in 0.08 s.

    A slower machine, or one that is busy, is measured and given more.
    """
    return seconds <= limit or seconds <= limit * _counting() / 0.08


def _counting() -> float:
    """How many seconds of processor time this machine takes now to count to 2,000,000."""
    number = 0
    with spent() as work:
        while number < 2_000_000:
            number += 1
    return work.seconds
