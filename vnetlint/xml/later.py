"""Texts that are read again when somebody asks for them, so that a run over many files does not hold all of them."""

import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from vnetlint.errors import UserError
from vnetlint.inputkey import FileKey
from vnetlint.xml.lines import LineIndex
from vnetlint.xml.source import Input, Source

if TYPE_CHECKING:
    from vnetlint.xml.template.rendering import Template

_HELD = 64
"""How many texts are held at a time: those that were asked for last."""

ReadAgain = Callable[[str], Input]
"""Reads the file at a path."""


class ChangedError(UserError):
    """A file is no longer what it was when this run read it first."""


def digest_of(source: Source) -> bytes:
    """Return a hash of a text and its encoding."""
    if isinstance(source, LaterSource):
        return source.digest
    made = blake2b(source.text.encode("utf-8", "surrogatepass"), digest_size=20)
    made.update(b"\0" + source.encoding.encode() + b"\0" + source.bom)
    return made.digest()


class LaterSource(Source):
    """A file whose text is read again when it is asked for.

    What needs the text raises ChangedError if the file has changed.
    """

    __slots__ = ("_is_plain", "_read", "digest", "key")

    key: FileKey
    digest: bytes
    _read: ReadAgain
    _is_plain: bool

    def __init__(self, key: FileKey, read: ReadAgain, digest: bytes, *, is_plain: bool = False) -> None:
        """`digest` is that of the text. `is_plain` says that the text is known to be no template."""
        for name, value in (("key", key), ("_read", read), ("digest", digest), ("_is_plain", is_plain)):
            object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LaterSource) and (self.key, self.digest) == (other.key, other.digest)

    def __hash__(self) -> int:
        return hash((self.key, self.digest))

    @property
    def path(self) -> str:
        """The path that reports print, and that spans and edits refer to. To keep it would take more than the rest."""
        return self.key.display

    @property
    def whole(self) -> Source:
        """The file with its text."""
        return _read_again(self._read, self.key, self.digest)

    def plain(self) -> "LaterSource":
        """Return the same file, known to be no template."""
        return LaterSource(self.key, self._read, self.digest, is_plain=True)

    @property
    def text(self) -> str:
        """The text."""
        return self.whole.text

    @property
    def encoding(self) -> str:
        """The encoding of the file."""
        return self.whole.encoding

    @property
    def bom(self) -> bytes:
        """The byte order mark, or nothing."""
        return self.whole.bom

    @property
    def lines(self) -> LineIndex:
        """The line index of the text."""
        return self.whole.lines

    @property
    def masked(self) -> str:
        """The text as XML."""
        return self.whole.text if self._is_plain else self.whole.masked

    @property
    def template(self) -> "Template | None":
        """The template that the text is, or None if it is not one."""
        return None if self._is_plain else self.whole.template

    @property
    def readings(self) -> tuple[Source, ...]:
        """The file in each of its renderings."""
        return (self,) if self._is_plain else self.whole.readings

    def with_placeholders(self, placeholders: tuple[re.Pattern[str], ...]) -> Source:
        """Return the same file, with its text, and with more placeholders."""
        return self.whole.with_placeholders(placeholders)


@lru_cache(maxsize=_HELD)
def _read_again(read: ReadAgain, key: FileKey, digest: bytes) -> Source:
    found = read(key.path)
    if not isinstance(found, Source) or digest_of(found) != digest:
        raise ChangedError(f"{key.path}: the file changed while it was checked; check it again")
    return found
