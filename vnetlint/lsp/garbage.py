"""Collecting garbage between keystrokes rather than within them.

A tree points in circles, so each text that is judged leaves some thousand objects to the collector. Left to itself it
stops the work in the middle for longer than the work takes.
"""

import gc

from vnetlint.engine.lint import lint
from vnetlint.inputkey import StreamKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

_KINDS = ("network", "domain", "filter")


def warm_up() -> None:
    """Load what the first fault of each kind would have to wait for, and have the collector pass it over."""
    gc.disable()
    lint([Source(StreamKey(kind), f"<{kind}><x/></{kind}>") for kind in _KINDS], Settings())
    settle()


def settle() -> None:
    """Collect all garbage, and let the collector pass over what is left: for when a project has been read."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def sweep() -> None:
    """Collect what was left since the project was read."""
    gc.collect()
