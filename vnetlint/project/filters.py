"""Network filters across files: which one a name means, who refers to it, what it is given."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from vnetlint.model import Filter, Interface, Network, View
from vnetlint.model.domain import FilterRef
from vnetlint.model.filtertree import SHIPPED, FilterTrees, Shipped
from vnetlint.model.names import Names
from vnetlint.project.index import Index, distance, grouped


@dataclass(frozen=True, eq=False)
class Filters(Index):
    """What filters are to guests and to each other."""

    @cached_property
    def filters_by_name(self) -> dict[str, list[Filter]]:
        """Network filters by name; more than one where several hosts' files lie together."""
        return grouped(self.filters, lambda each: each.name)

    def filter_of(self, reference: FilterRef) -> Filter | Shipped | None:
        """Give the filter that a reference means: the nearest of these files, else the one that libvirt installs."""
        name = reference.filter or ""
        candidates = self.filters_by_name.get(name, [])
        if len(candidates) < 2:
            return candidates[0] if candidates else SHIPPED.get(name)
        steps = [distance(each.path, reference.path) for each in candidates]
        nearest = [each for each, step in zip(candidates, steps, strict=True) if step == min(steps)]
        return nearest[0] if len(nearest) == 1 else None

    @cached_property
    def _filter_references(self) -> dict[str, list[FilterRef]]:
        """Every reference to a network filter, of guests and of other filters, by the name that it gives."""
        of_guests = [each for interface in self.interfaces for each in interface.filterrefs]
        of_filters = [each for one in self.filters for each in one.references]
        return grouped((*of_guests, *of_filters), lambda each: each.filter)

    def references_to(self, nwfilter: Filter) -> tuple[FilterRef, ...]:
        """Give the references that mean a filter."""
        named = self._filter_references.get(nwfilter.name or "", ())
        return tuple(each for each in named if self.filter_of(each) is nwfilter)

    def has_filter(self, name: str) -> bool | None:
        """Whether a network filter exists, in these files or elsewhere; None where nobody can tell."""
        if name in self.filter_names:
            return True
        host_knows = self.host is not None and self.host.filters is not None
        return False if self.complete or host_knows else None

    @cached_property
    def filters_by_uuid(self) -> dict[UUID, Filter]:
        """The first network filter of each UUID."""
        return {each.uuid: each for each in reversed(self.filters) if each.uuid}

    def names_filters_beside(self, view: View) -> bool:
        """Whether there are network filters for the same host, and none of the project has a placeholder for a name."""
        return self._host_of(view) in self._hosts_with_filters

    @cached_property
    def _hosts_with_filters(self) -> frozenset[str]:
        hosts = (self._host_of(each) for each in self.filters)
        return frozenset(hosts if all(each.name for each in self.filters) else ())

    @cached_property
    def filter_names(self) -> frozenset[str]:
        """The names of all network filters that are known: from files, as external, from libvirt and from the host."""
        on_host = (self.host.filters if self.host else None) or ()
        return frozenset((*self.filters_by_name, *SHIPPED, *self.external, *on_host))

    @cached_property
    def similar_filters(self) -> Names:
        """The known names of network filters, to find the one that was meant."""
        return Names(sorted(self.filter_names - self.external))

    def value_for(self, interface: Interface, variable: str) -> str | None:
        """Give what a filter's variable has to be for an interface, as far as its network tells."""
        network, reserved = self.network_of(interface), self.reserved(interface)
        if variable == "IP":
            return str(reserved.address) if reserved else None
        if variable == "DHCPSERVER":
            return str(network.dhcp_server) if network and network.dhcp_server else None
        return network.mac if variable == "GATEWAY_MAC" and network and network.owns_bridge else None

    @cached_property
    def _filtered(self) -> dict[tuple[str, Network], Interface]:
        table: dict[tuple[str, Network], Interface] = {}
        for interface in self.interfaces:
            network = self.network_of(interface)
            bridged = network is not None and network.attachment in ("own-bridge", "host-bridge")
            if network is not None and bridged and interface.filterref and interface.filterref.filter:
                table.setdefault((self._host_of(interface), network), interface)
        return table

    def filtered_beside(self, interface: Interface) -> Interface | None:
        """Give an interface on the same network and host that has a network filter."""
        network = self.network_of(interface)
        return self._filtered.get((self._host_of(interface), network)) if network else None

    @cached_property
    def filter_trees(self) -> FilterTrees:
        """What each filter does, its includes counted in."""
        trees = FilterTrees(self.filter_of)
        for each in self.filters:
            trees.tree(each)
        return trees
