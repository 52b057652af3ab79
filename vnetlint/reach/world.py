"""The host, its guests and what is around it, as stations on segments."""

from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any

from vnetlint.dataclass import dataclass
from vnetlint.model import Network
from vnetlint.project import Project
from vnetlint.reach.answer import IpVersion, Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.reach.firewall import Filtering
from vnetlint.reach.packet import FAMILIES, Packet, Prefix, is_global, shown
from vnetlint.reach.segment import Device
from vnetlint.reach.station import Nic, Station, StationRoute
from vnetlint.reach.stop import Stop
from vnetlint.version import parse_version

if TYPE_CHECKING:
    from vnetlint.host.inventory import Inventory

OPEN_STOPS_FORWARDING = "10.8.0"
"""Since this version an open network does not switch the host's forwarding on (measured on 9.0 and 12.8)."""

_LINK_LOCAL = 0xFE80 >> 6
"""The first ten bits of link-local IPv6 addresses."""


@dataclass(eq=False)
class Lan:
    """A segment outside the host, behind one of its NICs or bridges."""

    name: str
    """The interface of the host that it is named after."""
    device: Device
    router: Station | None = None
    router_condition: Unknown | None = None
    """What must hold for the router to be there."""
    machines: list[Station] = field(default_factory=list)
    anyone: Station | None = None
    """The station that stands for any machine of the LAN."""


