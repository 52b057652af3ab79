"""The keys of what is kept: everything that decides a result, as a hash."""

from collections.abc import Iterable
from hashlib import blake2b

from vnetlint.files.program import hashed, program, stamp
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
    stamps = (stamp(str(each)) for each in (*own, *settings.metadata.values()))
    return hashed(b"settings%d" % _FORM, program(), settings.digest.encode(), *stamps)


def digest_of(each: Input) -> bytes:
    """Return the hash of an input as it was read: of its text, or of why it could not be read."""
    if isinstance(each, Source):
        return later.digest_of(each)
    return hashed(b"unreadable", each.message.encode(), each.shown.text.encode("utf-8", "surrogatepass"))
