"""Configuration files: which one applies to a file, its table, and the position of each key.

It is `vnetlint.toml`, or `[tool.vnetlint]` in pyproject.toml, in the nearest folder above a file. The model of the
table is in model.py. To load it takes longer than to lint a file, so it is loaded only if there is a configuration.
"""

import os
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from vnetlint.dataclass import dataclass
from vnetlint.errors import UserError
from vnetlint.files.paths import CONFIGURATION, SHARED_CONFIGURATION, display
from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.finding import Span
from vnetlint.lazy import pattern

if TYPE_CHECKING:
    from vnetlint.files.tomlplaces import KeyPosition, KeyPositions, Keys

MAX_BYTES = 1024 * 1024
MAX_DOTS = 2000
"""The most dots in a line. The time that tomllib takes grows with the square of the parts of a dotted key."""
_SECTION = ("tool", "vnetlint")
_MAY_HAVE_SECTION = re.compile(rb"""tool["']?[ \t]*(?:\.[ \t]*["']?vnetlint|[=\]])|\\[uU]""")
"""Whether a text has the table: by its full name, within `tool`, or in a name with escapes."""
_SECTION_IN_TEXT = pattern(rb"""tool["']?\s*(?:\.\s*|\]\s*)["']?vnetlint\b""")


class ConfigError(UserError):
    """A configuration cannot be used. The message is one line with the file, the position and what to do."""


def nearest(path: str) -> str | None:
    """Return the path of the configuration that applies to a file, the one in the nearest folder above it, or None.

    Raises ConfigError if a pyproject.toml on the way cannot be read.
    """
    return nearest_to(os.path.dirname(os.path.abspath(path)))


def forget() -> None:
    """Clear the cache of configurations that were found, for a process during which files may change."""
    nearest_to.cache_clear()


@cache
def nearest_to(folder: str) -> str | None:
    """Return the path of the configuration that applies to the files in a folder, given as absolute path, or None."""
    own, shared = os.path.join(folder, CONFIGURATION), os.path.join(folder, SHARED_CONFIGURATION)
    # Not `isfile`: a vnetlint.toml that cannot be read is an error and must not be ignored.
    if os.path.lexists(own):
        return own
    if os.path.isfile(shared) and has_section(shared):
        return shared
    parent = os.path.dirname(folder)
    return None if parent == folder else nearest_to(parent)


def has_section(path: str) -> bool:
    """Whether a pyproject.toml has the section [tool.vnetlint], even if it is not valid TOML."""
    data = _bytes_of(path)
    # To load the parser takes longer than to read the file that is checked.
    if not _MAY_HAVE_SECTION.search(data):
        return False
    try:
        tool = _loads(data.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError):
        return _SECTION_IN_TEXT.search(data) is not None
    return isinstance(tool, dict) and "vnetlint" in tool


@dataclass(frozen=True, eq=False)
class ConfigFile:
    """A configuration file: its table, and the position of each key in the text."""

    path: str
    text: str
    table: dict[str, Any]

    @property
    def folder(self) -> str:
        """The folder that paths and patterns in it are relative to."""
        return os.path.dirname(self.path)

    def position(self, keys: "Keys") -> "KeyPosition | None":
        """Return the position of a key, or that of the nearest table around it if it is not in the file, or None."""
        within = (*self._section, *keys)
        found = (self._places.of(within[:depth]) for depth in range(len(within), 0, -1))
        return next(filter(None, found), None)

    def place(self, *keys: str | int) -> str:
        """Return `file:line:column` of a key, for a message."""
        at = self.position(keys)
        return f"{display(self.path)}:{at.line}:{at.column}" if at else display(self.path)

    def line_from(self, *keys: str | int) -> Span:
        """Return the span from a key to the end of its line."""
        at, lines = self.position(keys), self.text.split("\n")
        if at is None:
            return Span(0, 0)
        before = sum(len(line) + 1 for line in lines[: at.line - 1])
        return Span(before + at.column - 1, before + len(lines[at.line - 1].rstrip()))

    @property
    def _section(self) -> tuple[str, ...]:
        return _SECTION if os.path.basename(self.path) == SHARED_CONFIGURATION else ()

    @cached_property
    def _places(self) -> "KeyPositions":
        from vnetlint.files.tomlplaces import KeyPositions

        return KeyPositions(self.text)


