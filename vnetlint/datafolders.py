"""The folders of vnetlint's own data files, found without `importlib.resources`, which takes long to load."""

from functools import cache
from importlib import import_module
from pathlib import Path


@cache
def schemas() -> Path:
    """Return the folder of the schemas and of the tables that are made from them. Raises ImportError if it is gone."""
    return Path(import_module("vnetlint.schemas").__path__[0])
