"""Rules of installed packages, which declare them by an entry point of the group `vnetlint.rules`.

Only packages beside vnetlint count: those in the folders where this Python has its packages. The current folder and
PYTHONPATH do not, so nothing of a linted repository is imported. To find out that there are none must cost next to
nothing in each run: only the file with the entry points of each package is searched for the name of the group, and what
can load a plugin is imported only if there is one.
"""

import os
import sys
from collections.abc import Iterator
from functools import cache, lru_cache

import vnetlint
from vnetlint.rulebook.catalogue import Catalogue, builtin

GROUP = "vnetlint.rules"
SWITCH = "VNETLINT_NO_PLUGINS"
"""The variable of the environment that, if it is not empty, turns plugins off."""
MOST_READ = 1 << 20
"""The most bytes of a package's entry points that are read."""


def installed() -> Catalogue:
    """Return vnetlint's own rules and those of plugins. Raises PluginError if a plugin cannot be used."""
    return with_plugins(builtin())


@lru_cache(maxsize=8)
def with_plugins(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue with the rules of plugins. Raises PluginError if a plugin cannot be used."""
    if not (found := plugins()):
        return catalogue
    from vnetlint.rulebook.pluginload import load

    return load(catalogue, found)


@cache
def plugins() -> tuple[str, ...]:
    """Return the folders with the metadata of packages that declare rules, in order of their names."""
    if os.environ.get(SWITCH):
        return ()
    return tuple(sorted(each for folder in folders() for each in _declaring(folder)))


def folders() -> tuple[str, ...]:
    """Return the folders of installed packages: those of this Python, and that of vnetlint itself."""
    site = sys.modules.get("site")
    found: list[str] = [] if site is None else [*site.getsitepackages()]
    if site is not None and site.ENABLE_USER_SITE:
        found.append(site.getusersitepackages())
    own = os.path.dirname(vnetlint.__path__[0])
    if _is_installed(own):
        found.append(own)
    # A folder can be reached by two names, such as lib and lib64.
    real = dict.fromkeys(os.path.realpath(each) for each in found)
    return tuple(each for each in real if os.path.isdir(each))


def _is_installed(folder: str) -> bool:
    """Whether vnetlint is installed in a folder, which is not so in a checkout."""
    return os.path.isdir(f"{folder}/vnetlint-{vnetlint.__version__}.dist-info")


def _declaring(folder: str) -> Iterator[str]:
    group = f"[{GROUP}]".encode()
    for name in os.listdir(folder):
        if name.endswith((".dist-info", ".egg-info")):
            path = f"{folder}/{name}"
            if group in _entry_points(path):
                yield path


def _entry_points(path: str) -> bytes:
    """Return the entry points of a package as they are written, or nothing if it has none."""
    try:
        file = os.open(f"{path}/entry_points.txt", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(file, MOST_READ)
    finally:
        os.close(file)