def read(path: str) -> ConfigFile:
    """Return a configuration file. Raises ConfigError if it cannot be read or has no valid table."""
    text = text_of(path)
    found: Any = parsed(path, text)
    file = ConfigFile(path, text, found)
    if os.path.basename(path) != SHARED_CONFIGURATION:
        return file
    for step in _SECTION:
        if not isinstance(found, dict) or step not in found:
            raise ConfigError(f"{display(path)}: no [tool.vnetlint] in this file")
        found = found[step]
    if not isinstance(found, dict):
        raise ConfigError(f"{file.place()}: invalid value for 'tool.vnetlint': expected a table")
    return ConfigFile(path, text, found)


def parsed(path: str, text: str, what: str = "configuration") -> dict[str, Any]:
    """Return the table of a TOML text. Raises ConfigError with the position of what is wrong."""
    import tomllib

    shown = display(path)
    try:
        return _loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \((?:at line (\d+), column (\d+)|at end of document)\)$", message)
        line, column = (place[1], place[2]) if place and place[1] else _opened(text)
        raise ConfigError(
            f"{shown}:{line}:{column}: not TOML: {message[: place.start()] if place else message}"
        ) from None
    except RecursionError:
        from vnetlint.files.textplaces import nested

        at = nested(text)
        raise ConfigError(f"{shown}:{at.line}:{at.column}: nested too deeply to be a {what}") from None
    except _DotsError as error:
        raise ConfigError(f"{shown}:{error.line}:1: {error}") from None
    except ValueError as error:
        from vnetlint.files.textplaces import odd_number

        # A number has more digits than Python converts.
        at = odd_number(text)
        raise ConfigError(f"{shown}:{at.line}:{at.column}: not TOML: {_plainly(error)}") from None


def _plainly(error: ValueError) -> str:
    """Return what an error says, without its advice for programmers."""
    return "a number with more than 4300 digits" if "digits" in str(error) else str(error)


class _DotsError(ValueError):
    """A line has so many dots that tomllib would take very long."""

    def __init__(self, line: int) -> None:
        super().__init__(f"more than {MAX_DOTS} dots in a line")
        self.line = line


def _loads(text: str) -> dict[str, Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_DOTS:
            raise _DotsError(number)
    import tomllib

    return tomllib.loads(text)


def _opened(text: str) -> tuple[int, int]:
    """Return the line and column where something begins that is never closed. tomllib does not report this position.

    It is the line after the longest beginning of the text that is valid TOML. If that line is far above the end of a
    long text, the position is the end, because parsing again for each line would take too long.
    """
    import tomllib

    lines = text.split("\n")
    tries = min(len(lines), 2 * MAX_BYTES // (len(text) + 1))
    for count in range(len(lines) - 1, len(lines) - tries - 1, -1):
        try:
            tomllib.loads("\n".join(lines[:count]))
        except (ValueError, RecursionError):
            continue
        line = lines[count]
        return count + 1, len(line) - len(line.lstrip()) + 1
    return _end(text)


def _end(text: str) -> tuple[int, int]:
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def text_of(path: str, what: str = "configuration") -> str:
    """Return the text of a TOML file. Raises ConfigError, which names the file as `what`, if it cannot be read."""
    shown, data = display(path), _bytes_of(path, what)
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{shown}: the {what} is larger than {MAX_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end(data[: error.start].decode("utf-8-sig", "replace"))
        raise ConfigError(f"{shown}:{line}:{column}: the {what} is not UTF-8") from None


def _bytes_of(path: str, what: str = "configuration") -> bytes:
    try:
        return read_regular(path, MAX_BYTES + 1)
    except NotRegularError:
        raise ConfigError(f"{display(path)}: the {what} is not a regular file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{display(path)}: cannot read the {what}: {reason}") from None
