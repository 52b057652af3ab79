"""The host that networks and guests run on: its inventory as data, and what rules ask about it."""

from vnetlint.host.facts import Host
from vnetlint.host.guest import HostGuest
from vnetlint.host.inventory import (
    Forwarding,
    HostDevice,
    HostNetwork,
    HostRoute,
    Inventory,
    Link,
    Listener,
    Upstream,
)
from vnetlint.host.reading import HostError, read

__all__ = [
    "Forwarding",
    "Host",
    "HostDevice",
    "HostError",
    "HostGuest",
    "HostNetwork",
    "HostRoute",
    "Inventory",
    "Link",
    "Listener",
    "Upstream",
    "load",
]  # fmt: skip


def load(path: str) -> Host:
    """Return the host that an inventory file describes. Raises HostError as `read` does."""
    from vnetlint.host.contradictions import lines

    file = read(path)
    return Host(file.inventory, lines(file.inventory, file.place))
