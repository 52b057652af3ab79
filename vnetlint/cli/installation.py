"""What is installed here: vnetlint, Python, the packages it needs, and what surrounds it. Nothing private is in it.

It must work where a package is missing, so it loads nothing but the standard library and files of vnetlint that do so
too. The folder of the user is shown as `~`, and the name of the machine nowhere.
"""

import hashlib
import locale
import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from vnetlint import __version__
from vnetlint.config.file import nearest
from vnetlint.datafolders import schemas
from vnetlint.errors import UserError
from vnetlint.rulebook.plugins import GROUP
from vnetlint.schema.sets import SYSTEM

PACKAGE = "vnetlint"
PURPOSES = {
    "libvirt": "vnetlint check qemu:///system, and other URIs of libvirt",
    "host": "vnetlint host --from netplan and --from nmstate",
    "server": "vnetlint server, for editors",
    "fleet": "vnetlint facts and vnetlint check --facts, for many hosts",
}
"""What each extra is for."""
_OURS = frozenset({"docs", "test"})
"""The extras for work on vnetlint itself, which nobody misses who uses it."""

_REQUIREMENT = re.compile(r"""([\w.-]+)\s*([^;]*?)\s*(?:;\s*extra\s*==\s*["']([\w-]+)["'])?""")
_CLAUSE = re.compile(r"(>=|<)\s*([\d.]+)")
_SINCE = re.compile(r"""since=["'](\d+\.\d+\.\d+)["']""")


@dataclass(frozen=True)
class Requirement:
    """A package that vnetlint needs, always or for an extra."""

    package: str
    wanted: str
    """The versions, such as `>=5.2`."""
    extra: str
    """The extra that needs it; empty if vnetlint always does."""
    installed: str | None
    """The version that is installed, or None."""

    @property
    def fault(self) -> str:
        """What is wrong with it, or an empty text."""
        if self.installed is None:
            return f"the package {self.package} is not installed"
        number = _number(self.installed)
        bounds = [(sign, _number(bound)) for sign, bound in _CLAUSE.findall(self.wanted)]
        if all(number >= bound if sign == ">=" else number < bound for sign, bound in bounds):
            return ""
        return f"{self.package} {self.installed} is installed; expected {self.wanted}"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.match(r"[\d.]*", version)[0].split(".") if part)  # type: ignore[index]


def distribution() -> metadata.Distribution | None:
    """Return what pip recorded of the vnetlint that runs, or None if it runs from a folder that pip does not know."""
    try:
        return metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        return None


def requirements() -> list[Requirement]:
    """Return the packages that vnetlint needs, by what pip recorded; those of the tests are left out."""
    found = distribution()
    matches = filter(None, map(_REQUIREMENT.fullmatch, found.requires or () if found else ()))
    return [Requirement(each[1], each[2], each[3] or "", _version(each[1])) for each in matches if each[3] not in _OURS]


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def tidy(text: str) -> str:
    """Return a text with the user's folder as `~` and without the name of the machine."""
    home = os.path.expanduser("~")
    shown = re.sub(rf"{re.escape(home)}(?!\w)", "~", text) if len(home) > 1 else text
    node = platform.node()
    return re.sub(rf"\b{re.escape(node)}\b", "HOST", shown) if node and node != "localhost" else shown


def facts() -> dict[str, Any]:
    """Return what a report of a bug has to say about this installation, as JSON has it."""
    needed = requirements()
    return {
        "vnetlint": __version__,
        "installed": tidy(_installed()),
        "python": f"{platform.python_version()} ({platform.python_implementation()}), {tidy(sys.executable)}",
        "platform": _platform(),
        "packages": {each.package: each.installed for each in needed if not each.extra},
        "libxml2": _libxml2(),
        "extras": _extras(needed),
        "plugins": [f"{each.name} ({each.value})" for each in metadata.entry_points(group=GROUP)],
        "schemas": _schemas(),
        "libvirt-schemas": _system_schemas(),
        "configuration": _configuration(),
        "terminal": _terminal(),
    }


def _installed() -> str:
    here = str(Path(__file__).resolve().parent.parent)
    found = distribution()
    if found is None:
        return f"not by pip; runs from {here}"
    kind = "editable, from" if '"editable": true' in (found.read_text("direct_url.json") or "") else "in"
    return f"{kind} {here}"


def _platform() -> str:
    try:
        system = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        system = ""
    return tidy(", ".join(filter(None, (platform.platform(), system))))


def _libxml2() -> str | None:
    try:
        from lxml import etree
    except ImportError:
        return None
    return ".".join(map(str, etree.LIBXML_VERSION))


def _extras(needed: list[Requirement]) -> dict[str, dict[str, Any]]:
    names = sorted({each.extra for each in needed if each.extra})
    return {
        name: {"present": not any(each.fault for each in needed if each.extra == name), "for": PURPOSES.get(name, "")}
        for name in names
    }


def _schemas() -> dict[str, Any] | None:
    """Return the newest libvirt that the bundled schemas know, and a checksum of all of them."""
    try:
        paths = sorted(schemas().glob("*.rng"))
        texts = [path.read_bytes() for path in paths]
    except (ImportError, OSError):
        return None
    versions = _SINCE.findall(b"\n".join(texts).decode("utf-8", "replace"))
    newest = max(versions, key=_number, default=None)
    return {"newest-libvirt": newest, "files": len(paths), "sha256": hashlib.sha256(b"".join(texts)).hexdigest()}


def _system_schemas() -> dict[str, Any] | None:
    try:
        texts = [path.read_bytes() for path in sorted(SYSTEM.glob("*.rng"))]
    except OSError:
        return None
    if not texts:
        return None
    return {"folder": str(SYSTEM), "files": len(texts), "sha256": hashlib.sha256(b"".join(texts)).hexdigest()}


def _configuration() -> str | None:
    try:
        found = nearest(os.path.join(os.getcwd(), "any.xml"))
    except (OSError, UserError) as error:
        return tidy(f"cannot be read: {error}")
    return None if found is None else tidy(found)


def _terminal() -> dict[str, Any]:
    names = ("LC_ALL", "LC_CTYPE", "LANG", "TERM", "NO_COLOR", "FORCE_COLOR", "PYTHONUTF8", "PYTHONIOENCODING")
    return {
        "is-terminal": sys.stdout is not None and sys.stdout.isatty(),
        "encoding": getattr(sys.stdout, "encoding", None),
        "locale": locale.setlocale(locale.LC_CTYPE),
        "file-names": sys.getfilesystemencoding(),
        "environment": {name: tidy(os.environ[name]) for name in names if name in os.environ},
    }


def lines() -> Iterator[str]:
    """Yield the facts as lines for people."""
    for name, value in facts().items():
        yield f"{name}: {_words(value)}"


def _words(value: Any) -> str:
    match value:
        case None:
            return "none"
        case list() | dict() if not value:
            return "none"
        case bool():
            return "yes" if value else "no"
        case {"present": present, "for": purpose}:
            return f"{'installed' if present else 'not installed'}, for {purpose}"
        case dict():
            return "; ".join(f"{key} {_words(each)}" for key, each in value.items())
        case list():
            return ", ".join(map(_words, value))
        case _:
            return str(value)
