"""Small files in the user's cache folder, with what takes long to make. One that is damaged is made again."""

import os
import re
import time
from collections.abc import Iterator

from vnetlint.errors import UserError
from vnetlint.files.write import save

FOLDER = "VNETLINT_CACHE_DIR"
"""The variable of the environment that names the folder of the cache."""
_NAMES = re.compile(r"(?:config|grammar)-[0-9a-f]{20}\.json")
_SECONDS = 30 * 86400
"""How long something is kept; what is still needed then is made again."""


def folder() -> str:
    """Return the folder of the cache: that of the environment, else `vnetlint` in the user's cache folder."""
    if named := os.environ.get(FOLDER):
        return named
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.expanduser("~/.cache"), "vnetlint")


def kept(name: str, within: str | None = None) -> bytes | None:
    """Return the bytes that are kept under a name, or None. `within` is a folder other than the usual one."""
    try:
        with open(os.path.join(within or folder(), name), "rb") as file:
            return file.read()
    except OSError:
        return None


def keep(name: str, content: bytes, within: str | None = None) -> None:
    """Keep bytes under a name, if the folder can be written."""
    at = within or folder()
    try:
        os.makedirs(at, exist_ok=True)
        save(os.path.join(at, name), content)
        _forget_old(at)
    except (OSError, UnicodeError, UserError):
        # Without them the next run takes longer.
        pass


def all_kept(within: str | None = None) -> Iterator[str]:
    """Yield the paths of all that is kept so."""
    at = within or folder()
    try:
        names = sorted(os.listdir(at))
    except OSError:
        return
    yield from (os.path.join(at, name) for name in names if _NAMES.fullmatch(name))


def _forget_old(within: str) -> None:
    for each in all_kept(within):
        if time.time() - os.stat(each).st_mtime > _SECONDS:
            os.unlink(each)