@dataclass(eq=False)
class World:
    """All that decides who reaches whom on one host."""

    project: Project
    inventory: "Inventory"
    host: Station
    internet: Station
    firewall: Filtering
    forwarding_networks: tuple[Network, ...] = ()
    """The NAT and routed networks, which switch the host's forwarding on."""
    open_networks: tuple[Network, ...] = ()
    guests: list[Station] = field(default_factory=list)
    probes: dict[Network, list[Station]] = field(default_factory=dict)
    """For each network two guests that nobody defined, if they were asked for."""
    lans: list[Lan] = field(default_factory=list)
    machines: list[Station] = field(default_factory=list)
    routers: list[Station] = field(default_factory=list)
    inner: list[Prefix] = field(default_factory=list)
    """The subnets of the host's networks, which the LAN's router may have a route to."""
    labels: dict[tuple[IpVersion, int], str] = field(default_factory=dict)
    """The names of addresses that stand for unknown ones."""
    filters: dict[Nic, Any] = field(default_factory=dict)
    """The network filters on guests' ports, as they are first asked for."""
    owners: dict[tuple[IpVersion, int], list[Nic]] = field(default_factory=dict)

    def stations(self) -> Iterator[Station]:
        """Yield all stations."""
        yield self.host
        yield from (*self.guests, *self.machines, *self.routers, self.internet)
        yield from (each for alike in self.probes.values() for each in alike)
        yield from (lan.anyone for lan in self.lans if lan.anyone is not None)

    def index(self) -> None:
        """Note who has which address, once all stations are there."""
        for station in self.stations():
            for nic in station.nics:
                for each in nic.owns:
                    self.owners.setdefault((each.version, each.address), []).append(nic)

    def shown(self, version: IpVersion, address: int) -> str:
        """Return an address as an answer names it."""
        return self.labels.get((version, address)) or shown(version, address)

    def candidates(self, version: IpVersion, address: int, asking: Nic) -> Iterator[Nic]:
        """Yield the NICs that answer for an address on a segment.

        A Linux machine answers ARP for every address that it has, on whichever NIC. For IPv6 it answers only for those
        of the NIC itself.
        """
        if version == 6 and address >> 118 == _LINK_LOCAL:
            # Routers announce themselves by addresses that no inventory lists.
            yield from (
                nic for station in (self.host, *self.routers) for nic in station.nics if station is not asking.station
            )
        found = [nic for nic in self.owners.get((version, address), ()) if nic.station is not asking.station]
        yield from found
        if version == 4:
            yield from (nic for each in {one.station: one for one in found} for nic in each.nics if nic not in found)
        if asking.name == "internet" and asking.station is not self.internet and is_global(version, address):
            yield from self.internet.nics

    def is_own(self, station: Station, version: IpVersion, address: int) -> bool:
        """Whether an address is one of a station's own."""
        return any(nic.station is station for nic in self.owners.get((version, address), ()))

    def forwards(self, version: IpVersion, facts: Facts) -> bool:
        """Whether the host forwards an IP version: because a network needs it, or by its own setting."""
        family = FAMILIES[version]
        setting = self.inventory.forwarding.ipv4 if version == 4 else self.inventory.forwarding.ipv6
        if setting or self._switched_on(self.forwarding_networks, family):
            return True
        if self._switched_on(self.open_networks, family) and self._open_forwards(facts):
            return True
        if setting is None:
            return facts.holds(Unknown(f"forwarding.{family}", f"the host forwards IPv{version}", ("no", "yes")))
        return False

    def _switched_on(self, networks: tuple[Network, ...], family: str) -> bool:
        """Whether starting one of the networks switches forwarding on; a running one has done so already."""
        running = {each.name for each in self.inventory.networks or () if each.active}
        return any(
            network.name not in running and any(ip.family == family for ip in network.ips) for network in networks
        )

    def _open_forwards(self, facts: Facts) -> bool:
        known = self.inventory.libvirt
        if known is not None:
            return parse_version(known) < parse_version(OPEN_STOPS_FORWARDING)
        text = f"libvirt is older than {OPEN_STOPS_FORWARDING}, which switches forwarding on for an open network"
        return facts.holds(Unknown("libvirt", text, ("no", "yes")))

    def filters_bridged(self, version: IpVersion, facts: Facts) -> bool:
        """Whether frames that a bridge passes on are shown to the host's firewall."""
        if self.inventory.bridge_netfilter is not None:
            return self.inventory.bridge_netfilter
        return facts.holds(Unknown("bridge_netfilter", "bridged frames pass the host's firewall", ("no", "yes")))

    def reverse_path_filter(self, facts: Facts) -> int:
        """Return the setting of the reverse path filter of IPv4: 0, 1 (strict) or 2 (loose)."""
        if self.inventory.reverse_path_filter is not None:
            return self.inventory.reverse_path_filter
        return int(facts.ask(Unknown("reverse_path_filter", "the host's reverse path filter is {}", ("2", "1", "0"))))

    def route_beyond(self, station: Station, packet: Packet, facts: Facts) -> StationRoute | None:
        """Return a router's route that the inventory does not list: to guests' subnets, or to the Internet."""
        if station.kind != "router":
            return None
        version, address = packet.version, packet.destination
        outside = next(nic for nic in station.nics if nic.name == "internet")
        if any(each.name == "internet" for each in self.owners.get((version, address), ())):
            return StationRoute(Prefix(version, 0, 0, 0), None, outside)
        inner = next((each for each in self.inner if each.version == version and each.holds(address)), None)
        if inner is not None:
            return self._route_back(station, inner, facts)
        return StationRoute(Prefix(version, 0, 0, 0), None, outside) if is_global(version, address) else None

    def _route_back(self, router: Station, inner: Prefix, facts: Facts) -> StationRoute | None:
        """Return a router's route to a subnet of the host, where the inventory does not list its routes."""
        if self.inventory.upstream.routes is not None:
            return None
        text = f"the LAN's router has a route to {inner} by this host"
        if not facts.holds(Unknown("upstream.routes", text, ("no", "yes"))):
            return None
        for nic in router.nics:
            for subnet in (each.prefix for each in nic.addresses(inner.version)):
                gateway = next((each.address for one in self.host.nics for each in one.addresses(inner.version)
                                if each.prefix == subnet), None)  # fmt: skip
                if gateway is not None:
                    return StationRoute(inner, gateway, nic)
        return None

    def refuses_inbound(self, packet: Packet, facts: Facts) -> Stop | None:
        """Return why the LAN's router does not let a packet in from the Internet; None if it does."""
        inbound = self.inventory.upstream.inbound
        senders = self.owners.get((packet.version, packet.source), ())
        private = not is_global(packet.version, packet.destination) and not any(
            each.station.has_told_routes for each in senders
        )
        if private and (packet.is_reply or inbound is None):
            return Stop("no-route", Reason("the Internet has no route to private addresses"))
        fact = Unknown("upstream.inbound", "the LAN's router lets connections in from the Internet", ("no", "yes"))
        if packet.is_reply or inbound or (inbound is None and facts.holds(fact)):
            return None
        return Stop("dropped", Reason("the LAN's router lets no connections in from the Internet"))

    def router_address(self, packet: Packet, outside: Nic, facts: Facts) -> tuple[int, int] | None:
        """Return the sender that the LAN's router sets on the way to the Internet, as a range of one address."""
        version = packet.version
        family = FAMILIES[version]
        known = self.inventory.upstream.translates
        if known is None:
            if is_global(version, packet.source) or self.inventory.upstream.inbound:
                return None
            text = f"the LAN's router translates IPv{version} addresses on the way to the Internet"
            if not facts.holds(Unknown("upstream.translates", text, ("yes", "no") if version == 4 else ("no", "yes"))):
                return None
        elif family not in known:
            return None
        address = next((each.address for each in outside.addresses(version)), None)
        return None if address is None else (address, address)
