"""Ports of the host that guests open through passt: which are taken, and which are free."""

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model.addresses import parse_address
from vnetlint.model.domain import PortRange
from vnetlint.project.guests import Guests
from vnetlint.project.site import Site

if TYPE_CHECKING:
    from vnetlint.host import Listener

_PORTS = 65536


@dataclass(frozen=True, eq=False)
class Ports:
    """The ranges of ports of all guests, and the host's own listeners."""

    guests: Guests
    site: Site

    @cached_property
    def taken(self) -> dict[PortRange, PortRange]:
        """For each range of ports that passt opens, an earlier one of the same host that shares ports with it."""
        table: defaultdict[tuple[str, str], list[tuple[int, int, int, PortRange]]] = defaultdict(list)
        ranges = (each for interface in self.guests.interfaces for each in interface.port_ranges if each.opens)
        for place, each in enumerate(ranges):
            if each.first and each.last and each.protocol and each.address is not None:
                host = self.site.host_of(each.interface.domain)
                table[host, each.protocol].append((each.first, each.last, place, each))
        found: dict[int, tuple[PortRange, int, PortRange]] = {}
        for entries in table.values():
            open_ranges: list[tuple[int, int, PortRange]] = []
            guests: defaultdict[tuple[int, int, str | None], set[str | None]] = defaultdict(set)
            for first, last, place, each in sorted(entries, key=lambda entry: entry[:3]):
                open_ranges = [other for other in open_ranges if other[0] >= first]
                for _, other_place, other in open_ranges:
                    earlier, later = sorted(((other_place, other), (place, each)), key=lambda entry: entry[0])
                    known_already = found.get(later[0])
                    if _collide(other, each) and (known_already is None or known_already[1] > earlier[0]):
                        found[later[0]] = (later[1], earlier[0], earlier[1])
                # Of guests with exactly the same range, the first two are enough to find one that is earlier.
                alike = guests[first, last, each.address]
                if len(alike) < 2 and each.interface.domain.name not in alike:
                    alike.add(each.interface.domain.name)
                    open_ranges.append((last, place, each))
        return {later: earlier for later, _, earlier in found.values()}

    def listener_on(self, ports: PortRange) -> int | None:
        """Return the first port of a range that a program of the host listens on."""
        first, last = ports.first, ports.last
        if first is None or last is None or ports.address is None or not ports.opens:
            return None
        ours = self._listening.get(ports.protocol or "", [])
        for number in range(bisect_left(ours, first, key=_port), len(ours)):
            port, addresses = ours[number]
            if port > last:
                break
            if any(_same_address(each, ports.address) for each in addresses):
                return port
        return None

    @property
    def _listeners(self) -> "tuple[Listener, ...]":
        return (self.site.host.inventory.listeners if self.site.host else None) or ()

    @cached_property
    def _listening(self) -> dict[str, list[tuple[int, set[str | None]]]]:
        """The ports that something listens on in order, with its addresses, by protocol."""
        found: dict[str, dict[int, set[str | None]]] = {}
        for each in self._listeners:
            found.setdefault(each.protocol, {}).setdefault(each.port, set()).add(each.address)
        return {protocol: sorted(ports.items(), key=_port) for protocol, ports in found.items()}

    @cached_property
    def free(self) -> dict[PortRange, int]:
        """For each range of ports that something else has, the first port of a free range of the same size."""
        ranges = [each for interface in self.guests.interfaces for each in interface.port_ranges if each.opens]
        taken: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(_PORTS))
        for listener in self._listeners:
            taken[listener.protocol][listener.port] = 1
        sizes: dict[PortRange, int] = {}
        for each in ranges:
            if each.protocol and each.first and each.last and each.first <= each.last < _PORTS:
                sizes[each] = each.last - each.first + 1
                taken[each.protocol][each.first : each.last + 1] = b"\1" * sizes[each]
        found: dict[PortRange, int] = {}
        for each, size in sizes.items():
            if each in self.taken or self.listener_on(each) is not None:
                ports = taken[each.protocol or ""]
                place = ports.find(bytes(size), each.first)
                if place > 0:
                    found[each] = place
                    ports[place : place + size] = b"\1" * size
        return found


def _port(entry: tuple[int, set[str | None]]) -> int:
    return entry[0]


def _collide(one: PortRange, other: PortRange) -> bool:
    """Whether two ranges that share ports also share an address, and are not of two versions of one guest."""
    ours, theirs = one.interface.domain, other.interface.domain
    if ours is not theirs and (ours.name is None or theirs.name is None or ours.name == theirs.name):
        return False
    return _same_address(one.address, other.address)


def _same_address(one: str | None, other: str | None) -> bool:
    """Whether two sockets on one port collide by their addresses; a socket without an address has all."""
    first, second = parse_address(one), parse_address(other)
    return any(each is None or each.is_unspecified for each in (first, second)) or first == second
