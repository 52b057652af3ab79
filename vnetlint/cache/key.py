"""The keys of what is kept: everything that decides a result, as a hash."""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b

import vnetlint
from vnetlint.settings import Settings
from vnetlint.xml import later
from vnetlint.xml.source import Input, Source

_FORM = 1
"""The number of the form of kept values: another one makes all of them unknown."""


def of_file(source: Source, digest: bytes, settings: bytes) -> bytes:
    """Return the key of a file: its path, its text and the settings. Identical files have different findings."""
    return hashed(b"file", settings, source.path.encode("utf-8", "surrogatepass"), digest)


def of_run(settings: bytes, inputs: Iterable[tuple[str, bytes]], context: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the key of a whole run: its settings, and the path and the text of every file that it sees."""
    made = blake2b(b"run" + settings, digest_size=32)
    for kind, files in ((b"input", inputs), (b"context", context)):
        for path, digest in files:
            made.update(kind + b"%d:" % len(path) + path.encode("utf-8", "surrogatepass") + digest)
    return made.digest()


def of_settings(settings: Settings) -> bytes:
    """Return the hash of settings, of the schemas that they name, and of the program that judges by them."""
    own = [] if settings.schemas is None else sorted(settings.schemas.glob("*"))
    stamps = (_stamp(str(each)) for each in (*own, *settings.metadata.values()))
    return hashed(b"settings", _program(), settings.digest.encode(), *stamps)


def digest_of(each: Input) -> bytes:
    """Return the hash of an input as it was read: of its text, or of why it could not be read."""
    if isinstance(each, Source):
        return later.digest_of(each)
    return hashed(b"unreadable", each.message.encode(), each.shown.text.encode("utf-8", "surrogatepass"))


@cache
def _program() -> bytes:
    """Return a hash of vnetlint itself: its version, and when its files were written."""
    folder = os.path.dirname(vnetlint.__file__)
    record = f"{folder}-{vnetlint.__version__}.dist-info/RECORD"
    files = [record] if os.path.exists(record) else sorted(_own_files(os.path.dirname(folder)))
    return hashed(f"{_FORM} {vnetlint.__version__} {sys.version_info[:2]}".encode(), *map(_stamp, files))


def _own_files(checkout: str) -> Iterator[str]:
    for top in ("vnetlint", "rules", "schemas"):
        for folder, _, names in os.walk(os.path.join(checkout, top)):
            yield from (os.path.join(folder, name) for name in names if name.endswith((".py", ".rng", ".json")))


def _stamp(path: str) -> bytes:
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
