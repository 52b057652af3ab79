"""The configurations that one extends, directly or through others: as tables, before their keys are judged."""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from vnetlint.config import file as configfile
from vnetlint.config.file import ConfigError, ConfigFile, read
from vnetlint.files.paths import invalid
from vnetlint.files.tomlplaces import Keys

MAX_EXTENDS = 10
MAX_OVERRIDES = 500
"""The most entries of `overrides`: the pattern of each is matched with each file."""
MAX_VALUES = 20_000
"""The most values of a configuration. If each of more is wrong, it takes long to find the first."""


@cache
def chain(path: str) -> tuple[ConfigFile, ...]:
    """Return the configuration at an absolute path, and those that it extends, the nearest first.

    Raises ConfigError if one of them cannot be read.
    """
    return tuple(_extended(_bounded(path)))


def forget() -> None:
    """Clear the caches of files that were read or found, for a process during which files may change."""
    chain.cache_clear()
    configfile.forget()


def _bounded(path: str) -> ConfigFile:
    """Return a configuration file. Raises ConfigError if it cannot be read or has too many values."""
    file = read(path)
    found, count = [*_below((), file.table)], 0
    while found:
        keys, value = found.pop()
        count += 1
        if isinstance(value, dict | list):
            count += len(value)
            if count > MAX_VALUES:
                raise ConfigError(f"{file.place(*keys)}: more than {MAX_VALUES} values in a configuration")
            found += _below(keys, value)
    return file


def _below(keys: Keys, value: dict[str, Any] | list[Any]) -> Iterator[tuple[Keys, Any]]:
    entries: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    return (((*keys, key), each) for key, each in entries)


def _extended(file: ConfigFile) -> Iterator[ConfigFile]:
    seen = [os.path.realpath(file.path)]
    while True:
        yield file
        extended = file.table.get("extend")
        if not isinstance(extended, str) or not extended:
            return
        if reason := invalid(extended):
            raise ConfigError(f"{file.place('extend')}: {reason}")
        at = os.path.join(file.folder, extended)
        if os.path.realpath(at) in seen:
            raise ConfigError(f"{file.place('extend')}: circular 'extend' of '{extended}'")
        if len(seen) > MAX_EXTENDS:
            raise ConfigError(f"{file.place('extend')}: more than {MAX_EXTENDS} configurations in a chain of 'extend'")
        if not os.path.isfile(at):
            reason = "is not a regular file" if os.path.lexists(at) else "does not exist"
            raise ConfigError(f"{file.place('extend')}: {extended} {reason}")
        file = _bounded(os.path.normpath(at))
        seen.append(os.path.realpath(at))
