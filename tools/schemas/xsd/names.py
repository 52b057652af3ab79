"""The names of types, each given once."""

from __future__ import annotations


class TypeNames:
    """What each name of a type stands for."""

    def __init__(self) -> None:
        self._owners: dict[str, object] = {}

    def unique(self, name: str, key: object) -> str:
        """The name, with a number behind it if it already stands for something other than `key`."""
        unique, number = name, 2
        while not self.claim(unique, key):
            unique, number = f"{name}.{number}", number + 1
        return unique

    def claim(self, name: str, key: object) -> bool:
        """Whether a name stands for `key`; it does from now on if it was free."""
        return self._owners.setdefault(name, key) is key

    def is_free(self, name: str, key: object) -> bool:
        """Whether a name stands for nothing or for `key`."""
        return self._owners.get(name, key) is key
