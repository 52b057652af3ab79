"""Which LAN a NIC or network of a host is on, as far as its inventory names it. Nothing is guessed."""

from collections.abc import Iterable, Sequence

from vnetlint.host import Host, Link
from vnetlint.model import Network
from vnetlint.model.plug import Plug
from vnetlint.model.view import known


class Lans:
    """The LANs of a host."""

    def __init__(self, host: Host | None) -> None:
        self._host = host
        self._links: dict[str, Link] = {each.name: each for each in (host.links if host else ())}
        self._ports: dict[str, list[str]] = {}
        for each in self._links.values():
            if each.master:
                self._ports.setdefault(each.master, []).append(each.name)

    def of_device(self, name: str | None) -> str | None:
        """Return the LAN of a bridge or NIC, by its own name for it or by the only one that its ports have."""
        link = self._links.get(name or "")
        if link is None:
            return None
        if link.lan or link.kind not in ("bridge", "bond", "ovs"):
            return link.lan
        below = {self.of_port(each) for each in (*(link.ports or ()), *self._ports.get(link.name, ()))} - {None}
        return below.pop() if len(below) == 1 else None

    def of_port(self, name: str) -> str | None:
        """Return the LAN of a port of a bridge, which may be a bond."""
        link = self._links.get(name)
        if link is None or link.lan or link.kind != "bond":
            return link.lan if link else None
        below = {one.lan for each in self._ports.get(name, ()) if (one := self._links.get(each)) and one.lan}
        return below.pop() if len(below) == 1 else None

    def plugged(self, device: str | None, plugs: Iterable[Plug]) -> str | None:
        """Return the LAN on which a guest is that is plugged into a device, with its VLAN; None if it is unknown."""
        lan, vlan = self.of_device(device), vlan_of(plugs)
        return None if lan is None or vlan is None else f"{lan}{vlan}"

    def of_network(self, network: Network) -> str | None:
        """Return the LAN that guests of a network are on."""
        return self.plugged(device_of(network), network.plugs[:1])

    def router(self) -> str | None:
        """Return the router of the host's default route, by its LAN and address; None unless both are known."""
        host = self._host
        if host is None:
            return None
        routes = [each for each in host.inventory.routes or () if not each.subnet.prefixlen and each.via]
        found = {(self.of_device(each.dev), each.via) for each in routes if each.subnet.version == 4}
        lan, via = found.pop() if len(found) == 1 else (None, None)
        return f"{via} on LAN '{lan}'" if lan and via else None

    def mtu(self, network: Network) -> int | None:
        """Return the MTU of a network: its own, else that of the host's bridge; libvirt's bridges have 1500."""
        node = network.node.child("mtu")
        if node is not None:
            written = known(node.get("size"))
            return int(written) if written and written.isascii() and written.isdigit() and len(written) < 8 else None
        if network.owns_bridge:
            return 1500
        link = self._links.get(device_of(network) or "")
        return link.mtu if link else None


def device_of(network: Network) -> str | None:
    """Return the host's bridge or NIC that guests of a network are plugged into, if there is only one."""
    if network.host_bridge is not None:
        return network.host_bridge.value
    devices = network.lower_devices
    return devices[0].value if len(devices) == 1 else None


def vlan_of(plugs: Iterable[Plug]) -> str | None:
    """Return the VLAN by the nearest plug that has one: empty without, and None for a trunk or an unknown tag."""
    every = tuple(plugs)
    node = next((each.vlan for each in every if each.vlan is not None), None)
    if node is None:
        # The profile of a virtual port may put the guest into any VLAN.
        return None if any(each.virtualport is not None for each in every) else ""
    tags: Sequence[str | None] = [known(each.get("id")) for each in node.all("tag")]
    return f" VLAN {tags[0]}" if len(tags) == 1 and tags[0] and node.get("trunk") != "yes" else None
