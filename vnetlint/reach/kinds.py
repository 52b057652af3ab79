"""Groups whose networks are built alike, so that a host with a thousand networks is answered by a few of them.

Two groups are of one kind if their NICs are plugged into networks of libvirt with the same mode and rules, and nothing
else tells these networks apart: no route, no rule of a firewall, no subnet that overlaps another. What one group of a
kind has with another kind, or with another group of its own, the others have too.
"""

from collections import defaultdict
from collections.abc import Hashable

from vnetlint.reach.groups import Peers, filter_key, special_prefixes
from vnetlint.reach.libvirtrules import NetworkRules
from vnetlint.reach.packet import Own, Prefix
from vnetlint.reach.reach import Reach
from vnetlint.reach.station import Nic, Station


def kinds_of(reach: Reach) -> tuple[tuple[Peers, ...], ...]:
    """Return the groups of a host by their kinds, in the order of their first members."""
    apart = _Apart(reach)
    table: defaultdict[Hashable, list[Peers]] = defaultdict(list)
    for group in reach.groups:
        table[_key(reach.stations[group.first.name], len(group.members) > 1, apart)].append(group)
    return tuple(map(tuple, table.values()))


class _Apart:
    """What tells one network from another."""

    def __init__(self, reach: Reach) -> None:
        world = reach.world
        self.rules: defaultdict[str, list[NetworkRules]] = defaultdict(list)
        for rules in world.firewall.libvirt.rules.values():
            self.rules[rules.bridge].append(rules)
        self.special = tuple(special_prefixes(world))
        outer = [each.prefix for lan in world.lans for each in _owns(lan.anyone, *lan.machines)]
        self.lonely = _without_overlap(world.inner, outer)

    def is_like_others(self, own: Own) -> bool:
        """Whether nothing is about the subnet of an address in particular."""
        prefix = own.prefix
        told = any(one.version == prefix.version and _overlap(one, prefix) for one in self.special)
        return prefix in self.lonely and not told


def _owns(*stations: Station | None) -> list[Own]:
    return [each for station in stations if station is not None for nic in station.nics for each in nic.owns]


def _without_overlap(inner: list[Prefix], outer: list[Prefix]) -> frozenset[Prefix]:
    """Return the subnets that overlap no other; sorted by their first addresses, overlapping ones are neighbours."""
    found: list[Prefix] = []
    ends: dict[int, int] = {4: -1, 6: -1}
    crowded: set[Prefix] = set()
    last: dict[int, Prefix] = {}
    for each in sorted((*inner, *outer), key=lambda one: (one.version, one.network, one.length)):
        if each.network <= ends[each.version]:
            crowded |= {each, last[each.version]}
        ends[each.version] = max(ends[each.version], each.network | (each.mask ^ _ALL[each.version]))
        last[each.version] = each
        found.append(each)
    return frozenset(found) - crowded


_ALL = {4: (1 << 32) - 1, 6: (1 << 128) - 1}


def _overlap(one: Prefix, other: Prefix) -> bool:
    return one.holds(other.network) or other.holds(one.network)


def _key(station: Station, is_several: bool, apart: _Apart) -> Hashable:
    if station.kind != "guest":
        return station.endpoint.name
    nics = tuple(_nic_key(nic, apart) for nic in station.nics)
    defaults = frozenset((each.nic.name, each.prefix.version) for each in station.routes if not each.prefix.length)
    others = frozenset(each.prefix for each in station.routes if each.prefix.length and each.gateway is not None)
    return nics, defaults, others, station.forwards, station.firewall, is_several


def _nic_key(nic: Nic, apart: _Apart) -> Hashable:
    port = nic.port
    if port is None:
        return nic.unplugged
    rules = apart.rules.get(port.device.name)
    if rules is None or not nic.owns or not all(map(apart.is_like_others, nic.owns)):
        return port.device, port.isolated, port.vlan, port.mode, nic.owns
    network = nic.network.mode if nic.network is not None else None
    alike = tuple((each.device, each.forwards, each.translates, each.pool, len(each.subnets)) for each in rules)
    families = tuple(each.version for each in nic.owns)
    return network, alike, families, port.isolated, port.vlan, len(port.device.ports), filter_key(nic)
