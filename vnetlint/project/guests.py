"""The guests of a project: what their NICs end on, and who shares a network or an address."""

from collections import defaultdict

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Domain, Interface, Network
from vnetlint.model.network import Attachment
from vnetlint.model.plug import Plug
from vnetlint.project.networks import Networks
from vnetlint.project.site import Site, grouped

_ATTACHMENTS: dict[str, Attachment] = {"bridge": "host-bridge", "direct": "macvtap", "hostdev": "hostdev"}
"""What an interface of a type ends on, for the types that name it themselves."""


@dataclass(frozen=True, eq=False)
class Guests:
    """The guests of the files and their NICs, with the networks that they name."""

    all: tuple[Domain, ...]
    """In the order of their files."""
    networks: Networks
    site: Site

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        """All guests' NICs."""
        return tuple(interface for domain in self.all for interface in domain.interfaces)

    @cached_property
    def interfaces_by_mac(self) -> dict[str, list[Interface]]:
        """Guests' NICs by MAC address in lower case."""
        return grouped(self.interfaces, lambda interface: interface.mac)

    @cached_property
    def mac_ranks(self) -> dict[Interface, int]:
        """For each NIC with a MAC address, its place among those that have the same one, from 0."""
        return {each: rank for twins in self.interfaces_by_mac.values() for rank, each in enumerate(twins)}

    def interfaces_on(self, network: Network) -> tuple[Interface, ...]:
        """Return the guests' NICs that name a network and mean this one."""
        return self._by_network.get(network, ())

    @cached_property
    def _by_network(self) -> dict[Network, tuple[Interface, ...]]:
        return {network: tuple(nics) for network, nics in grouped(self.interfaces, self.networks.of).items()}

    def crowd_on(self, network: Network) -> list[Interface]:
        """Return the NICs on a network, of the host that has the most; each guest's name counts once."""
        hosts: defaultdict[str, list[Interface]] = defaultdict(list)
        guests: dict[tuple[str, str | None], Domain] = {}
        for each in self.interfaces_on(network):
            host = self.site.host_of(each)
            if guests.setdefault((host, each.domain.name), each.domain) is each.domain:
                hosts[host].append(each)
        return max(hosts.values(), key=len, default=[])

    def attachment_of(self, user: Network | Interface) -> Attachment | None:
        """Return what an interface ends on, with the network that it names resolved, or a network's guests."""
        if isinstance(user, Interface) and user.type in _ATTACHMENTS:
            return _ATTACHMENTS[user.type]
        network = self.networks.of(user)
        return network.attachment if network else None

    def plugs_of(self, interface: Interface) -> tuple[Plug, ...]:
        """Return what decides how an interface is plugged in, nearest first: itself, its port group, its network."""
        network = self.networks.of(interface)
        if network is None:
            return interface.plugs
        named = interface.portgroup.value if interface.portgroup else None
        meant = network.portgroups_by_name.get(named) if named else network.default_portgroup
        return (*interface.plugs, *([Plug(meant.node)] if meant else ()), Plug(network.node))

    def switch_of(self, interface: Interface) -> str | None:
        """Return the type of `<virtualport>` that holds for an interface; empty without a type, None without any."""
        switches = [each.switch for each in self.plugs_of(interface) if each.switch is not None]
        return next((each for each in switches if each), "" if switches else None)

    @cached_property
    def floors_so_far(self) -> dict[Interface, int]:
        """For each NIC with a `floor`, the sum of its network's floors up to its own, in kilobytes per second.

        Of several guests of one name, which are versions of one, the first counts.
        """
        sums: defaultdict[Network, int] = defaultdict(int)
        guests: dict[tuple[Network, str | None], Domain] = {}
        found: dict[Interface, int] = {}
        for each in self.interfaces:
            network, inbound = self.networks.of(each), each.inbound
            floor = inbound.number("floor") if inbound else None
            if network and floor and guests.setdefault((network, each.domain.name), each.domain) is each.domain:
                sums[network] += floor
                found[each] = sums[network]
        return found
