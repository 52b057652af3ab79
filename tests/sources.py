"""Short ways to write the inputs of a test."""

from vnetlint.inputkey import FileKey
from vnetlint.xml.source import Source


def named(path: str, text: str) -> Source:
    """Return a file of this path and text."""
    return Source(FileKey(path), text)
