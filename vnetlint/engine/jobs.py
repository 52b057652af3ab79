"""Work on files by several processes at once. They are copies of this one, so nothing is loaded or sent twice."""

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

ENOUGH = 300
"""The fewest files for which it pays to start processes."""
_AT_ONCE = 25
"""Files that a process works on before it answers."""
_COLLECTED = 20
"""Answers between two collections of garbage."""

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

_work: list[tuple[Callable[[Any], Any], Sequence[Any]]] = []
"""What the processes do. They inherit it, because neither functions nor trees can be sent."""


def by_many(work: Callable[[_Item], _Answer], items: Sequence[_Item], jobs: int) -> Iterator[_Answer]:
    """Yield what `work` returns for each item, in order. Raises what it raises.

    The answers are sent, so they must be plain values. Few items, and all on a system that cannot copy a process, are
    worked on here.
    """
    if jobs == 1 or len(items) < ENOUGH or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, items)
        return
    _work.append((work, items))
    try:
        with multiprocessing.get_context("fork").Pool(jobs, initializer=_begin) as pool:
            yield from chain.from_iterable(pool.imap(_answers, range(0, len(items), _AT_ONCE)))
    finally:
        _work.pop()


def _begin() -> None:
    # What is there now is in use until the end. Trees are cyclic, and a process makes thousands of them.
    gc.freeze()
    # An interrupt is for the first process, which ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _answers(start: int) -> list[Any]:
    work, items = _work[-1]
    found = [work(each) for each in items[start : start + _AT_ONCE]]
    if start // _AT_ONCE % _COLLECTED == _COLLECTED - 1:
        gc.collect()
    return found
