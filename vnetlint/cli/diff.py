"""A unified diff for `git apply` and `patch`. It compares bytes, so encodings and line ends do not matter."""

from collections.abc import Iterable, Sequence
from difflib import unified_diff

from vnetlint.cli.streams import Streams
from vnetlint.report.display import clean, clean_lines
from vnetlint.xml.source import Source

_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', 10: "\\n", 13: "\\r", 9: "\\t"}


def show_diff(changes: Iterable[tuple[Source, Source]], streams: Streams) -> None:
    """Write the diffs of texts. On a terminal, control characters in the texts are replaced."""
    for before, after in changes:
        lines = unified(before, after)
        if streams.out.isatty():
            streams.write("".join(map(_shown, lines)))
        else:
            streams.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))


def unified(before: Source, after: Source) -> Sequence[str]:
    """Return the lines of a diff. Bytes that are not UTF-8 are surrogates, as Python has them in file names."""
    name = before.path.lstrip("/")
    found = unified_diff(_lines(before), _lines(after), _header("a", name), _header("b", name))
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in found]


def _lines(source: Source) -> list[str]:
    """Return the lines of a text as git splits them: only LF ends a line."""
    lines = source.encode().decode("utf-8", "surrogateescape").split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _header(side: str, name: str) -> str:
    """Return a file name as git writes it: quoted if necessary, and followed by a tab if it has a space."""
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
    """Whether a character of a file name stands for a byte that is not UTF-8."""
    return "\udc80" <= char <= "\udcff"


def _shown(line: str) -> str:
    """Return a line for a terminal. A lone CR is replaced, because it would hide the text before it."""
    text = line.removesuffix("\n").removesuffix("\r")
    return clean_lines(text).replace("\r", clean("\r")) + line[len(text) :]
