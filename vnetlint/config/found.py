"""Why a configuration applies to a file: what is in the folders above it, and what was passed over there."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from vnetlint.config.file import has_section
from vnetlint.files.paths import CONFIGURATION, SHARED_CONFIGURATION, display

_MOST = 10_000
"""The most names that are read of a folder."""
_LIKE_OURS = re.compile(
    r"\.?([a-z_-]{6,10})(\.(to?ml?|tmol|toml\.txt|ya?ml|jsonc?|json5|ini|cfg|conf|config)|rc(\.[a-z0-9]+)?)",
    re.IGNORECASE | re.ASCII,
)
_NEAR = 0.85


@dataclass(frozen=True)
class PassedOver:
    """A file that may be meant as a configuration of some files, and is not read."""

    path: str
    reason: str


def passed_over(folder: str, used: str | None) -> list[PassedOver]:
    """Return what is not read in a folder and those above it, up to that of the configuration that is used.

    Raises ConfigError if a pyproject.toml there cannot be read.
    """
    last = os.path.dirname(os.path.abspath(used)) if used is not None else None
    return [each for one in _upwards(os.path.abspath(folder), last) for each in _in(one, used)]


def _upwards(folder: str, last: str | None) -> Iterator[str]:
    yield folder
    while folder != last and (parent := os.path.dirname(folder)) != folder:
        folder = parent
        yield folder


def _in(folder: str, used: str | None) -> Iterator[PassedOver]:
    shared, own = os.path.join(folder, SHARED_CONFIGURATION), os.path.join(folder, CONFIGURATION)
    if os.path.isfile(shared) and (used is None or not os.path.samefile(shared, used)):
        if not has_section(shared):
            yield PassedOver(display(shared), "it has no [tool.vnetlint]")
        elif os.path.lexists(own):
            yield PassedOver(display(shared), f"a {CONFIGURATION} is beside it")
    for name in _wrong_names(folder):
        path = os.path.join(folder, name)
        if used is None or os.path.abspath(used) != path:
            yield PassedOver(display(path), f"the name is not {CONFIGURATION}")


def _wrong_names(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            names = [each.name for each in islice(entries, _MOST)]
    except OSError:
        return []
    return sorted(name for name in names if name != CONFIGURATION and is_like_ours(name))


def is_like_ours(name: str) -> bool:
    """Whether the name of a file is nearly that of a configuration, such as .vnetlint.toml or vnetlint.yaml."""
    parts = _LIKE_OURS.fullmatch(name)
    return parts is not None and SequenceMatcher(None, parts[1].lower(), "vnetlint").ratio() >= _NEAR
