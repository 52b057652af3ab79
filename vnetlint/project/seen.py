"""What claimed a key first, on one host and on any."""

from typing import Generic, TypeVar

from vnetlint.model import Network

_Kept = TypeVar("_Kept")


class Seen(Generic[_Kept]):
    """What claimed one key, by host: just enough to find a claim of a network with another name.

    Two networks of the same name are two versions of one. A network whose name is unknown has no rival.
    """

    def __init__(self) -> None:
        self._by_host: dict[str | None, dict[str, _Kept]] = {}

    def add(self, network: Network, host: str, kept: _Kept) -> None:
        """Keep the claim of a network if its name is among the first two of its host, or of all hosts."""
        for key in (host, None):
            names = self._by_host.setdefault(key, {})
            if len(names) < 2 and network.name:
                names.setdefault(network.name, kept)

    def beside(self, network: Network, host: str) -> _Kept | None:
        """Return the first claim of another name on the same host."""
        return self._other(network, host)

    def anywhere(self, network: Network) -> _Kept | None:
        """Return the first claim of another name on any host."""
        return self._other(network, None)

    def _other(self, network: Network, host: str | None) -> _Kept | None:
        names = self._by_host.get(host, {}) if network.name else {}
        return next((kept for name, kept in names.items() if name != network.name), None)
