"""Who is who in one site: its documents by kind and name, and what a name means where it is used."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from posixpath import basename, dirname
from typing import TYPE_CHECKING, TypeVar

from vnetlint.model import Domain, Filter, Interface, Model, Network, View
from vnetlint.model.addresses import Address
from vnetlint.model.names import Names
from vnetlint.model.network import Attachment, Mode, StaticHost
from vnetlint.model.plug import Plug
from vnetlint.model.view import Named, known
from vnetlint.project.nearest import Nearest
from vnetlint.settings import EXTERNAL_NETWORKS
from vnetlint.version import Version, parse_version
from vnetlint.xml.tree import Attribute, Node

if TYPE_CHECKING:
    from vnetlint.host import Host


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
    target: Version | None = None
    """The oldest libvirt that the files are for."""

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

    def first_in_file(self, document: Model) -> Model:
        """Return the first document of a document's file."""
        return self._first_in_files.get(document.path, document)

    @cached_property
    def _first_in_files(self) -> dict[str, Model]:
        return {model.path: model for model in reversed(self.models)}

    def tagged_on(self, bridge: str, beside: Named) -> tuple[Interface | None, Node | None]:
        """Return a guest's NIC of the same host that has a known VLAN on a bridge, and its `<tag>`."""
        return self._tagged.get((bridge, self._host_of(beside)), (None, None))

    @cached_property
    def _tagged(self) -> dict[tuple[str, str], tuple[Interface, Node]]:
        table: dict[tuple[str, str], tuple[Interface, Node]] = {}
        for each in sorted((one for one in self.interfaces if one.bridge is not None), key=place_of):
            vlan = each.node.child("vlan")
            tag = next((one for one in vlan.all("tag") if known(one.get("id"))), None) if vlan else None
            if each.bridge is not None and tag is not None:
                table.setdefault((each.bridge.value, self._host_of(each.domain)), (each, tag))
        return table

    def joining(self, bridge: str, beside: Named) -> tuple[Interface, ...]:
        """Return the guests' NICs of the same host that join a bridge by its name."""
        return tuple(self._joining.get((self._host_of(beside), bridge), ()))

    @cached_property
    def _joining(self) -> dict[tuple[str, str], list[Interface]]:
        def key(each: Interface) -> tuple[str, str] | None:
            return (self._host_of(each.domain), each.host_bridge.value) if each.host_bridge else None

        return grouped(self.interfaces, key)

    def networks_at(self, address: Address, beside: Named) -> tuple[Network, ...]:
        """Return the other networks of the same host that give the bridge which they make an address."""
        found = self._networks_by_address.get((self._host_of(beside), address), ())
        return tuple(each for each in found if self.same_host(each, beside))

    @cached_property
    def _networks_by_address(self) -> dict[tuple[str, Address], list[Network]]:
        table: defaultdict[tuple[str, Address], list[Network]] = defaultdict(list)
        for network in (each for each in self.networks if each.owns_bridge):
            for address in {ip.address for ip in network.ips if ip.address}:
                table[self._host_of(network), address].append(network)
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
        links = (self.host.interfaces if self.host else None) or ()
        bridges = (each.bridge for each in (self.host.networks if self.host else None) or () if each.bridge)
        return frozenset((*self.bridge_places, *(link.name for link in links), *bridges))

    @cached_property
    def interfaces_by_mac(self) -> dict[str, list[Interface]]:
        """Guests' NICs by MAC address in lower case."""
        return grouped(self.interfaces, lambda interface: interface.mac)

    @cached_property
    def models_by_uuid(self) -> dict[str, list[Model]]:
        """Documents of each kind by UUID; the key starts with the kind."""
        return grouped(self.models, lambda model: f"{model.node.name} {model.uuid}" if model.uuid else None)

    @cached_property
    def _interfaces_by_network(self) -> dict[Network, list[Interface]]:
        return grouped(self.interfaces, self.network_of)

    def interfaces_on(self, network: Network) -> tuple[Interface, ...]:
        """Return the guests' NICs that name a network and mean this one."""
        return tuple(self._interfaces_by_network.get(network, ()))

    def network_of(self, interface: Interface) -> Network | None:
        """Return the network that an interface names; None where none is known, or several and none is nearest."""
        return self.network_named(interface.network.value, interface) if interface.network else None

    def network_named(self, name: str, user: View) -> Network | None:
        """Return the network that a name means where it is used; None where `network_of` would."""
        candidates = self._nearest_networks.get(name)
        return candidates.to(user.path) if candidates else None

    @cached_property
    def _nearest_networks(self) -> dict[str, Nearest[Network]]:
        return {name: Nearest(networks) for name, networks in self.networks_by_name.items()}

    def network_on(self, bridge: str, beside: Named, *roles: Mode) -> Network | None:
        """Return another network of the same host, with a name, that has one of the roles on a bridge.

        An earlier role comes first. Networks that make the bridge have their mode for a role; those that join it and
        isolate their guests have `bridge`.
        """
        host = self._host_of(beside)
        found = (each for role in roles for each in self._by_role.get((host, bridge, role), ()))
        return next((each for each in found if self.same_host(each, beside)), None)

    @cached_property
    def _by_role(self) -> dict[tuple[str, str, Mode], list[Network]]:
        """The first two of each host, bridge and role, so that there is one beside the asker."""
        table: defaultdict[tuple[str, str, Mode], list[Network]] = defaultdict(list)
        for network in sorted(self.networks, key=place_of):
            takes_part = network.owns_bridge or (network.host_bridge is not None and network.isolates_ports)
            name = network.bridge.name if network.bridge else None
            if network.mode is not None and name is not None and network.name and takes_part:
                found = table[self._host_of(network), name, network.mode]
                if len(found) < 2 and network.name not in [each.name for each in found]:
                    found.append(network)
        return dict(table)

    def bridge_of(self, network: Network) -> str:
        """Return the bridge of a network for a command to show: as it says itself, or the host's inventory."""
        listed = (self.host.networks if self.host else None) or ()
        on_host = next((each.bridge for each in listed if each.name == network.name and each.bridge), None)
        return (network.bridge.name if network.bridge else None) or on_host or "BRIDGE"

    def bridge_maker(self, name: str) -> str | None:
        """Return what makes a bridge and decides where it leads, as messages name it; None for the host's own.

        That is a libvirt network of these files or of the host, or a program such as Docker. Nobody adds ports to such
        a bridge by hand.
        """
        made = next((each for each in self.networks_by_bridge.get(name, ()) if each.owns_bridge), None)
        if made is not None:
            return f"the network '{made.name}'" if made.name else "a network of these files"
        return self.host.bridge_maker(name) if self.host else None

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
        """Return the DHCP reservation for an interface's MAC address in its network, where it is an IPv4 one."""
        network = self.network_of(interface)
        return network.hosts_by_mac.get(interface.mac) if network and interface.mac else None

    def bridged_network(self, beside: Named, *modes: Mode, unheld: bool = False) -> Network | None:
        """Return another network of the same host that puts guests on a bridge, of the first of the modes that has one.

        One that makes its bridge has an address there, so that the host is on it too. With `unheld` its traffic is held
        to no device.
        """
        key = self._host_of(beside)
        found = (each for mode in modes for each in self._bridged_networks.get((key, mode, unheld), ()))
        return next((each for each in found if each is not beside), None)

    @cached_property
    def _bridged_networks(self) -> dict[tuple[str, Mode, bool], list[Network]]:
        """The first two of each host and mode, so that there is one beside the asker."""
        table: defaultdict[tuple[str, Mode, bool], list[Network]] = defaultdict(list)
        for network in sorted(self.networks, key=place_of):
            mode, host = network.mode, self._host_of(network)
            if mode is None or not network.name or not (network.host_bridge or (network.owns_bridge and network.ips)):
                continue
            held = network.forward is not None and bool(network.forward.devices)
            for found in (table[host, mode, False], *([] if held else [table[host, mode, True]])):
                if len(found) < 2:
                    found.append(network)
        return dict(table)

    def has_libvirt(self, version: str) -> bool | None:
        """Whether the host's libvirt, or else the target, is this version or newer; None where neither is known."""
        if self.host is not None and self.host.libvirt is not None:
            return self.host.has_libvirt(version)
        return None if self.target is None else self.target >= parse_version(version)

    @property
    def knows_libvirt(self) -> bool:
        """Whether the version of libvirt is known, of the host or as the target."""
        return self.has_libvirt("0") is not None

    def routed_beside(self, network: Network) -> Network | None:
        """Return a network of the same host that accepts packets of a family of this one from every device.

        That is a routed network, or NAT for the IPv6 that it does not translate; an open network has no such rule.
        """
        families = sorted({ip.family for ip in network.ips if ip.family})
        return next((found for each in families if (found := self._routed.get((self._host_of(network), each)))), None)

    @cached_property
    def _routed(self) -> dict[tuple[str, str], Network]:
        """The first such network of each host and family; an isolated one, which asks, is never among them."""
        found: dict[tuple[str, str], Network] = {}
        for network in sorted(self.networks, key=place_of):
            held = network.forward is None or network.forward.devices
            if network.name and not held and network.mode in ("nat", "route"):
                for family in network.routed_families:
                    found.setdefault((self._host_of(network), family), network)
        return found

    def has_older_libvirt(self, version: str) -> bool:
        """Whether the host's libvirt, or else the target, is known to be older than a version."""
        return self.has_libvirt(version) is False

    def on_openvswitch(self, user: Network | Interface) -> bool:
        """Whether the bridge that a network or interface names is known to the inventory as an Open vSwitch."""
        place = user.bridge if isinstance(user, Interface) or user.bridge is None else user.bridge.attribute("name")
        link = self.host.link(place.value) if self.host is not None and isinstance(place, Attribute) else None
        return link is not None and link.kind == "ovs"

    def plugs_of(self, interface: Interface) -> tuple[Plug, ...]:
        """Return what says how an interface is plugged in, the nearest first: itself, its port group, its network."""
        network = self.network_of(interface)
        if network is None:
            return interface.plugs
        named = interface.portgroup.value if interface.portgroup else None
        meant = (each for each in network.portgroups if (each.name == named if named else each.is_default))
        return (*interface.plugs, *(Plug(each.node) for each in meant), Plug(network.node))

    def switch_of(self, interface: Interface) -> str | None:
        """Return the type of `<virtualport>` that holds for an interface; empty without a type, None without any."""
        switches = [each.switch for each in self.plugs_of(interface) if each.switch is not None]
        return next((each for each in switches if each), "" if switches else None)

    def attachment_of(self, interface: Interface) -> Attachment | None:
        """Return what an interface ends on, the network that it names resolved."""
        if interface.type == "bridge":
            return "host-bridge"
        if interface.type == "direct":
            return "macvtap"
        if interface.type == "hostdev":
            return "hostdev"
        network = self.network_of(interface)
        return network.attachment if network else None

    def bridge_owner_of(self, interface: Interface) -> Network | None:
        """Return the network that makes the bridge which an interface joins, named by its network or by the bridge."""
        network = self.network_of(interface)
        joined = network.host_bridge if network else interface.host_bridge
        if joined is not None:
            return self.network_on(joined.value, interface.domain, "nat", "route", "open", "isolated")
        return network if network and network.owns_bridge else None

    @staticmethod
    def named(view: Named) -> str:
        """A document as messages name it: by kind and name, else by its file."""
        kind = {"domain": "guest"}.get(view.node.name, view.node.name)
        return f"{kind} '{view.name}'" if view.name else f"the {kind} in {basename(view.path)}"

    @staticmethod
    def file_of(view: View, beside: View) -> str:
        """The file of a view as messages about another one name it: by as much of its path as tells the two apart."""
        if view.path == beside.path:
            return "this file"
        name = basename(view.path)
        return view.path if name == basename(beside.path) else name

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


_FIXTURES = frozenset(("fixtures", "spec", "test", "testdata", "tests"))
"""Folders of files that are loaded one at a time, so that each is as if on a host of its own."""


@lru_cache(maxsize=1024)
def _folder(path: str) -> str:
    """The folder of a file; every rule that asks who is on one host asks for it again."""
    folder = dirname(path)
    return folder if _FIXTURES.isdisjoint(folder.split("/")) else path


def place_of(view: View) -> tuple[str, int]:
    """Return where a view stands, to choose among several whatever the order in which files are given."""
    return view.path, view.node.start
