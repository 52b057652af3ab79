"""The files of configuration: which one holds for a file, its table, and the line that a key stands on.

`vnetlint.toml`, or `[tool.vnetlint]` in pyproject.toml, of the nearest folder above a file. What the table may say is
told by `config`, whose model takes longer to load than a file to lint and is left alone where there is none.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from vnetlint.errors import UserError

NAMES = ("vnetlint.toml", "pyproject.toml")
MAX_BYTES = 1024 * 1024
_SECTION = "[tool.vnetlint"


class ConfigError(UserError):
    """A configuration cannot be used; the message is one line with the file, the line and what to do."""


def nearest(path: str) -> str | None:
    """Find the configuration that holds for a file: that of the nearest folder above it that has one."""
    return _nearest_to(str(Path(path).absolute().parent))


@cache
def _nearest_to(folder: str) -> str | None:
    for name in NAMES:
        candidate = Path(folder, name)
        if candidate.is_file() and (name != "pyproject.toml" or _SECTION in text_of(str(candidate))):
            return str(candidate)
    parent = str(Path(folder).parent)
    return None if parent == folder else _nearest_to(parent)


def table(path: str) -> dict[str, Any]:
    """Read the table of a configuration file. Raises ConfigError."""
    text = text_of(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
        where = f"{path}:{place[1]}:{place[2]}" if place else path
        raise ConfigError(f"{where}: not TOML: {message[: place.start()] if place else message}") from None
    if Path(path).name == "pyproject.toml":
        found = data.get("tool", {}).get("vnetlint", {})
        return found if isinstance(found, dict) else {}
    return data


def text_of(path: str) -> str:
    """Read a configuration file. Raises ConfigError."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the configuration: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: a configuration of more than {MAX_BYTES // 2**20} MiB is not read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: the configuration is not UTF-8") from None


def place(path: str, key: str, word: str = "") -> str:
    """Find the line of a key by its looks: the parser tells no places."""
    lines = text_of(path).splitlines()
    pattern = re.compile(
        rf"""^\s*(?:\[+\s*(?:tool\.vnetlint\.)?["']?{re.escape(key)}\b|["']?{re.escape(key)}["']?\s*[.=])"""
    )
    start = next((number for number, line in enumerate(lines) if pattern.match(line)), None)
    if start is None:
        return path
    within = next((number for number in range(start, len(lines)) if word and word in lines[number]), start)
    return f"{path}:{within + 1}"
