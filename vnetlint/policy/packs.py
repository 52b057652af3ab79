"""Where a policy is: a file, or one that vnetlint ships, by its name."""

import os
import re
from functools import cache
from importlib import import_module

from vnetlint.config.file import ConfigError, text_of
from vnetlint.files.paths import display
from vnetlint.inputkey import FileKey
from vnetlint.validation import suggestion
from vnetlint.xml.source import Source

_PACK = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)

MAX_LENGTH = 256 * 1024
"""Characters of a policy; parsing a longer one takes noticeably long."""
_SHIPPED = "vnetlint:"
"""The start of the path of a shipped policy in messages: where it is installed tells nobody anything."""


def policy_source(name: str, folder: str = "", place: str = "") -> Source:
    """Return a policy: a file, relative to a folder, or a shipped one by name, such as `hardening`.

    Raises ConfigError, which begins with `place` if that is known, if there is no such policy or it cannot be read.
    """
    where = f"{place}: " if place else ""
    if _PACK.fullmatch(name) and not os.path.lexists(os.path.join(folder, name)):
        if name not in packs():
            raise ConfigError(f"{where}unknown policy '{name}'{suggestion(name, list(packs()))}")
        return Source(FileKey(f"{_SHIPPED}{name}"), text_of(packs()[name], "policy"))
    path = display(os.path.join(folder, name))
    if not os.path.isfile(path):
        reason = "is not a regular file" if os.path.lexists(path) else "does not exist"
        raise ConfigError(f"{where}{name} {reason}")
    text = text_of(path, "policy")
    if len(text) > MAX_LENGTH:
        raise ConfigError(f"{path}: the policy is larger than {MAX_LENGTH // 1024} KiB")
    return Source(FileKey(path), text)


@cache
def packs() -> dict[str, str]:
    """The paths of the policies that vnetlint ships, by name."""
    found: dict[str, str] = {}
    for folder in import_module("vnetlint.rules.policy").__path__:
        for each in sorted(os.listdir(folder)):
            if each.endswith(".toml"):
                found[each.removesuffix(".toml")] = os.path.join(folder, each)
    return found


def is_shipped(path: str) -> bool:
    """Whether a policy file is one that vnetlint ships."""
    return path.removeprefix(_SHIPPED) in packs() and path.startswith(_SHIPPED)
