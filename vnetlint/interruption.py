"""Long work asks often whether its result is still wanted, without being handed a function for that.

The language server runs one thing at a time in a thread. `pause` costs a fraction of a microsecond where nothing can
interrupt the work, as on the command line.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_asked: ContextVar[Callable[[], None] | None] = ContextVar("asked", default=None)


def pause() -> None:
    """Raise what the function of `interruptible` raises, if the work is not needed any more."""
    function = _asked.get()
    if function is not None:
        function()


@contextmanager
def interruptible(function: Callable[[], None]) -> Iterator[None]:
    """Let a function end the work within by an exception. Each `pause` in this thread calls it."""
    token = _asked.set(function)
    try:
        yield
    finally:
        _asked.reset(token)
