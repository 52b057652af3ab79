"""A file as text: bytes are decoded as XML prescribes, and encoded again without loss.

The order is XML 1.0 appendix F's: a byte order mark, then the shape of `<?` in UTF-16, then the declaration, else
UTF-8.
"""

import codecs
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from vnetlint.dataclass import dataclass
from vnetlint.finding import Span
from vnetlint.inputkey import InputKey
from vnetlint.lazy import cached_property, pattern
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.lines import LineIndex
from vnetlint.xml.template import may_be_template

if TYPE_CHECKING:
    from vnetlint.xml.template.rendering import Template

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_DECLARED = re.compile(
    rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*(?P<quote>["'])(?P<name>[A-Za-z][A-Za-z0-9._-]*)(?P=quote)"""
)
_HEAD = 256
_SHOWN = 4096
"""Bytes of an unreadable file that are decoded, to show what it is."""
_TEXT_CODECS = pattern(
    "ascii|utf-8|iso8859-.*|cp[0-9]+|koi8-.|mac-.*|gbk|gb2312|gb18030|big5.*|shift_jis.*|euc_.*|tis-620"
)
"""Python's other codecs, such as `idna` and `unicode_escape`, are not encodings of documents."""
_WIDE = pattern(rb"(?i)utf-?16|ucs-?2|iso-10646-ucs-2")
"""Encodings whose declaration can only be read once the text is decoded."""


class DecodingError(Exception):
    """A file cannot be decoded. `text` is the part that can be read, `offset` the place of the error in it."""

    def __init__(self, message: str, text: str = "", offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.offset = offset


@dataclass(frozen=True)
class Source:
    """The decoded text of one file, and what is needed to write it back."""

    key: InputKey
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""
    placeholders: tuple[re.Pattern[str], ...] = ()
    """The placeholders of this file besides those of template languages."""
    rendering: int = 0
    """The number of the rendering, of a template."""

    @cached_property
    def path(self) -> str:
        """The path that reports print, and that spans and edits refer to."""
        return self.key.display

    @cached_property
    def lines(self) -> LineIndex:
        """The line index of the text."""
        return LineIndex(self.text)

    @cached_property
    def masked(self) -> str:
        """The text as XML: of a template, one rendering. Every offset is that of `text`."""
        return self.text if self.template is None else self.template.renderings[self.rendering].text

    @cached_property
    def template(self) -> "Template | None":
        """The template that the text is, or None if it is not one."""
        if not self.placeholders and not may_be_template(self.text):
            return None
        from vnetlint.xml.template.rendering import template_of

        return template_of(self.text, self.placeholders)

    @property
    def is_template(self) -> bool:
        """Whether the text holds placeholders."""
        return self.template is not None

    @cached_property
    def readings(self) -> tuple["Source", ...]:
        """The file in each of its renderings, this one first."""
        if self.template is None or len(self.template.renderings) == 1:
            return (self,)
        return (self, *(self._as(number) for number in range(1, len(self.template.renderings))))

    def _as(self, rendering: int) -> "Source":
        source = replace(self, rendering=rendering)
        # All renderings share the template, because parsing it again takes long.
        source.__dict__["template"] = self.template
        return source

    def with_placeholders(self, placeholders: tuple[re.Pattern[str], ...]) -> "Source":
        """Return the same file with more placeholders."""
        return replace(self, placeholders=(*self.placeholders, *placeholders)) if placeholders else self

    def encode(self, text: str | None = None) -> bytes:
        """Return `text`, by default the file's own, in the file's encoding and with its byte order mark.

        Characters that the encoding lacks become character references.
        """
        return self.bom + (self.text if text is None else text).encode(self.encoding, "xmlcharrefreplace")

    def with_text(self, text: str) -> "Source":
        """Return the same file with another text."""
        return Source(self.key, text, self.encoding, self.bom, self.placeholders)

    def excerpt(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[span.start : span.end]


@dataclass(frozen=True)
class Unreadable:
    """An input that could not be read. `shown` is the text that can be shown, `offset` the fault's code point in it."""

    key: InputKey
    message: str
    shown: Source
    offset: int = 0

    @property
    def path(self) -> str:
        """The path that reports print."""
        return self.key.display


Input = Source | Unreadable
"""What a run is given for each of its inputs."""


def decode(key: InputKey, data: bytes) -> Source:
    """Return the bytes of a file decoded.

    Raises DecodingError if there are too many, if they contain NUL, or if they are not of the declared encoding.
    """
    bom, encoding = _detect(data)
    if len(data) > MAX_BYTES:
        head = data[len(bom) : _SHOWN].decode(encoding, "replace")
        raise DecodingError(f"larger than the {MAX_BYTES // 2**20} MiB that virsh and vnetlint read", head)
    body = data[len(bom) :]
    if data.startswith(_UTF32):
        raise DecodingError("this is UTF-32, which libvirt does not read; save the file as UTF-8")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        what = f"byte 0x{body[error.start]:02x} is not {encoding.upper()}"
        good = body[: error.start].decode(encoding, "replace")
        raise DecodingError(f"{what}; save the file as UTF-8 or declare its encoding", good, len(good)) from None
    if "\0" in text:
        raise DecodingError("this is binary data, not XML", text, text.index("\0"))
    # UTF-8 has one way to write each character, and Python refuses others.
    if encoding != "utf-8" and text.encode(encoding, "replace") != body:
        raise DecodingError(f"the bytes are not canonical {encoding.upper()} and could not be written back unchanged")
    return Source(key, text, encoding, bom)


def judged(key: InputKey, text: str) -> Source:
    """Return the source of a text that is decoded already, such as an editor's. Raises DecodingError as `decode` does.

    The encoding is the declared one if that is known, because editors do not tell which one they will write.
    """
    declared = _DECLARED.match(text[:_HEAD].encode("latin-1", "replace"))
    encoding = _codec(declared) if declared and not _WIDE.match(declared["name"]) else "utf-8"
    source = Source(key, text, encoding)
    if len(text) > MAX_BYTES // 4 and len(source.encode()) > MAX_BYTES:
        raise DecodingError(f"larger than the {MAX_BYTES // 2**20} MiB that virsh and vnetlint read")
    if "\0" in text:
        raise DecodingError("this is binary data, not XML", text, text.index("\0"))
    return source


def _detect(data: bytes) -> tuple[bytes, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return bom, encoding
    for start, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if data.startswith(start):
            return b"", encoding
    declared = _DECLARED.match(data[:_SHOWN], 0, _HEAD)
    return b"", _codec(declared) if declared else "utf-8"


def _codec(declared: re.Match[bytes]) -> str:
    name = declared["name"].decode("ascii")
    head, offset = declared.string.decode("latin-1"), declared.start("name")
    try:
        codec = codecs.lookup(name).name
        written = "<?".encode(codec)
    except (LookupError, UnicodeError, TypeError, ValueError):
        codec, written = "", b"<?"
    if written != b"<?":
        raise DecodingError(f"the file declares {name} but is not written in it; declare UTF-8", head, offset)
    if not _TEXT_CODECS.fullmatch(codec):
        raise DecodingError(f"the declared encoding '{name}' is unknown; declare UTF-8", head, offset)
    return codec
