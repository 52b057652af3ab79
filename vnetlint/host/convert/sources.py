"""The files to convert: their bounded texts, places in them, and the values that all formats have."""

import os
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_interface, ip_network
from typing import NamedTuple, TypeVar

from vnetlint.errors import UserError
from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.model.addresses import IFNAMSIZ, parse_address
from vnetlint.xml.lines import LineIndex

MAX_BYTES = 512 * 1024
MAX_FILES = 2000
_TRUE, _FALSE = frozenset({"true", "yes", "on", "y", "t", "1"}), frozenset({"false", "no", "off", "n", "f", "0"})
_Read = TypeVar("_Read")


class ConversionError(UserError):
    """A configuration file cannot be converted. The message names the file, the place and the reason."""


class FilePlace(NamedTuple):
    """Where something is: a file, a line and, where the format gives it, a column."""

    path: str
    line: int
    column: int = 0

    def error(self, message: str) -> ConversionError:
        """Return the error that something here is not as expected."""
        return ConversionError(f"{self}: {message}")

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" + (f":{self.column}" if self.column else "")


class PlacedText(NamedTuple):
    """A value as it is written, and where."""

    value: str
    place: FilePlace


def read_text(path: str) -> str:
    """Return the text of a file. Raises ConversionError if it is too large, unreadable or not UTF-8."""
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except NotRegularError:
        raise ConversionError(f"{path}: not a regular file") from None
    except (OSError, ValueError) as error:
        raise ConversionError(f"{path}: cannot read it: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise ConversionError(f"{path}: a configuration file may have at most {MAX_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = LineIndex(data[: error.start].decode("utf-8", "replace"))
        raise FilePlace(path, *place.position(len(place.text))).error("not UTF-8") from None


def is_masked(path: str) -> bool:
    """Whether a file is a link to /dev/null, which hides a file of the same name."""
    return os.path.realpath(path) == os.devnull


def files_in(paths: Sequence[str], wanted: Callable[[str], bool], what: str) -> list[str]:
    """Return the files that are named, and those of a wanted name in the folders that are named.

    Raises ConversionError if there are none.
    """
    found = [file for path in paths for file in (_listed(path, wanted) if os.path.isdir(path) else [path])]
    if not found:
        raise ConversionError(f"{', '.join(paths) or 'no path'}: no files here: expected {what}")
    if len(found) > MAX_FILES:
        raise ConversionError(f"{', '.join(paths)}: {len(found)} files: expected at most {MAX_FILES}")
    return found


def _listed(folder: str, wanted: Callable[[str], bool]) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise ConversionError(f"{folder}: cannot list it: {error.strerror}") from None
    return [os.path.join(folder, name) for name in names if wanted(name) and not name.startswith(".")]


def layered(files: Iterable[str], draft_remark: Callable[[str], None]) -> list[str]:
    """Return files in the order of their names; of the same name, only the last, as the tools do with folders."""
    last: dict[str, str] = {}
    for path in files:
        name = os.path.basename(path)
        if name in last and last[name] != path:
            draft_remark(f"{path} replaces {last[name]}, because the names are equal")
        last[name] = path
    return [last[name] for name in sorted(last)]


def one_of(text: PlacedText, read: Callable[[str], _Read], expected: str) -> _Read:
    """Return a value that is read by a function which raises ValueError if it is not as expected."""
    try:
        return read(text.value)
    except ValueError:
        raise text.place.error(f"invalid value '{shown(text.value)}': expected {expected}") from None


def shown(value: str) -> str:
    """Return a value as a message shows it: on one line, and not without end."""
    plain = value if value.isprintable() else repr(value)[1:-1]
    return plain if len(plain) <= 60 else f"{plain[:57]}..."


def flag(text: PlacedText) -> bool:
    """Return a yes or no, as all formats spell it."""
    lowered = text.value.lower()
    if lowered in _TRUE or lowered in _FALSE:
        return lowered in _TRUE
    raise text.place.error(f"invalid value '{shown(text.value)}': expected yes or no")


def name_of(text: PlacedText) -> str:
    """Return the name of an interface."""
    value = text.value
    if not 0 < len(value.encode()) < IFNAMSIZ or "/" in value or not value.isprintable() or " " in value:
        raise text.place.error(f"invalid interface name '{shown(value)}': expected 1 to {IFNAMSIZ - 1} characters")
    return value


def interface_address(text: PlacedText) -> str:
    """Return an address with its prefix; one without a prefix is a host's own, /32 or /128."""
    return str(one_of(text, lambda value: ip_interface(_plain(value)), "an address such as 192.168.50.10/24"))


def destination(text: PlacedText) -> str:
    """Return the subnet that a route leads to."""
    return str(
        one_of(text, lambda value: ip_network(_plain(value), strict=False), "a subnet such as 10.1.0.0/16, or default")
    )


def next_hop(text: PlacedText) -> str:
    """Return the address of a gateway."""
    address = parse_address(text.value)
    if address is None or not text.value.isascii():
        raise text.place.error(f"invalid value '{shown(text.value)}': expected an address such as 192.168.50.1")
    return str(address)


def default_of(gateway: str) -> str:
    """Return the destination of a default route by a gateway."""
    return "::/0" if ":" in gateway else "0.0.0.0/0"


def mtu_of(text: PlacedText) -> int | None:
    """Return an MTU in bytes; None for 0, by which tools mean the default."""
    number = one_of(text, _number, "an MTU in bytes")
    if number and not 68 <= number <= 65535:
        raise text.place.error(f"invalid MTU {number}: expected 68 to 65535 bytes")
    return number or None


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError
    return int(value)


def _plain(value: str) -> str:
    """Return a value without what the ipaddress module allows and no tool does."""
    if not value.isascii() or "%" in value or value != value.strip():
        raise ValueError
    return value


def listed(names: Iterable[str]) -> str:
    """Return names as a person lists them."""
    unique = list(dict.fromkeys(names))
    return " and ".join(filter(None, (", ".join(unique[:-1]), *unique[-1:])))
