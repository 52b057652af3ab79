"""Guests that are alike: whatever one of them reaches, and whoever reaches it, holds for the others."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING

from vnetlint.dataclass import dataclass
from vnetlint.model import Network
from vnetlint.reach.answer import Endpoint
from vnetlint.reach.packet import Prefix
from vnetlint.reach.station import Nic, Station
from vnetlint.reach.world import World

if TYPE_CHECKING:
    from vnetlint.host.firewall import FirewallRule


@dataclass(frozen=True)
class Peers:
    """Endpoints that are alike."""

    name: str
    members: tuple[Endpoint, ...]

    @property
    def first(self) -> Endpoint:
        """The member that stands for all."""
        return self.members[0]

    @property
    def other(self) -> Endpoint | None:
        """A second member, for what holds among the members."""
        return self.members[1] if len(self.members) > 1 else None


def groups_of(world: World, stations: list[Station]) -> tuple[Peers, ...]:
    """Return the groups of stations, in the order of their first members."""
    special = tuple(special_prefixes(world))
    table: defaultdict[Hashable, list[Station]] = defaultdict(list)
    for station in stations:
        table[_key(station, special)].append(station)
    probed = {id(each): network for network, probes in world.probes.items() for each in probes}
    return tuple(_peers(alike, probed) for alike in table.values())


def _peers(alike: list[Station], probed: dict[int, Network]) -> Peers:
    """Return stations that are alike as one; guests that nobody defined are named after their network."""
    defined = [each.endpoint.name for each in alike if id(each) not in probed]
    name = name_of(defined) if defined else f"network:{probed[id(alike[0])].name}"
    return Peers(name, tuple(each.endpoint for each in alike))


def _key(station: Station, special: tuple[Prefix, ...]) -> Hashable:
    """Return what two stations must share to be alike."""
    if station.kind != "guest":
        return station.endpoint.name
    routes = frozenset((each.prefix, each.gateway, each.nic.name) for each in station.routes)
    nics = tuple(_nic_key(each, special) for each in station.nics)
    return nics, routes, station.forwards, station.firewall


def _nic_key(nic: Nic, special: tuple[Prefix, ...]) -> Hashable:
    port = nic.port
    plugged = None if port is None else (port.device, port.isolated, port.vlan, port.mode, port.condition)
    owns = tuple(
        (each.prefix, tuple(one for one in special if one.version == each.version and one.holds(each.address)))
        for each in nic.owns
    )
    return plugged, owns, nic.unplugged, filter_key(nic)


def filter_key(nic: Nic) -> Hashable:
    """Return a NIC's network filter with its parameters; those that name the NIC itself are alike."""
    reference = nic.interface.filterref if nic.interface is not None else None
    if reference is None or nic.interface is None:
        return None
    own = {nic.interface.mac, *(str(each.address) for each in nic.owns)}
    given = ((each.name, "own" if each.value in own else each.value) for each in reference.parameters)
    return reference.filter, tuple(given)


def special_prefixes(world: World) -> Iterator[Prefix]:
    """Yield the subnets by which rules and routes tell one guest from another of its network."""
    for chain in world.inventory.firewall or ():
        yield from _prefixes(chain.rules)
    for station in world.stations():
        yield from _prefixes(station.firewall)
    for owner in (world.host, *world.routers, *world.machines):
        yield from (each.prefix for each in owner.routes if each.gateway is not None and each.prefix.length)


def _prefixes(rules: "tuple[FirewallRule, ...]") -> Iterator[Prefix]:
    for rule in rules:
        for value in (rule.source, rule.destination):
            if value is not None:
                yield Prefix.of(ip_network(value, strict=False))
        yield from _prefixes(rule.rules)


def name_of(names: list[str]) -> str:
    """Return a name for several: what they begin with, if that is a word, else the first and the number of others."""
    if len(names) == 1:
        return names[0]
    stems = {re.sub(r"[-_.]?\d+$", "", name) for name in names}
    if len(stems) == 1 and (stem := stems.pop()):
        return f"{stem}* ({len(names)})"
    return f"{names[0]} and {len(names) - 1} more"
