"""What was seen first under a key, on one host and on any: who else claims a thing."""

from typing import Generic, TypeVar

from vnetlint.model import Network

_Kept = TypeVar("_Kept")


class Seen(Generic[_Kept]):
    """What was seen under one key, by host: as much as it takes to find one of another name than the asker's.

    Two of the same name are two versions of one network, and of a network whose name is unknown nothing is said.
    """

    def __init__(self) -> None:
        self._by_host: dict[str | None, dict[str, _Kept]] = {}

    def add(self, network: Network, host: str, kept: _Kept) -> None:
        """Keep what belongs to a network, where it is among the first two names of its host or of all."""
        for key in (host, None):
            names = self._by_host.setdefault(key, {})
            if len(names) < 2 and network.name:
                names.setdefault(network.name, kept)

    def beside(self, network: Network, host: str) -> _Kept | None:
        """Return the first of another name on the same host."""
        return self._other(network, host)

    def anywhere(self, network: Network) -> _Kept | None:
        """Return the first of another name."""
        return self._other(network, None)

    def _other(self, network: Network, host: str | None) -> _Kept | None:
        names = self._by_host.get(host, {}) if network.name else {}
        return next((kept for name, kept in names.items() if name != network.name), None)
