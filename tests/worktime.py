"""How long work takes on the processor, without what the rest of a long test process adds to it.

A collection of all garbage of a process that has run ten thousand tests takes a third of a second, and falls into
whatever runs at that moment.
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
