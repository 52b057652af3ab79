"""Whoever sends, receives or forwards packets: guests, the host, routers, and machines outside."""

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from vnetlint.dataclass import dataclass
from vnetlint.model import Interface, Network
from vnetlint.reach.answer import Endpoint, IpVersion, Reason, Unknown
from vnetlint.reach.packet import BITS, Own, Prefix, PrefixTable
from vnetlint.reach.segment import Port
from vnetlint.xml.node import Attribute, Node

if TYPE_CHECKING:
    from vnetlint.host.firewall import FirewallRule
    from vnetlint.host.part import Hop

StationKind = Literal["guest", "host", "machine", "router", "internet"]


@dataclass(eq=False, slots=True)
class Nic:
    """A NIC of a station."""

    station: "Station"
    name: str
    port: Port | None
    """Where it is plugged in; None if it is not."""
    owns: tuple[Own, ...] = ()
    place: Node | Attribute | None = None
    interface: Interface | None = None
    """The guest's `<interface>`."""
    network: Network | None = None
    """The network that it is plugged into, if it names one."""
    unplugged: Reason | None = None
    """Why it is not plugged in."""
    mac: str | None = None
    """The MAC address of a bridge of the host, where a network sets it."""
    is_automatic: bool = False
    """Whether it takes its IPv4 address from DHCP."""

    def addresses(self, version: IpVersion) -> tuple[Own, ...]:
        """Return its addresses of an IP version."""
        return tuple([each for each in self.owns if each.prefix.version == version])


@dataclass(frozen=True, eq=False, slots=True)
class StationRoute:
    """A route of a station."""

    prefix: Prefix
    gateway: int | None
    nic: Nic
    why: Reason | None = None
    condition: Unknown | None = None
    """What must hold for the route to exist."""


@dataclass(eq=False, slots=True)
class Station:
    """Whoever has an IP stack."""

    kind: StationKind
    endpoint: Endpoint
    nics: list[Nic] = field(default_factory=list)
    routes: list[StationRoute] = field(default_factory=list)
    forwards: bool | None = None
    """Whether it forwards; None for the host, whose networks decide it."""
    has_told_routes: bool = False
    """Whether the inventory tells its routes, rather than the model assuming the usual ones."""
    firewall: "tuple[FirewallRule, ...]" = ()
    """The rules of a guest's own firewall."""
    _by_prefix: PrefixTable[StationRoute] = field(default_factory=PrefixTable)
    _filed: int = 0
    """How many of the routes, which only become more, are in the table."""

    def add(self, nic: Nic) -> Nic:
        """Add a NIC with the routes of its addresses."""
        self.nics.append(nic)
        for each in nic.owns:
            self.routes.append(StationRoute(each.prefix, None, nic))
        return nic

    def add_default(
        self, version: IpVersion, gateway: int, nic: Nic, why: Reason, condition: Unknown | None = None
    ) -> None:
        """Add a default route."""
        self.routes.append(StationRoute(Prefix(version, 0, 0, 0), gateway, nic, why, condition))

    def routes_to(self, version: IpVersion, address: int) -> list[StationRoute]:
        """Return the routes to an address, the most specific first."""
        for each in self.routes[self._filed :]:
            self._by_prefix.add(each.prefix, each)
        self._filed = len(self.routes)
        return list(self._by_prefix.holding(version, address))

    def source_for(self, version: IpVersion, nic: Nic, next_hop: int) -> int | None:
        """Return the address that it sends from: the NIC's own, one in the subnet of the next hop first."""
        own = nic.addresses(version) or tuple(each for one in self.nics for each in one.addresses(version))
        best = next((each for each in own if each.prefix.holds(next_hop)), own[0] if own else None)
        return best.address if best else None


def destination(hop: "Hop") -> Prefix:
    """Return the destination of a route; `default` is written for both IP versions, and its gateway tells which."""
    prefix, gateway = Prefix.of(hop.subnet), hop.gateway
    if gateway is None or gateway.version == prefix.version or prefix.length:
        return prefix
    return Prefix(6 if gateway.version == 6 else 4, 0, 0, 0)


def whole(version: IpVersion, address: int) -> Prefix:
    """Return the subnet of one address."""
    return Prefix(version, address, BITS[version], (1 << BITS[version]) - 1)
