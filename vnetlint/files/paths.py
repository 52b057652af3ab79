"""Paths as reports show them, and paths that do not depend on the current folder."""

import os
from functools import lru_cache

CONFIGURATION, SHARED_CONFIGURATION = CONFIGURATIONS = ("vnetlint.toml", "pyproject.toml")
"""The files that mark the folder of a project, as `.git` does."""


def display(path: str) -> str:
    """Return a path as reports show it: relative if it is below the current folder, otherwise absolute, with `/`."""
    return displayed_from(os.getcwd(), os.path.abspath(path))


def displayed_from(here: str, absolute: str) -> str:
    """Return an absolute path as reports show it that are made in the folder `here`."""
    return absolute.removeprefix(here.rstrip(os.sep) + os.sep).replace(os.sep, "/")


def stable(path: str) -> str:
    """Return a path that is the same from every current folder: relative to the project that the file is in.

    The project is the nearest folder above that has a `.git`, or else a configuration. Outside of any project the
    path is absolute.
    """
    absolute = os.path.abspath(path)
    root = _project(os.path.dirname(absolute))
    return (absolute if root is None else os.path.relpath(absolute, root)).replace(os.sep, "/")


@lru_cache(maxsize=4096)
def _project(folder: str) -> str | None:
    return nearest(folder, (".git",)) or nearest(folder, CONFIGURATIONS)


def nearest(folder: str, names: tuple[str, ...]) -> str | None:
    """Return the nearest folder, this one or one above, that has a file of one of these names."""
    while not any(os.path.exists(os.path.join(folder, name)) for name in names):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def invalid(path: str) -> str:
    """Return why no file can have this path, or an empty string."""
    return "a path cannot contain a NUL character" if "\0" in path else ""
