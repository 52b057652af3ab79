"""A large host without what has nothing to do with a few documents, so that a question about these takes no longer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

from vnetlint.host.facts import PHYSICAL, Host
from vnetlint.host.inventory import HostRoute, Link, Machine
from vnetlint.model.addresses import Subnet
from vnetlint.model.subnets import SubnetIndex

FEW = 8
"""How many interfaces, and machines of one interface, are kept that nothing names."""
_MANY = 100
"""How many interfaces, routes, machines, guests and networks a host has at least to be cut down."""


class Concern(NamedTuple):
    """What documents have to do with a host."""

    names: frozenset[str]
    """The interfaces, guests and networks that they name or are."""
    subnets: frozenset[Subnet]


class Excerpts:
    """The tables of one host to make excerpts from."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def of(self, concern: Concern) -> Host:
        """Return the host with what concerns documents, its default routes, and a few other interfaces."""
        inventory = self.host.inventory
        if not self._is_large:
            return self.host
        links = self._links(concern)
        names = {each.name for each in links}
        routes = self._routes(concern, names)
        machines = chain.from_iterable(islice(self._machines.get(each, ()), FEW) for each in (*names, "internet"))
        update: dict[str, object] = {"machines": tuple(machines)}
        update |= {"interfaces": links} if inventory.interfaces is not None else {}
        update |= {"routes": routes} if inventory.routes is not None else {}
        for key, table in (("guests", self._guests), ("networks", self._networks)):
            if table is not None:
                named = (item for name in sorted(concern.names) for item in table.get(name, ()))
                update[key] = tuple({id(each): each for each in named}.values())
        return replace(self.host, inventory=inventory.model_copy(update=update))

    @cached_property
    def _is_large(self) -> bool:
        each = self.host.inventory
        lists = (each.interfaces, each.routes, each.machines, each.guests, each.networks)
        return sum(len(one or ()) for one in lists) >= _MANY

    def _links(self, concern: Concern) -> tuple[Link, ...]:
        waiting = [*concern.names, *self._usual]
        waiting += (each.name for subnet in concern.subnets for each in self._by_subnet.overlapping(subnet))
        waiting += (each.dev for each in self._routes_to(concern) if each.dev)
        found: dict[str, Link] = {}
        while waiting:
            link = self.host.link(waiting.pop())
            if link is not None and link.name not in found:
                found[link.name] = link
                ports = self.host.ports_of(link.name) or ()
                waiting += (each.name for each in ports[:_MANY])
                waiting += (each.name for each in self.host.uppers(link.name)[:FEW])
        return tuple(sorted(found.values(), key=lambda each: self._places[each.name]))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {each.name: place for place, each in enumerate(self.host.links)}

    @cached_property
    def _usual(self) -> tuple[str, ...]:
        """The first interfaces of the host, and those of its router."""
        leading = (each.name for each in self.host.links if each.kind in PHYSICAL and (each.addresses or each.dynamic))
        on = self.host.inventory.upstream.on
        first = (each.name for each in self.host.links[:FEW])
        return (*islice(leading, FEW), *first, *([on] if on else ()))

    def _routes_to(self, concern: Concern) -> Iterator[HostRoute]:
        """Yield the default routes, and those that overlap a subnet."""
        yield from self._defaults
        for subnet in concern.subnets:
            yield from self._routes_by_subnet.overlapping(subnet)

    def _routes(self, concern: Concern, names: Iterable[str]) -> tuple[HostRoute, ...]:
        found = {id(each): each for each in self._routes_to(concern)}
        for name in names:
            found.update((id(each), each) for each in self._routes_by_device.get(name, ())[:FEW])
        return tuple(sorted(found.values(), key=lambda each: self._route_places[id(each)]))

    @cached_property
    def _route_places(self) -> dict[int, int]:
        return {id(each): place for place, each in enumerate(self.host.inventory.routes or ())}

    @cached_property
    def _defaults(self) -> tuple[HostRoute, ...]:
        return tuple(each for each in self.host.inventory.routes or () if not each.subnet.prefixlen)[:FEW]

    @cached_property
    def _by_subnet(self) -> SubnetIndex[Link]:
        return SubnetIndex((subnet, link) for link in self.host.links for subnet in link.subnets)

    @cached_property
    def _routes_by_subnet(self) -> SubnetIndex[HostRoute]:
        return SubnetIndex((each.subnet, each) for each in self.host.inventory.routes or () if each.subnet.prefixlen)

    @cached_property
    def _routes_by_device(self) -> dict[str, list[HostRoute]]:
        found: dict[str, list[HostRoute]] = {}
        for each in self.host.inventory.routes or ():
            if each.dev:
                found.setdefault(each.dev, []).append(each)
        return found

    @cached_property
    def _machines(self) -> dict[str, list[Machine]]:
        found: dict[str, list[Machine]] = {}
        for each in self.host.inventory.machines:
            found.setdefault(each.on, []).append(each)
        return found

    @cached_property
    def _guests(self) -> dict[str, list[object]] | None:
        guests = self.host.inventory.guests
        if guests is None:
            return None
        found: dict[str, list[object]] = {}
        for each in guests:
            found.setdefault(each.name, []).append(each)
        return found

    @cached_property
    def _networks(self) -> dict[str, list[object]] | None:
        """The networks by their names and by the names of their bridges."""
        networks = self.host.inventory.networks
        if networks is None:
            return None
        found: dict[str, list[object]] = {}
        for each in networks:
            for name in {each.name, each.bridge} - {None}:
                found.setdefault(name or "", []).append(each)
        return found
