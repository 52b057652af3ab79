"""Names, bridges and UUIDs that two documents claim, and free ones for the later of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from pathlib import PurePosixPath
from uuid import UUID

from vnetlint.model import Domain, Filter, Network
from vnetlint.model.names import new_bridges, shortened
from vnetlint.project.bridges import Bridges
from vnetlint.project.filters import Filters
from vnetlint.project.guests import Guests
from vnetlint.project.networks import Networks
from vnetlint.project.seen import Seen
from vnetlint.project.site import Site


@dataclass(frozen=True, eq=False)
class Identities:
    """What several documents claim, although only one of them can have it."""

    networks: Networks
    guests: Guests
    filters: Filters
    bridges: Bridges
    site: Site

    @cached_property
    def short_bridges(self) -> dict[str, str]:
        """For each bridge name that the kernel does not take, a free one that it does."""
        return shortened(self.bridges.places, self.bridges.taken_names)

    @cached_property
    def bridge_rivals(self) -> dict[Network, Network]:
        """For each network that makes its bridge, another of which libvirt would say that it has that name already.

        That is one that makes it too and comes earlier; else one that joins it, wherever it stands.
        """
        makers: defaultdict[str, Seen[Network]] = defaultdict(Seen)
        joiners: defaultdict[str, Seen[Network]] = defaultdict(Seen)
        rivals: dict[Network, Network] = {}
        named = [(network, network.bridge_name) for network in self.networks.all if network.bridge_name]
        for network, name in named:
            if network.attachment == "host-bridge":
                joiners[name].add(network, self.site.host_of(network), network)
        for network, name in named:
            # libvirt puts a free number in the place of `%d` before it compares names.
            if network.owns_bridge and "%d" not in name:
                host = self.site.host_of(network)
                found = makers[name].beside(network, host) or joiners[name].beside(network, host)
                rival = found or makers[name].anywhere(network)
                makers[name].add(network, host, network)
                if rival is not None:
                    rivals[network] = rival
        return rivals

    @cached_property
    def new_bridges(self) -> dict[Network, str]:
        """For each network whose bridge's name is taken, a name that neither the project nor the host has."""
        return dict(zip(self.bridge_rivals | self.bridge_owners, new_bridges(self.bridges.taken_names), strict=False))

    @cached_property
    def bridge_owners(self) -> dict[Network, str]:
        """For other networks that make their bridge, the network of the inventory that has it; only named ones."""
        listed = (each for each in self.site.host_networks if each.bridge and each.name not in self.networks.by_name)
        owners = {each.bridge: each.name for each in listed}
        rest = (network for network in self.networks.all if network.name and network not in self.bridge_rivals)
        named = ((network, network.bridge.name) for network in rest if network.bridge and network.owns_bridge)
        return {network: owner for network, name in named if name and (owner := owners.get(name))}

    @cached_property
    def bridge_mac_rivals(self) -> dict[Network, Network]:
        """For each network that gives its bridge a MAC address, an earlier one of the same host that gives the same."""
        return self.networks.rivals(lambda network: network.mac if network.owns_bridge else None)

    @cached_property
    def dns_domain_rivals(self) -> dict[Network, Network]:
        """For each network with a DNS domain, an earlier one of the same host with the same.

        One of the two keeps it to itself, or has the host ask there for its names.
        """
        found = self.networks.rivals(lambda network: network.dns_domain)
        return {each: other for each, other in found.items() if each.claims_domain or other.claims_domain}

    @cached_property
    def network_namesakes(self) -> dict[Network, Network]:
        """For each network, the first of the same host and name, where that is another by its UUID or has none."""
        first: dict[tuple[str, str], Network] = {}
        found: dict[Network, Network] = {}
        for network in self.networks.all:
            if network.name:
                other = first.setdefault((self.site.host_of(network), network.name), network)
                if other is not network and (network.uuid is None or network.uuid != other.uuid):
                    found[network] = other
        return found

    @cached_property
    def new_network_names(self) -> dict[Network, str]:
        """For each network with a namesake a free name: that of its file, or its own with a number."""
        given = set(self.networks.names)
        found: dict[Network, str] = {}
        numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
        for network in self.network_namesakes:
            stem, name = PurePosixPath(network.path).stem, network.name or "network"
            numbered = (f"{name}-{number}" for number in numbers[name])
            found[network] = next(each for each in chain((stem,), numbered) if each not in given)
            given.add(found[network])
        return found

    @cached_property
    def network_uuid_rivals(self) -> dict[Network, Network]:
        """For each network, the first of the same UUID and another name: one of the same host, else one elsewhere."""
        hosts: dict[tuple[str | None, UUID], Network] = {}
        found: dict[Network, Network] = {}
        for network in self.networks.all:
            if network.uuid and network.name:
                near = hosts.setdefault((self.site.host_of(network), network.uuid), network)
                other = hosts.setdefault((None, network.uuid), network) if near.name == network.name else near
                if other.name != network.name:
                    found[network] = other
        return found

    @cached_property
    def guest_rivals(self) -> dict[Domain, Domain]:
        """For each guest, an earlier one of which libvirt would say that it has the name or the UUID already.

        That is one of the same UUID and another name, best of the same host; else, there, one of the same name and
        another UUID.
        """
        uuids: dict[tuple[str | None, UUID], Domain] = {}
        names: dict[tuple[str, str], Domain] = {}
        found: dict[Domain, Domain] = {}
        for domain in self.guests.all:
            if domain.uuid is None or domain.name is None:
                continue
            host = self.site.host_of(domain)
            near = uuids.setdefault((host, domain.uuid), domain)
            far = uuids.setdefault((None, domain.uuid), domain)
            same = names.setdefault((host, domain.name), domain)
            rivals = [each for each in (near, far) if each.name != domain.name] + [same] * (same.uuid != domain.uuid)
            if rivals:
                found[domain] = rivals[0]
        return found

    @cached_property
    def filter_uuid_rivals(self) -> dict[Filter, Filter]:
        """For each network filter, an earlier one of the same host that has its UUID and another name."""
        first: dict[tuple[str, UUID], Filter] = {}
        found: dict[Filter, Filter] = {}
        for each in self.filters.all:
            other = first.setdefault((self.site.host_of(each), each.uuid), each) if each.uuid and each.name else each
            if other.name != each.name:
                found[each] = other
        return found

    @cached_property
    def filter_namesakes(self) -> dict[Filter, Filter]:
        """For each network filter, the first of the same host and name, where the two have not the same UUID."""
        first: dict[tuple[str, str], Filter] = {}
        found: dict[Filter, Filter] = {}
        for each in self.filters.all:
            if each.name:
                other = first.setdefault((self.site.host_of(each), each.name), each)
                if other is not each and (each.uuid is None or each.uuid != other.uuid):
                    found[each] = other
        return found
