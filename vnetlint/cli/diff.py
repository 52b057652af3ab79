"""A unified diff that `git apply` and `patch` take: of the bytes of files, whatever their encoding and line ends."""

from collections.abc import Iterable, Sequence
from difflib import unified_diff

from vnetlint.cli.streams import Streams
from vnetlint.report.display import clean, clean_lines
from vnetlint.xml.source import Source

_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', 10: "\\n", 13: "\\r", 9: "\\t"}


def show_diff(changes: Iterable[tuple[Source, Source]], streams: Streams) -> None:
    """Write how texts change; on a terminal without the control characters of the files."""
    for before, after in changes:
        lines = unified(before, after)
        if streams.out.isatty():
            streams.write("".join(map(_shown, lines)))
        else:
            streams.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))


def unified(before: Source, after: Source) -> Sequence[str]:
    """Return the lines of a diff; bytes that are not UTF-8 are surrogates, as in names of files."""
    name = before.path.lstrip("/")
    found = unified_diff(_lines(before), _lines(after), _header("a", name), _header("b", name))
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found]


def _lines(source: Source) -> list[str]:
    """Split as git does: only LF ends a line."""
    lines = source.encode().decode("utf-8", "surrogateescape").split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _header(side: str, name: str) -> str:
    """Write a name as git does: quoted where it must be, and ended by a tab where it has a space."""
    path = f"{side}/{name}"
    special = any(char in '"\\' or ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or _is_byte(char) for char in path)
    if special:
        return '"' + "".join(map(_quoted, path)) + '"'
    return f"{path}\t" if " " in path else path


def _quoted(char: str) -> str:
    if (code := ord(char)) in _ESCAPES:
        return _ESCAPES[code]
    if code >= 0x20 and code != 0x7F and not 0x80 <= code < 0xA0 and not _is_byte(char):
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def _is_byte(char: str) -> bool:
    """Whether a character of a file's name is a byte that is not UTF-8."""
    return "\udc80" <= char <= "\udcff"


def _shown(line: str) -> str:
    """Write a line for a terminal, where a lone CR would hide what is before it."""
    text = line.removesuffix("\n").removesuffix("\r")
    return clean_lines(text).replace("\r", clean("\r")) + line[len(text) :]
