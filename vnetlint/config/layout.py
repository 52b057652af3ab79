"""Which files the entries of `overrides` are about, and which of them belong to one host.

An entry with `host` or `complete = true` is a host: its files are a project of their own, which sees no file of another
one. A file may match several such entries. Each of these hosts sees it. Its settings are those of the last one.
"""

from collections.abc import Callable, Iterable
from functools import cached_property

from vnetlint.config.file import ConfigError
from vnetlint.config.load import KeyOrigin, Loaded
from vnetlint.files.gitignore import chooser

Overrides = tuple[int, ...]
"""The numbers of the entries that apply to a file, in order."""


class OverrideMap:
    """The files of a configuration by entry of `overrides`."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.entries = loaded.config.overrides
        self._known: dict[str, Overrides] = {}
        self._hosts: dict[str, frozenset[int]] = {}

    def of(self, path: str) -> Overrides:
        """Return the entries that apply to a file. Of several hosts it is the last one."""
        matching = self._matching(path)
        last = self.host(matching)
        return tuple(number for number in matching if number == last or not self.is_host(number))

    @property
    def has_hosts(self) -> bool:
        """Whether some entry is a host."""
        return any(map(self.is_host, range(len(self.entries))))

    def is_host(self, number: int) -> bool:
        """Whether an entry is a host: it has its inventory, or contains everything on it."""
        entry = self.entries[number]
        return getattr(entry, "host", None) is not None or getattr(entry, "complete", False) is True

    def host(self, overrides: Overrides) -> int | None:
        """Return the number of the entry that is the host of files, or None."""
        return next((number for number in reversed(overrides) if self.is_host(number)), None)

    def hosts(self, path: str) -> frozenset[int]:
        """Return the numbers of all entries that are hosts and have a file."""
        if path not in self._hosts:
            matching = self._matching(path)
            self._hosts[path] = frozenset(number for number in matching if self.is_host(number))
        return self._hosts[path]

    def sees(self, host: int | None, path: str) -> bool:
        """Whether a file is part of the project of a host, or of the files of no host."""
        hosts = self.hosts(path)
        return host in hosts if hosts else host is None

    def check(self, files: Iterable[str]) -> None:
        """Raise ConfigError if a pattern matches none of the files below the configuration."""
        places = [(number, at, pattern) for number, entry in enumerate(self.entries)
                  for at, pattern in enumerate(entry.files)]  # fmt: skip
        choose = chooser(self.folder, [[pattern.removeprefix("!")] for _, _, pattern in places])
        matched = {each for path in files for each in choose(path)} if places else set()
        for order, (number, at, pattern) in enumerate(places):
            if order not in matched:
                place = self._loaded.place("overrides", number, "files", at)
                raise ConfigError(f"{place}: no file matches '{pattern}'{excluding(self._loaded)}")

    def _matching(self, path: str) -> Overrides:
        if path not in self._known:
            self._known[path] = self._choose(path) if self.entries else ()
        return self._known[path]

    def origin(self, number: int) -> KeyOrigin:
        """Return where an entry is."""
        origin = self._loaded.origin("overrides", number)
        assert origin is not None, "only entries of the configuration have a number"
        return origin

    def place(self, number: int) -> str:
        """Return `file:line:column` of an entry."""
        return self._loaded.place("overrides", number)

    @property
    def folder(self) -> str:
        """The folder that the patterns of the entries are relative to."""
        return self._loaded.folder("overrides")

    @cached_property
    def _choose(self) -> Callable[[str], Overrides]:
        return chooser(self.folder, [each.files for each in self.entries])


def excluding(loaded: Loaded) -> str:
    """Return a hint for a message about a pattern that matches no file."""
    return " that is not excluded" if loaded.config.exclude else ""
