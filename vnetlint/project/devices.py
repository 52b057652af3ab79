"""NICs of the host that several want: pools, macvtap, and what is taken whole."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from vnetlint.model import Domain, Interface, Network
from vnetlint.model.view import Named, has_strays, known
from vnetlint.project.index import Index, place_of
from vnetlint.xml.tree import Attribute

_FORWARD = ("mode", "dev", "managed")
"""The attributes that `<forward>` may have."""


@dataclass(frozen=True, eq=False)
class Devices(Index):
    """Who is put on which of the host's NICs."""

    @cached_property
    def device_rivals(self) -> dict[Interface, Interface]:
        """For each NIC whose end on the host has a name, an earlier one of the same name, in this guest or host.

        Nothing is said of two guests of one name, which are two versions of one.
        """
        first: dict[tuple[str, str], Interface] = {}
        found: dict[Interface, Interface] = {}
        for each in self.interfaces:
            if each.own_device is not None and self.attachment_of(each) != "hostdev":
                other = first.setdefault((self._host_of(each), each.own_device.value), each)
                if other is not each and (other.domain is each.domain or self.same_host(other.domain, each.domain)):
                    found[each] = other
        return found

    @cached_property
    def passthrough_rivals(self) -> dict[Interface, Interface]:
        """For each guest on a NIC by macvtap, an earlier one on it, where one of the two takes it whole."""
        first: dict[tuple[str, str], tuple[Interface, Interface | None]] = {}
        found: dict[Interface, Interface] = {}
        for each in self.interfaces:
            whole = each if each.direct_mode == "passthrough" else None
            for place in each.lower_devices:
                key = (self._host_of(each), place.value)
                earliest, taker = first.get(key, (each, None))
                first[key] = (earliest, taker or whole)
                other = earliest if whole else taker
                near = other and (other.domain is each.domain or self.same_host(other.domain, each.domain))
                if other is not None and other is not each and near:
                    found[each] = other
        return found

    @cached_property
    def spare_nic(self) -> str | None:
        """The first NIC of the host that neither the host itself nor anything of these files uses."""
        used = {
            place.value for network in self.networks for place in (network.forward.devices if network.forward else ())
        }
        used |= self.interfaces_by_device.keys()
        spare = (link.name for link in (self.host.spare_nics if self.host else ()))
        return next((name for name in spare if name not in used), None)

    def isolating_maker(self, network: Network) -> Network | None:
        """Return the isolated network of the same host that makes the bridge which a network joins."""
        place = network.host_bridge
        return self.network_on(place.value, network, "isolated") if place else None

    def hostdev_network(self, beside: Named) -> Network | None:
        """Return a network of the same host that hands out host devices."""
        return self._hostdev_networks.get(self._host_of(beside))

    @cached_property
    def _hostdev_networks(self) -> dict[str, Network]:
        found = sorted((each for each in self.networks if each.attachment == "hostdev" and each.name), key=place_of)
        return {self._host_of(each): each for each in reversed(found)}

    def pool_size(self, network: Network) -> int | None:
        """Return how many devices a network has, where each guest takes one whole; None where nobody can tell."""
        forward = network.forward
        if forward is None or network.mode not in ("passthrough", "hostdev") or has_strays(forward.node, *_FORWARD):
            return None
        if functions := forward.node.all("pf"):
            link = self.host.link(functions[0].get("dev") or "") if self.host else None
            return len(link.vfs) if link and link.vfs is not None and not forward.interfaces else None
        if network.mode == "hostdev":
            return None if forward.interfaces else len(forward.pci_devices)
        return len(network.lower_devices) if all(known(place.value) for place in forward.devices) else None

    def by_function(self, user: Network | Interface) -> bool:
        """Whether guests take a NIC whole, an SR-IOV function as a rule: by hostdev, or macvtap in passthrough."""
        network = self.network_of(user) if isinstance(user, Interface) else user
        if network is not None:
            return network.mode in ("hostdev", "passthrough")
        return isinstance(user, Interface) and (user.type == "hostdev" or user.direct_mode == "passthrough")

    def is_plain_nic(self, name: str) -> bool:
        """Whether an interface of the host is known to be no SR-IOV virtual function."""
        link = self.host.link(name) if self.host else None
        return link is not None and (link.is_vf is False or link.kind not in ("nic", "other"))

    def crowd_on(self, network: Network) -> list[Interface]:
        """Return the guests' NICs on a network, of the host that has most; each guest's name counts once."""
        hosts: defaultdict[str, list[Interface]] = defaultdict(list)
        guests: dict[tuple[str, str | None], Domain] = {}
        for each in self.interfaces_on(network):
            host = self._host_of(each)
            if guests.setdefault((host, each.domain.name), each.domain) is each.domain:
                hosts[host].append(each)
        return max(hosts.values(), key=len, default=[])

    @cached_property
    def pool_rivals(self) -> dict[Attribute, tuple[Attribute, Network]]:
        """For each NIC that macvtap puts guests on, where a network of the host takes it whole or shares it with such.

        That is an earlier network, whose place it comes with, and one of the two takes the NIC whole.
        """
        first: dict[tuple[str, str], tuple[tuple[Attribute, Network], tuple[Attribute, Network] | None]] = {}
        found: dict[Attribute, tuple[Attribute, Network]] = {}
        for network in self.networks:
            for place in network.lower_devices:
                key, entry = (self._host_of(network), place.value), (place, network)
                earliest, taker = first.get(key, (entry, None))
                whole = entry if network.mode == "passthrough" else None
                first[key] = (earliest, taker or whole)
                other = earliest if whole else taker
                if other is not None and self.same_host(other[1], network):
                    found[place] = other
        for interface in self.interfaces:
            for place in interface.lower_devices:
                sharer, taker = first.get((self._host_of(interface), place.value), (None, None))
                other = taker or (sharer if interface.direct_mode == "passthrough" else None)
                if other is not None:
                    found[place] = other
        return found
