"""The files that configurations exclude. They are asked for each folder, before a folder is listed or a file is read.

A folder that is excluded is excluded with everything in it, also with the configurations in it. As everywhere, the
nearest configuration applies to a file, and that of the folder around it to a folder.
"""

import os
from collections.abc import Callable

from vnetlint.config.file import ConfigFile, nearest_to
from vnetlint.dataclass import dataclass
from vnetlint.files.paths import display


@dataclass(frozen=True)
class Exclusion:
    """Why a file is not checked: the pattern of a configuration that excludes it, or a folder above it."""

    file: ConfigFile
    number: int
    path: str
    """What the pattern matches."""

    @property
    def pattern(self) -> str:
        """The pattern as it is written."""
        return str(self.file.table["exclude"][self.number])

    @property
    def place(self) -> str:
        """`file:line:column` of the pattern."""
        return self.file.place("exclude", self.number)

    def __str__(self) -> str:
        return f"excluded by '{self.pattern}' at {self.place}"


Excludes = Callable[[str, bool], Exclusion | None]
"""Returns why a path is excluded, given whether it is a folder."""


class Exclusions:
    """What the configurations exclude: for each path the nearest one, or one that is used for all files."""

    def __init__(self, config: str | None = None, *, isolated: bool = False) -> None:
        self._config = config
        self._isolated = isolated
        self._testers: dict[str, Excludes | None] = {}
        self._folders: dict[str, Exclusion | None] = {}

    def within(self, folder: str) -> Excludes | None:
        """Return a test for paths directly in a folder, or None if the configuration there excludes nothing.

        Raises ConfigError if the configuration cannot be read.
        """
        return self._within(os.path.abspath(folder))

    def _within(self, folder: str) -> Excludes | None:
        """Return the same for a folder that is given as absolute path."""
        path = None if self._isolated else self._config or nearest_to(folder)
        if path is None:
            return None
        if path not in self._testers:
            self._testers[path] = _tester(os.path.abspath(path))
        return self._testers[path]

    def of(self, path: str) -> Exclusion | None:
        """Return why a path is excluded, or a folder above it, or None.

        Raises ConfigError if a configuration above it cannot be read.
        """
        if self._isolated:
            return None
        absolute = os.path.abspath(path)
        folder = os.path.dirname(absolute)
        return self._above(folder) or self._alone(absolute, folder)

    def _above(self, folder: str) -> Exclusion | None:
        """Return why a folder is excluded, itself or by a folder above it."""
        if folder not in self._folders:
            parent = os.path.dirname(folder)
            above = self._above(parent) if parent != folder else None
            self._folders[folder] = above or self._alone(folder, parent, is_folder=True)
        return self._folders[folder]

    def _alone(self, path: str, folder: str, *, is_folder: bool | None = None) -> Exclusion | None:
        excludes = self._within(folder)
        if excludes is None:
            return None
        return excludes(path, os.path.isdir(path) if is_folder is None else is_folder)


def _tester(path: str) -> Excludes | None:
    from vnetlint.config.chain import chain

    file = next((each for each in chain(path) if "exclude" in each.table), None)
    patterns = file.table["exclude"] if file else None
    # The model reports a value of the wrong type, once the configuration is used.
    if file is None or not isinstance(patterns, list) or not all(isinstance(each, str) for each in patterns):
        return None
    if not patterns:
        return None
    from vnetlint.files.gitignore import decider

    decides = decider(file.folder, patterns)

    def excludes(path: str, is_folder: bool) -> Exclusion | None:
        number = decides(path, is_folder)
        return None if number is None else Exclusion(file, number, display(path))

    return excludes
