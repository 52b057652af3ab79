"""Subnets across files and the host: which overlap, who owns an address, which are free."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from ipaddress import ip_network
from typing import NamedTuple, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Network
from vnetlint.model.addresses import Address, Subnet, parse_address, subnet_of
from vnetlint.model.network import DEFAULT_SUBNET, Ip, Route
from vnetlint.model.subnets import CUSTOMARY, PRIVATE, FreeSubnets, SubnetIndex, holds
from vnetlint.model.view import Named
from vnetlint.project.bridges import Bridges
from vnetlint.project.networks import Networks
from vnetlint.project.seen import Seen
from vnetlint.project.site import Site

UNIQUE_LOCAL = "fd10:44::"
"""The IPv6 site (RFC 4193) of the subnets that are offered in place of public ones."""


class Taken(NamedTuple):
    """A subnet in use: of another network, with its `<ip>`, or of the host, by a link or a route."""

    subnet: Subnet
    device: str | None
    network: Network | None = None
    ip: Ip | None = None
    routed: bool = False


@dataclass(frozen=True, eq=False)
class Subnets:
    """The subnets of networks and of the host, and where addresses lead."""

    networks: Networks
    bridges: Bridges
    site: Site

    @cached_property
    def all(self) -> tuple[tuple[Subnet, Ip, Network], ...]:
        """Every known subnet with its `<ip>` and network, sorted by address, wider ones first."""
        found = ((ip.subnet, ip, network) for network in self.networks.all for ip in network.ips if ip.subnet)
        return tuple(sorted(found, key=lambda each: (each[0].version, int(each[0].network_address), each[0].prefixlen)))

    @cached_property
    def overlaps(self) -> dict[Ip, Taken]:
        """For each `<ip>`, what has its subnet already: a network or link of the same host, else a network elsewhere.

        An equal subnet comes first, then the narrowest that holds it. Of two networks that overlap, the one with the
        smaller subnet has the entry, or else the later one.
        """
        holding: list[tuple[Subnet, Seen[Taken]]] = []
        found: dict[Ip, Taken] = {}
        for subnet, ip, network in self.all:
            if not network.owns_bridge:
                continue
            while holding and not holds(holding[-1][0], subnet):
                holding.pop()
            host = self.site.host_of(network)
            near = next((taken for _, seen in reversed(holding) if (taken := seen.beside(network, host))), None)
            far = next((taken for _, seen in reversed(holding) if (taken := seen.anywhere(network))), None)
            nearby = [each for each in (near, self._taken_by_host(subnet, network)) if each]
            other = min(nearby, key=lambda each: each.subnet != subnet, default=far)
            if other is not None:
                found[ip] = other
            if not holding or holding[-1][0] != subnet:
                holding.append((subnet, Seen()))
            holding[-1][1].add(network, host, Taken(subnet, network.bridge_name, network, ip))
        return found

    def owner_of(self, address: Address, beside: Network) -> tuple[Subnet, Network] | None:
        """Return a subnet that holds an address, and its network: this one, or one of the same host."""
        host = self.site.host_of(beside)
        for version, length in self._subnet_sizes:
            subnet = subnet_of(address, length) if version == address.version else None
            if subnet is None:
                continue
            owners = self._owners.get((host, subnet), ())
            owner = beside if (beside, subnet) in self._owned else self._other(owners, beside)
            if owner is not None:
                return subnet, owner
        return None

    def _other(self, networks: Iterable[Network], beside: Network) -> Network | None:
        return next((each for each in networks if self.site.same_host(each, beside)), None)

    def networks_at(self, address: Address, beside: Named) -> tuple[Network, ...]:
        """Return the other networks of the same host whose own bridge has an address."""
        found = self._by_address.get((self.site.host_of(beside), address), ())
        return tuple(each for each in found if self.site.same_host(each, beside))

    @cached_property
    def _by_address(self) -> dict[tuple[str, Address], list[Network]]:
        table: defaultdict[tuple[str, Address], list[Network]] = defaultdict(list)
        for network in (each for each in self.networks.all if each.owns_bridge):
            for address in {ip.address for ip in network.ips if ip.address}:
                table[self.site.host_of(network), address].append(network)
        return dict(table)

    def contain(self, address: Address, beside: Network) -> bool:
        """Whether an address is in a subnet of a network of the same host, or of the host itself."""
        on_host = self._on_host.overlapping(ip_network(address))
        return bool(on_host) or self.owner_of(address, beside) is not None

    @cached_property
    def _owners(self) -> dict[tuple[str, Subnet], list[Network]]:
        """The first two networks of different names with a subnet, by host, so that one remains if the other asks."""
        made = ((subnet, network) for subnet, _, network in self.all if network.owns_bridge)
        return _first_two(((self.site.host_of(network), subnet), network) for subnet, network in made)

    @cached_property
    def _owned(self) -> frozenset[tuple[Network, Subnet]]:
        return frozenset((network, subnet) for subnet, _, network in self.all if network.owns_bridge)

    @cached_property
    def _subnet_sizes(self) -> list[tuple[int, int]]:
        """The versions and prefixes that there are, the longest first."""
        return sorted({(subnet.version, subnet.prefixlen) for subnet, *_ in self.all}, reverse=True)

    @cached_property
    def replacements(self) -> dict[Ip, Subnet]:
        """For each `<ip>` that overlaps something, a free subnet of the same size, if there is one."""
        free = FreeSubnets(self._in_use)
        found = ((ip, free.take(subnet)) for subnet, ip, _ in self.all if ip in self.overlaps)
        return {ip: fresh for ip, fresh in found if fresh is not None}

    @cached_property
    def for_addressless(self) -> dict[Network, Subnet]:
        """For each network that needs an address and has none, a free subnet next to that of libvirt's `default`."""
        free = FreeSubnets(self._in_use)
        found = ((network, free.take(DEFAULT_SUBNET)) for network in self.networks.all if network.lacks_address)
        return {network: fresh for network, fresh in found if fresh is not None}

    @cached_property
    def spare(self) -> Subnet | None:
        """A free IPv4 subnet with a prefix of 24, for a network that has none."""
        return FreeSubnets((*self._in_use, *self.replacements.values())).take(CUSTOMARY[-1])

    def user_of(self, subnet: Subnet, beside: Network) -> str | None:
        """Return what has a subnet that overlaps a new one of a network, in words; None if it is free."""
        for each, network in self._of_bridges.overlapping(subnet):
            if network is not beside:
                return f"{each} of {network.label}"
        for on_host in self._on_host.overlapping(subnet):
            return f"{on_host.subnet} of the host's {on_host.device or 'routes'}"
        defined = self._defined_by_subnet.overlapping(subnet)
        return next((f"{each} of the host's network '{name}'" for each, name in defined), None)

    @cached_property
    def _defined_by_subnet(self) -> SubnetIndex[tuple[Subnet, str]]:
        return SubnetIndex((each[0], each) for each in self._defined)

    @cached_property
    def _of_bridges(self) -> SubnetIndex[tuple[Subnet, Network]]:
        """The subnets of the networks that make their bridge."""
        found = ((subnet, (subnet, network)) for subnet, _, network in self.all if network.owns_bridge)
        return SubnetIndex(found)

    @cached_property
    def _defined(self) -> tuple[tuple[Subnet, str], ...]:
        """The subnets of the networks that the inventory lists and no file defines, running or not."""
        further = (each for each in self.site.host_networks if each.name not in self.networks.by_name)
        return tuple((ip_network(value, strict=False), each.name) for each in further for value in each.subnets or ())

    @cached_property
    def private_replacements(self) -> dict[Ip, Subnet]:
        """For each `<ip>` of a subnet that is not private, a free private one of the same size, if there is one."""
        free = FreeSubnets(self._in_use)
        public = ((ip, subnet) for subnet, ip, _ in self.all if not any(holds(each, subnet) for each in PRIVATE))
        found = (
            (ip, free.take(ip_network((UNIQUE_LOCAL, subnet.prefixlen)) if subnet.version == 6 else subnet))
            for ip, subnet in public
            if subnet.version == 4 or subnet.prefixlen >= 48
        )
        return {ip: fresh for ip, fresh in found if fresh is not None}

    @cached_property
    def _in_use(self) -> tuple[Subnet, ...]:
        """The subnets of all networks and of the host."""
        on_host = (*(each.subnet for each in self._host_subnets), *(subnet for subnet, _ in self._defined))
        return (*(subnet for subnet, *_ in self.all), *on_host)

    @cached_property
    def _host_subnets(self) -> tuple[Taken, ...]:
        """The subnets of the host's links and then of its routes, without the default route.

        Those of bridges that the project's networks make are left out.
        """
        host = self.site.host
        if host is None:
            return ()
        ours = {name for name, networks in self.bridges.by_name.items() if any(one.owns_bridge for one in networks)}
        ours |= {each.bridge for each in self.site.host_networks if each.bridge and each.name in self.networks.by_name}
        links = [Taken(subnet, link.name) for link in host.links for subnet in link.subnets]
        direct = {each[:2] for each in links}
        routes = [
            Taken(each.subnet, each.dev, routed=True) for each in host.inventory.routes or () if each.subnet.prefixlen
        ]
        further = (each for each in routes if each[:2] not in direct)
        return tuple(each for each in (*links, *further) if each.device not in ours)

    @cached_property
    def _on_host(self) -> SubnetIndex[Taken]:
        return SubnetIndex((each.subnet, each) for each in self._host_subnets)

    def _taken_by_host(self, subnet: Subnet, network: Network) -> Taken | None:
        """Return a subnet of the host that overlaps one of a network, best an equal one."""
        found = self._on_host.overlapping(subnet)
        foreign = [each for each in found if not self._may_make(network, each.device)]
        return min(foreign, key=lambda each: each.subnet != subnet, default=None)

    def host_route_to(self, subnet: Subnet, network: Network) -> Taken | None:
        """Return the host's link or route with exactly this subnet, unless a network of these files makes it."""
        found = self._on_host.equal(subnet)
        return next((each for each in found if not self._may_make(network, each.device)), None)

    def network_route_to(self, route: Route, network: Network) -> Taken | None:
        """Return another network of the same host with the subnet of a route, or an earlier one with the same route."""
        if route.subnet is None:
            return None
        key = self.site.host_of(network), route.subnet
        place = self._places[network]
        earlier = (each for each in self._routes_to.get(key, ()) if self._places[each] < place)
        other = self._other((*self._owners.get(key, ()), *earlier), network)
        return Taken(route.subnet, other.bridge_name, other) if other is not None else None

    @cached_property
    def _places(self) -> dict[Network, int]:
        return {network: place for place, network in enumerate(self.networks.all)}

    @cached_property
    def _routes_to(self) -> dict[tuple[str, Subnet], list[Network]]:
        """The first two networks of different names with a static route to a subnet, by host."""
        made = (each for each in self.networks.all if each.owns_bridge)
        routes = ((network, route.subnet) for network in made for route in network.routes if route.subnet)
        return _first_two(((self.site.host_of(network), subnet), network) for network, subnet in routes)

    def _may_make(self, network: Network, device: str | None) -> bool:
        """Whether a link of the host may be the bridge that libvirt made for a network without a bridge name."""
        link = self.site.host.link(device) if self.site.host and device else None
        if link is None or link.kind != "bridge" or (network.bridge and network.bridge.node.get("name")):
            return False
        theirs = [parse_address(value.split("/")[0]) for value in link.addresses]
        return any(ip.address in theirs for ip in network.ips if ip.address)


_Key = TypeVar("_Key", bound=Hashable)


def _first_two(networks: Iterable[tuple[_Key, Network]]) -> dict[_Key, list[Network]]:
    """Return the first two networks of different names by a key; two of one name are versions of one."""
    table: dict[_Key, list[Network]] = {}
    for key, network in networks:
        found = table.setdefault(key, [])
        if len(found) < 2 and network.name not in [each.name for each in found]:
            found.append(network)
    return table
