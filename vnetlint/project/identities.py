"""Names, bridges and UUIDs that two documents claim, and free ones for the later of them."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, count
from pathlib import PurePosixPath
from uuid import UUID

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
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
        """For each bridge name that is too long for the kernel, a free one that is short enough."""
        return shortened(self.bridges.places, self.bridges.taken_names)

    @cached_property
    def bridge_rivals(self) -> dict[Network, Network]:
        """For each network that makes its bridge, another that has the name of the bridge already for libvirt.

        That is an earlier network that makes it too, or else any network that joins it.
        """
        makers: defaultdict[str, Seen[Network]] = defaultdict(Seen)
        joiners: defaultdict[str, Seen[Network]] = defaultdict(Seen)
        rivals: dict[Network, Network] = {}
        named = [(network, network.bridge_name) for network in self.networks.all if network.bridge_name]
        for network, name in named:
            if network.attachment == "host-bridge":
                joiners[name].add(network, self.site.host_of(network), network)
        for network, name in named:
            # libvirt replaces `%d` by a free number before it compares names.
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
        """For each network whose bridge name is taken, a name that neither the project nor the host uses."""
        return dict(zip(self.bridge_rivals | self.bridge_owners, new_bridges(self.bridges.taken_names), strict=False))

    @cached_property
    def bridge_owners(self) -> dict[Network, str]:
        """For other named networks that make their bridge, the network of the inventory that has it."""
        listed = (each for each in self.site.host_networks if each.bridge and each.name not in self.networks.by_name)
        owners = {each.bridge: each.name for each in listed}
        rest = (network for network in self.networks.all if network.name and network not in self.bridge_rivals)
        named = ((network, network.bridge.name) for network in rest if network.bridge and network.owns_bridge)
        return {network: owner for network, name in named if name and (owner := owners.get(name))}

    @cached_property
    def bridge_mac_rivals(self) -> dict[Network, Network]:
        """For each network that sets the MAC address of its bridge, an earlier one of its host with the same one."""
        return self.networks.rivals(lambda network: network.mac if network.owns_bridge else None)

    @cached_property
    def dns_domain_rivals(self) -> dict[Network, Network]:
        """For each network with a DNS domain, an earlier one of the same host with the same domain.

        One of the two keeps it to itself, or has the host ask there for its names.
        """
        found = self.networks.rivals(lambda network: network.dns_domain)
        return {each: other for each, other in found.items() if each.claims_domain or other.claims_domain}

    @cached_property
    def network_namesakes(self) -> dict[Network, Network]:
        """For each network, the first of the same host and name, if their UUIDs differ or it has none."""
        pairs = self.site.repeats(self.networks.all, lambda network: network.name)
        return {each: first for each, first in pairs if each.uuid is None or each.uuid != first.uuid}

    @cached_property
    def new_network_names(self) -> dict[Network, str]:
        """For each network with a namesake, a free name: that of its file, or its own with a number."""
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
        """For each network, the first with its UUID and another name, best of the same host."""
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
        """For each guest, an earlier one that has its name or UUID already for libvirt.

        That is one with the same UUID and another name, best of the same host; else one of the same host with the same
        name and another UUID.
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
        """For each network filter, an earlier one of the same host with its UUID and another name."""
        pairs = self.site.repeats(self.filters.all, lambda each: each.uuid if each.name else None)
        return {each: first for each, first in pairs if each.name != first.name}

    @cached_property
    def filter_namesakes(self) -> dict[Filter, Filter]:
        """For each network filter, the first of the same host and name, if their UUIDs differ or it has none."""
        pairs = self.site.repeats(self.filters.all, lambda each: each.name)
        return {each: first for each, first in pairs if each.uuid is None or each.uuid != first.uuid}
