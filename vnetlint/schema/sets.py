"""Which schema judges which root element, and where it lies."""

from importlib.resources import files
from pathlib import Path

_FILES = {"network": "network.rng", "domain": "domain.rng", "filter": "nwfilter.rng"}


def bundled(root: str) -> Path:
    """Give the path of the project's own schema for a root element. Raises KeyError where there is none."""
    with_name = files("vnetlint.schemas") / _FILES[root]
    return Path(str(with_name))
