"""The networks of a project: which one a name means, and which others are on the same host."""

from collections import defaultdict
from collections.abc import Callable
from ipaddress import ip_network
from typing import NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Interface, Network, View
from vnetlint.model.addresses import Subnet
from vnetlint.model.names import Names
from vnetlint.model.network import DEFAULT_BRIDGE, DEFAULT_NETWORK, DEFAULT_SUBNET, Mode, StaticHost
from vnetlint.model.view import Named
from vnetlint.project.nearest import Nearest
from vnetlint.project.site import Site, grouped, place_of


class HostRival(NamedTuple):
    """A network that the host has, or is likely to have, besides those of the files."""

    name: str
    bridge: str | None
    subnets: tuple[Subnet, ...]
    active: bool | None
    is_listed: bool
    """Whether the inventory lists it; otherwise it is what libvirt installs."""
    is_told: bool
    """Whether the inventory has its bridge and subnets; otherwise they are the usual ones."""


@dataclass(frozen=True, eq=False)
class Networks:
    """The networks of the files, by name and by role on a host."""

    all: tuple[Network, ...]
    """In the order of their files."""
    site: Site

    @cached_property
    def by_name(self) -> dict[str, list[Network]]:
        """Networks by name; several where the files are for several hosts."""
        return grouped(self.all, lambda network: network.name)

    def of(self, user: Network | Interface) -> Network | None:
        """Return the network that an interface names, and for a network itself.

        None if there is no such network, or several and none is nearest.
        """
        # Many rules ask about each interface.
        if user not in self._meant:
            self._meant[user] = self._of(user)
        return self._meant[user]

    @cached_property
    def _meant(self) -> dict[Network | Interface, Network | None]:
        return {}

    def _of(self, user: Network | Interface) -> Network | None:
        if isinstance(user, Network):
            return user
        return self.named(user.network.value, user) if user.network else None

    def named(self, name: str, user: View) -> Network | None:
        """Return the network that a name means where it is used; None in the cases in which `of` returns None."""
        candidates = self._nearest.get(name)
        return candidates.to(user) if candidates else None

    @cached_property
    def _nearest(self) -> dict[str, Nearest[Network]]:
        return {name: Nearest(networks) for name, networks in self.by_name.items()}

    def exists(self, name: str) -> bool | None:
        """Whether there is a network of a name, in these files or elsewhere; None if that cannot be known."""
        if name in self.names:
            return True
        host_knows = self.site.host is not None and self.site.host.inventory.networks is not None
        return False if self.site.complete or host_knows else None

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all networks that are known: from files, as external, and from the host."""
        return frozenset((*self.by_name, *self.site.external, *(each.name for each in self.site.host_networks)))

    @cached_property
    def are_all_named(self) -> bool:
        """Whether there are networks in these files, and none has a placeholder for a name."""
        return bool(self.all) and all(network.name for network in self.all)

    @cached_property
    def similar(self) -> Names:
        """The known names of networks, to find the one that was meant."""
        return Names(sorted(self.names))

    def reservation_of(self, interface: Interface) -> StaticHost | None:
        """Return the IPv4 DHCP reservation for an interface's MAC address in its network."""
        network = self.of(interface)
        return network.hosts_by_mac.get(interface.mac) if network and interface.mac else None

    def bridged_beside(self, beside: Named, *modes: Mode, unheld: bool = False) -> Network | None:
        """Return another network of the same host that puts guests on a bridge, of the first mode that has one.

        A network that makes its bridge also gives it an address, so that the host is on it too. With `unheld`, the
        network's traffic is not limited to a device.
        """
        key = self.site.host_of(beside)
        found = (each for mode in modes for each in self._bridged.get((key, mode, unheld), ()))
        return next((each for each in found if each is not beside), None)

    @cached_property
    def _bridged(self) -> dict[tuple[str, Mode, bool], list[Network]]:
        """The first two of each host and mode, so that one remains if the other asks."""
        table: defaultdict[tuple[str, Mode, bool], list[Network]] = defaultdict(list)
        for network in sorted(self.all, key=place_of):
            mode, host = network.mode, self.site.host_of(network)
            if mode is None or not network.name or not (network.host_bridge or (network.owns_bridge and network.ips)):
                continue
            held = network.forward is not None and bool(network.forward.devices)
            for found in (table[host, mode, False], *([] if held else [table[host, mode, True]])):
                if len(found) < 2:
                    found.append(network)
        return dict(table)

    def hostdev_beside(self, beside: Named) -> Network | None:
        """Return a network of the same host that hands out host devices."""
        return self._hostdev.get(self.site.host_of(beside))

    @cached_property
    def _hostdev(self) -> dict[str, Network]:
        found = sorted((each for each in self.all if each.attachment == "hostdev" and each.name), key=place_of)
        return {self.site.host_of(each): each for each in reversed(found)}

    def routed_beside(self, network: Network) -> Network | None:
        """Return a network of the same host that accepts packets of a family of this one from every device.

        That is a routed network, or NAT for the IPv6 that it does not translate. An open network has no such rule.
        """
        families = sorted({ip.family for ip in network.ips if ip.family})
        host = self.site.host_of(network)
        return next((found for each in families if (found := self._routed.get((host, each)))), None)

    @cached_property
    def _routed(self) -> dict[tuple[str, str], Network]:
        """The first such network of each host and family. An isolated network, which asks, is never among them."""
        found: dict[tuple[str, str], Network] = {}
        for network in sorted(self.all, key=place_of):
            held = network.forward is None or network.forward.devices
            if network.name and not held and network.mode in ("nat", "route"):
                for family in network.routed_families:
                    found.setdefault((self.site.host_of(network), family), network)
        return found

    def forwarding_beside(self, user: Named) -> tuple[Network, ...]:
        """Return networks of the same host that switch its forwarding on: for each IP version the first that does."""
        return self._forwarding.get(self.site.host_of(user), ())

    @cached_property
    def _forwarding(self) -> dict[str, tuple[Network, ...]]:
        found: defaultdict[str, dict[str, Network]] = defaultdict(dict)
        for network in self.all:
            for ip in network.ips if network.mode in ("nat", "route") else ():
                found[self.site.host_of(network)].setdefault(ip.family or "", network)
        return {host: tuple(dict.fromkeys(each.values())) for host, each in found.items()}

    def rivals(self, key: Callable[[Network], str | None]) -> dict[Network, Network]:
        """For each network, the first of the same host, the same key and another name."""
        pairs = self.site.repeats(self.all, key)
        return {network: first for network, first in pairs if self.site.same_host(first, network)}

    def host_rivals(self, network: Network) -> tuple[HostRival, ...]:
        """Return the networks of the host that no file defines and that may collide with this one."""
        if not network.owns_bridge or not network.name:
            return ()
        return tuple(each for each in self._host_rivals if each.name not in (network.name, *self.by_name))

    @cached_property
    def _host_rivals(self) -> tuple[HostRival, ...]:
        host = self.site.host
        if host is None or (host.inventory.networks is None and not host.lacks(DEFAULT_BRIDGE)):
            usual = HostRival(DEFAULT_NETWORK, DEFAULT_BRIDGE, (DEFAULT_SUBNET,), None, False, False)
            return (usual,) if DEFAULT_NETWORK in self.site.external else ()
        found = []
        for each in self.site.host_networks:
            subnets = tuple(ip_network(value, strict=False) for value in each.subnets or ())
            is_told = each.name != DEFAULT_NETWORK or (each.bridge is not None and each.subnets is not None)
            if not is_told and each.subnets is None:
                subnets = (DEFAULT_SUBNET,)
            bridge = each.bridge or (None if is_told else DEFAULT_BRIDGE)
            found.append(HostRival(each.name, bridge, subnets, each.active, True, is_told))
        return tuple(found)
