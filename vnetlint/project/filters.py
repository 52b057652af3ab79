"""Network filters across files: which one a name means, what refers to it, which variables it gets."""

from collections import defaultdict
from collections.abc import Iterator

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Filter, Interface, Network, View
from vnetlint.model.domain import FilterParameter, FilterRef
from vnetlint.model.filtertree import FilterTrees
from vnetlint.model.names import Names
from vnetlint.model.shipped import SHIPPED, Shipped
from vnetlint.model.view import known
from vnetlint.project.guests import Guests
from vnetlint.project.nearest import Nearest
from vnetlint.project.networks import Networks
from vnetlint.project.site import Site, grouped, place_of


@dataclass(frozen=True, eq=False)
class Filters:
    """The network filters of the files, with the references to them."""

    all: tuple[Filter, ...]
    """In the order of their files."""
    networks: Networks
    guests: Guests
    site: Site

    @cached_property
    def by_name(self) -> dict[str, list[Filter]]:
        """Network filters by name; several if the files are for several hosts."""
        return grouped(self.all, lambda each: each.name)

    def of(self, reference: FilterRef) -> Filter | Shipped | None:
        """Return the filter that a reference means: the nearest of these files, else the one that libvirt installs."""
        name = reference.filter or ""
        candidates = self._nearest.get(name)
        return candidates.to(reference) if candidates else SHIPPED.get(name)

    @cached_property
    def _nearest(self) -> dict[str, Nearest[Filter]]:
        return {name: Nearest(filters) for name, filters in self.by_name.items()}

    @cached_property
    def _references(self) -> dict[Filter, tuple[FilterRef, ...]]:
        """Every reference of guests and of other filters, by the filter of these files that it means."""
        of_guests = [each for interface in self.guests.interfaces for each in interface.filterrefs]
        of_filters = [each for one in self.all for each in one.references]
        found = grouped((*of_guests, *of_filters), self._own_filter)
        return {meant: tuple(references) for meant, references in found.items()}

    def _own_filter(self, reference: FilterRef) -> Filter | None:
        meant = self.of(reference)
        return meant if isinstance(meant, Filter) else None

    def parameters_within(self, reference: FilterRef) -> Iterator[tuple[Filter, FilterParameter]]:
        """Yield, for a reference, the parameters that filters of these files set for what they include, once each."""
        waiting, seen = [reference], {reference}
        while waiting:
            owner = self._own_filter(waiting.pop(0))
            for inner in owner.references if owner else ():
                if owner is not None and inner not in seen:
                    seen.add(inner)
                    waiting.append(inner)
                    yield from ((owner, each) for each in inner.parameters)

    def references_to(self, nwfilter: Filter) -> tuple[FilterRef, ...]:
        """Return the references that mean a filter."""
        return self._references.get(nwfilter, ())

    def exists(self, name: str) -> bool | None:
        """Whether there is a network filter of a name, in these files or elsewhere; None if that cannot be known."""
        if name in self.names:
            return True
        host_knows = self.site.host is not None and self.site.host.inventory.filters is not None
        return False if self.site.complete or host_knows else None

    def are_named_beside(self, view: View) -> bool:
        """Whether the same host has network filters, and no filter of the project has a placeholder as its name."""
        return self.site.host_of(view) in self._hosts_with_filters

    @cached_property
    def _hosts_with_filters(self) -> frozenset[str]:
        hosts = (self.site.host_of(each) for each in self.all)
        return frozenset(hosts if all(each.name for each in self.all) else ())

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all network filters that are known: from files, as external, from libvirt and from the host."""
        on_host = (self.site.host.inventory.filters if self.site.host else None) or ()
        return frozenset((*self.by_name, *SHIPPED, *self.site.external, *on_host))

    @cached_property
    def similar(self) -> Names:
        """The known names of network filters, to find the one that was meant."""
        return Names(sorted(self.names - self.site.external))

    def value_for(self, interface: Interface, variable: str) -> str | None:
        """Return the value that a filter's variable needs for an interface, if its network decides it."""
        network, reserved = self.networks.of(interface), self.networks.reservation_of(interface)
        if variable == "IP":
            return str(reserved.address) if reserved else None
        if variable == "DHCPSERVER":
            return str(network.dhcp_server) if network and network.dhcp_server else None
        return network.mac if variable == "GATEWAY_MAC" and network and network.owns_bridge else None

    @cached_property
    def _filtered(self) -> dict[tuple[str, Network | str], list[Interface]]:
        """The first two guests with a filter of each host and segment, so that one remains if the other asks."""
        table: defaultdict[tuple[str, Network | str], dict[str | None, Interface]] = defaultdict(dict)
        for interface in sorted(self.guests.interfaces, key=place_of):
            segment = self._segment_of(interface)
            if segment is not None and interface.filterref and interface.filterref.filter:
                guests = table[self.site.host_of(interface), segment]
                if len(guests) < 2:
                    guests.setdefault(interface.domain.name, interface)
        return {key: list(guests.values()) for key, guests in table.items()}

    def _segment_of(self, interface: Interface) -> Network | str | None:
        """Return what an interface shares with its neighbours: a network, else a bridge or a network by name."""
        network = self.networks.of(interface)
        if network is not None and network.attachment == "host-bridge":
            return f"bridge {network.bridge.name}" if network.bridge and network.bridge.name else None
        if network is not None:
            return network if network.owns_bridge else None
        place = interface.network or interface.bridge
        name = known(place.value) if place else None
        # With several networks of that name, it is unknown which is meant.
        return (
            f"{interface.type} {name}" if name and not (interface.network and name in self.networks.by_name) else None
        )

    def filtered_beside(self, interface: Interface) -> Interface | None:
        """Return an interface of another guest on the same segment and host that has a network filter."""
        segment, own = self._segment_of(interface), interface.domain
        found = self._filtered.get((self.site.host_of(interface), segment), ()) if segment else ()
        return next((each for each in found if each.domain is not own and each.domain.name != own.name), None)

    @cached_property
    def trees(self) -> FilterTrees:
        """What each filter does, with the filters that it includes."""
        trees = FilterTrees(self.of)
        for each in self.all:
            trees.tree(each)
        return trees
