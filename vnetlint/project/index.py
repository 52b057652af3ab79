"""Who is who in one site: its documents by kind and name, and what a name means where it is used."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from posixpath import dirname
from typing import TYPE_CHECKING, TypeVar

from vnetlint.model import Domain, Filter, Interface, Model, Network, View
from vnetlint.model.addresses import Address
from vnetlint.model.names import Names
from vnetlint.model.network import Attachment, Mode, StaticHost
from vnetlint.model.plug import Plug
from vnetlint.model.view import Named, known
from vnetlint.xml.tree import Attribute, Node

if TYPE_CHECKING:
    from vnetlint.host import Host


EXTERNAL_NETWORKS = frozenset({"default"})
"""Networks that exist although no file of the project defines them: libvirt ships `default`."""


_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item", bound=View)


@dataclass(frozen=True, eq=False)
class Index:
    """Tables over documents, each built when it is first asked for."""

    models: tuple[Model, ...] = ()
    host: "Host | None" = None
    complete: bool = False
    """Whether the files hold everything that the host has, so that what is absent is missing."""
    external: frozenset[str] = field(default=EXTERNAL_NETWORKS)

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """All networks, in the order of their files."""
        return tuple(model for model in self.models if isinstance(model, Network))

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """All guests."""
        return tuple(model for model in self.models if isinstance(model, Domain))

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """All network filters."""
        return tuple(model for model in self.models if isinstance(model, Filter))

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        """All guests' NICs."""
        return tuple(interface for domain in self.domains for interface in domain.interfaces)

    @cached_property
    def networks_by_name(self) -> dict[str, list[Network]]:
        """Networks by name; more than one where several hosts' files lie together."""
        return grouped(self.networks, lambda network: network.name)

    @cached_property
    def networks_by_bridge(self) -> dict[str, list[Network]]:
        """Networks by the name of the bridge that they make or join."""
        return grouped(self.networks, lambda network: network.bridge.name if network.bridge else None)

    @cached_property
    def interfaces_by_device(self) -> dict[str, list[Interface]]:
        """Guests' macvtap NICs by the host's NIC that they are on."""
        return grouped(self.interfaces, lambda each: known(each.device.value) if each.device else None)

    def tagged_on(self, bridge: str, beside: Named) -> tuple[Interface | None, Node | None]:
        """Give a guest's NIC of the same host that has a VLAN on a bridge, and its `<vlan>`."""
        found = self._tagged.get((bridge, self._host_of(beside)))
        return (found, found.node.child("vlan")) if found else (None, None)

    @cached_property
    def _tagged(self) -> dict[tuple[str, str], Interface]:
        table: dict[tuple[str, str], Interface] = {}
        for each in self.interfaces:
            if each.bridge is not None and each.node.child("vlan") is not None:
                table.setdefault((each.bridge.value, self._host_of(each.domain)), each)
        return table

    @cached_property
    def networks_by_bridge_mac(self) -> dict[str, list[Network]]:
        """Networks by the MAC address that they give the bridge that they make."""
        return grouped(self.networks, lambda network: network.mac if network.owns_bridge else None)

    @cached_property
    def networks_by_domain(self) -> dict[str, list[Network]]:
        """Networks by the DNS domain that they keep to themselves."""
        return grouped(self.networks, lambda network: network.local_domain)

    @cached_property
    def networks_by_address(self) -> dict[Address, list[Network]]:
        """Networks by each address of the bridge that they make."""
        table: defaultdict[Address, list[Network]] = defaultdict(list)
        for network in (each for each in self.networks if each.owns_bridge):
            for address in {ip.address for ip in network.ips if ip.address}:
                table[address].append(network)
        return dict(table)

    @cached_property
    def bridge_places(self) -> dict[str, list[Attribute]]:
        """Every attribute that names a bridge, of networks and of guests, by that name."""
        table: defaultdict[str, list[Attribute]] = defaultdict(list)
        named = [network.bridge.attribute("name") for network in self.networks if network.bridge]
        for place in (*named, *(interface.bridge for interface in self.interfaces)):
            if place is not None:
                table[place.value].append(place)
        return dict(table)

    @cached_property
    def _links(self) -> frozenset[str]:
        """The names of all bridges of the project and all interfaces of the host."""
        links = self.host.interfaces if self.host else None
        return frozenset((*self.bridge_places, *(link.name for link in links or ())))

    @cached_property
    def interfaces_by_mac(self) -> dict[str, list[Interface]]:
        """Guests' NICs by MAC address in lower case."""
        return grouped(self.interfaces, lambda interface: interface.mac)

    @cached_property
    def models_by_uuid(self) -> dict[str, list[Model]]:
        """Documents of each kind by UUID; the key starts with the kind."""
        return grouped(self.models, lambda model: f"{model.node.name} {model.uuid}" if model.uuid else None)

    @cached_property
    def _interfaces_by_network(self) -> dict[str, list[Interface]]:
        return grouped(self.interfaces, lambda each: each.network.value if each.network else None)

    def interfaces_on(self, network: Network) -> tuple[Interface, ...]:
        """Give the guests' NICs that name a network and mean this one."""
        named = self._interfaces_by_network.get(network.name or "", ())
        return tuple(interface for interface in named if self.network_of(interface) is network)

    def network_of(self, interface: Interface) -> Network | None:
        """Give the network that an interface names; None where none is known, or several are and none is nearest."""
        return self.network_named(interface.network.value, interface) if interface.network else None

    def network_named(self, name: str, user: View) -> Network | None:
        """Give the network that a name means where it is used; None where `network_of` would."""
        candidates = self.networks_by_name.get(name, [])
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        key = (name, _folder(user.path))
        if key not in self._nearest:
            self._nearest[key] = _nearest_of(candidates, user.path)
        return self._nearest[key]

    @cached_property
    def _nearest(self) -> dict[tuple[str, str], Network | None]:
        """What a name means in a folder, for names that several networks have; filled as it is asked for."""
        return {}

    def has_network(self, name: str) -> bool | None:
        """Whether a network exists, in these files or elsewhere; None where nobody can tell."""
        if name in self.network_names:
            return True
        host_knows = self.host is not None and self.host.networks is not None
        return False if self.complete or host_knows else None

    @cached_property
    def network_names(self) -> frozenset[str]:
        """The names of all networks that are known: from files, as external, and from the host."""
        on_host = (self.host.networks if self.host else None) or ()
        return frozenset((*self.networks_by_name, *self.external, *(each.name for each in on_host)))

    @cached_property
    def names_every_network(self) -> bool:
        """Whether there are networks in these files, and none has a placeholder for a name."""
        return bool(self.networks) and all(network.name for network in self.networks)

    @cached_property
    def similar_networks(self) -> Names:
        """The known names of networks, to find the one that was meant."""
        return Names(sorted(self.network_names))

    def reserved(self, interface: Interface) -> StaticHost | None:
        """Give the DHCP reservation for an interface's MAC address in its network, where it is an IPv4 one."""
        network = self.network_of(interface)
        return network.hosts_by_mac.get(interface.mac) if network and interface.mac else None

    def bridged_network(self, beside: Named, *modes: Mode) -> Network | None:
        """Give another network of the same host that puts guests on a bridge, of the first of the modes that has one.

        One that makes its bridge has an address there, so that the host is on it too.
        """
        found = (each for mode in modes for each in self._bridged_networks.get((self._host_of(beside), mode), ()))
        return next((each for each in found if each is not beside), None)

    @cached_property
    def _bridged_networks(self) -> dict[tuple[str, Mode], list[Network]]:
        """The first two of each host and mode, so that there is one beside the asker."""
        table: defaultdict[tuple[str, Mode], list[Network]] = defaultdict(list)
        for network in self.networks:
            usable = network.attachment == "host-bridge" or (network.owns_bridge and network.ips)
            if network.mode and network.name and usable and len(table[self._host_of(network), network.mode]) < 2:
                table[self._host_of(network), network.mode].append(network)
        return dict(table)

    def has_older_libvirt(self, version: str) -> bool:
        """Whether the host's libvirt is known to be older than a version."""
        return self.host is not None and self.host.libvirt is not None and not self.host.has_libvirt(version)

    def on_openvswitch(self, user: Network | Interface) -> bool:
        """Whether the bridge that a network or interface names is known to the inventory as an Open vSwitch."""
        place = user.bridge if isinstance(user, Interface) or user.bridge is None else user.bridge.attribute("name")
        link = self.host.link(place.value) if self.host is not None and isinstance(place, Attribute) else None
        return link is not None and link.kind == "ovs"

    def plugs_of(self, interface: Interface) -> tuple[Plug, ...]:
        """Give what says how an interface is plugged in, the nearest first: itself, its port group, its network."""
        network = self.network_of(interface)
        if network is None:
            return interface.plugs
        named = interface.portgroup.value if interface.portgroup else None
        meant = (each for each in network.portgroups if (each.name == named if named else each.is_default))
        return (*interface.plugs, *(Plug(each.node) for each in meant), Plug(network.node))

    def switch_of(self, interface: Interface) -> str | None:
        """Give the type of `<virtualport>` that holds for an interface; empty without a type, None without any."""
        switches = [each.switch for each in self.plugs_of(interface) if each.switch is not None]
        return next((each for each in switches if each), "" if switches else None)

    def attachment_of(self, interface: Interface) -> Attachment | None:
        """Give what an interface ends on, the network that it names resolved."""
        if interface.type == "bridge":
            return "host-bridge"
        if interface.type == "direct":
            return "macvtap"
        if interface.type == "hostdev":
            return "hostdev"
        network = self.network_of(interface)
        return network.attachment if network else None

    def same_host(self, one: Named, other: Named) -> bool:
        """Whether two documents are meant for one host: a complete project's are, and those of one folder.

        Never two of the same kind and name, which are two versions of one thing.
        """
        if one.node.name == other.node.name and one.name == other.name:
            return False
        return self._host_of(one) == self._host_of(other)

    def _host_of(self, view: View) -> str:
        return "" if self.complete else _folder(view.path)


def grouped(items: Iterable[_Item], key: Callable[[_Item], _Key | None]) -> dict[_Key, list[_Item]]:
    """Put views into a table by a key; those without one are left out."""
    table: defaultdict[_Key, list[_Item]] = defaultdict(list)
    for item in items:
        value = key(item)
        if value is not None:
            table[value].append(item)
    return dict(table)


@lru_cache(maxsize=1024)
def _folder(path: str) -> str:
    """The folder of a file; every rule that asks who is on one host asks for it again."""
    return dirname(path)


def _nearest_of(candidates: Iterable[Network], path: str) -> Network | None:
    """The network whose folder is nearest to a file's, if one alone is."""
    ranked = sorted((distance(each.path, path), index, each) for index, each in enumerate(candidates))
    return ranked[0][2] if ranked[0][0] < ranked[1][0] else None


def distance(one: str, other: str) -> int:
    """Count the steps from one file's folder to the other's through the folder that holds both."""
    ours, theirs = dirname(one).split("/"), dirname(other).split("/")
    shared = next((i for i, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), None)
    common = min(len(ours), len(theirs)) if shared is None else shared
    return len(ours) + len(theirs) - 2 * common
