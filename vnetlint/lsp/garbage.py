"""Garbage is collected between keystrokes and not during them.

A tree has reference cycles, so each text that is linted leaves thousands of objects to the collector. If the collector
ran by itself, it would interrupt the work for longer than the work takes.
"""

import gc

from vnetlint.engine.lint import lint
from vnetlint.inputkey import StreamKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

_KINDS = ("network", "domain", "filter")


def warm_up() -> None:
    """Load what the first fault of each kind of document needs, and exclude it from collection."""
    gc.disable()
    lint([Source(StreamKey(kind), f"<{kind}><x/></{kind}>") for kind in _KINDS], Settings())
    settle()


def settle() -> None:
    """Collect all garbage, and exclude what is left from collection. Call this when a project has been read."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def sweep() -> None:
    """Collect the garbage since the last call of `settle`."""
    gc.collect()
