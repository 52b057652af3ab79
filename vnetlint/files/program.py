"""The program itself, of which nothing may be taken for known that another version found."""

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b

import vnetlint


@cache
def program() -> bytes:
    """Return a hash of vnetlint itself: its version, and when its files were written."""
    folder = os.path.dirname(vnetlint.__file__)
    record = f"{folder}-{vnetlint.__version__}.dist-info/RECORD"
    files = [record] if os.path.exists(record) else sorted(_own_files(os.path.dirname(folder)))
    return hashed(f"{vnetlint.__version__} {sys.version_info[:2]}".encode(), *map(stamp, files))


def _own_files(checkout: str) -> Iterator[str]:
    for top in ("vnetlint", "rules", "schemas"):
        for folder, _, names in os.walk(os.path.join(checkout, top)):
            yield from (os.path.join(folder, name) for name in names if name.endswith((".py", ".rng", ".json")))


def stamp(path: str) -> bytes:
    """Return a path with the size of its file and when it was written."""
    try:
        found = os.stat(path)
    except OSError:
        return f"{path}\0missing".encode("utf-8", "surrogatepass")
    return f"{path}\0{found.st_size}\0{found.st_mtime_ns}".encode("utf-8", "surrogatepass")


def hashed(*parts: bytes) -> bytes:
    """Return a hash of parts, which no other parts have."""
    made = blake2b(digest_size=32)
    for each in parts:
        made.update(b"%d:" % len(each) + each)
    return made.digest()
