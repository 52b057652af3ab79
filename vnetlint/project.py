"""The files of one site, seen together: which network an interface names, who is on it, what exists twice.

A project is what one host holds. Where two files lie in different folders that need not be so, because people keep
several hosts in one repository: `same_host` tells, and rules about collisions speak more softly where it does not.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from vnetlint.model import Domain, Filter, Interface, Model, Network, View
from vnetlint.model.addresses import Subnet, parse_address
from vnetlint.model.names import Names, new_bridges, shortened
from vnetlint.model.network import Attachment, Ip, Mode
from vnetlint.model.subnets import FreeSubnets, holds, overlap
from vnetlint.model.view import Named
from vnetlint.xml.tree import Attribute

if TYPE_CHECKING:
    from vnetlint.host import Host

EXTERNAL_NETWORKS = frozenset({"default"})
"""Networks that exist although no file of the project defines them: libvirt ships `default`."""

_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item", bound=View)
_Kept = TypeVar("_Kept")


class Taken(NamedTuple):
    """A subnet that is in use: another network's, with its `<ip>`, or else the host's own, by link or by route."""

    subnet: Subnet
    device: str | None
    network: Network | None = None
    ip: Ip | None = None
    routed: bool = False


@dataclass(frozen=True, eq=False)
class Project:
    """An index over documents; each question is answered from a table that is built when first asked."""

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
        return _grouped(self.networks, lambda network: network.name)

    @cached_property
    def networks_by_bridge(self) -> dict[str, list[Network]]:
        """Networks by the name of the bridge that they make or join."""
        return _grouped(self.networks, lambda network: network.bridge.name if network.bridge else None)

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
    def short_bridges(self) -> dict[str, str]:
        """For each bridge name that the kernel does not take, a free one that it does."""
        return shortened(self.bridge_places, self._links)

    @cached_property
    def bridge_rivals(self) -> dict[Network, Network]:
        """For each network that makes its bridge, another of which libvirt would say that it has that name already.

        That is one that makes it too and comes earlier; else one that joins it, wherever it stands.
        """
        makers: defaultdict[str, _Seen[Network]] = defaultdict(_Seen)
        joiners: defaultdict[str, _Seen[Network]] = defaultdict(_Seen)
        rivals: dict[Network, Network] = {}
        named = [(network, network.bridge.name) for network in self.networks if network.bridge and network.bridge.name]
        for network, name in named:
            if network.attachment == "host-bridge":
                joiners[name].add(network, self._host_of(network), network)
        for network, name in named:
            # libvirt puts a free number in the place of `%d` before it compares names.
            if network.owns_bridge and "%d" not in name:
                host = self._host_of(network)
                found = makers[name].beside(network, host) or joiners[name].beside(network, host)
                rival = found or makers[name].anywhere(network)
                makers[name].add(network, host, network)
                if rival is not None:
                    rivals[network] = rival
        return rivals

    @cached_property
    def new_bridges(self) -> dict[Network, str]:
        """For each network with a rival for its bridge, a name that neither the project nor the host has."""
        return dict(zip(self.bridge_rivals, new_bridges(self._links), strict=False))

    @cached_property
    def _links(self) -> frozenset[str]:
        """The names of all bridges of the project and all interfaces of the host."""
        links = self.host.interfaces if self.host else None
        return frozenset((*self.bridge_places, *(link.name for link in links or ())))

    @cached_property
    def interfaces_by_mac(self) -> dict[str, list[Interface]]:
        """Guests' NICs by MAC address in lower case."""
        return _grouped(self.interfaces, lambda interface: interface.mac)

    @cached_property
    def models_by_uuid(self) -> dict[str, list[Model]]:
        """Documents of each kind by UUID; the key starts with the kind."""
        return _grouped(self.models, lambda model: f"{model.node.name} {model.uuid}" if model.uuid else None)

    @cached_property
    def subnets(self) -> tuple[tuple[Subnet, Ip, Network], ...]:
        """Every known subnet with its `<ip>` and network, ordered by address, the wider first."""
        found = ((ip.subnet, ip, network) for network in self.networks for ip in network.ips if ip.subnet)
        return tuple(sorted(found, key=lambda each: (each[0].version, int(each[0].network_address), each[0].prefixlen)))

    @cached_property
    def overlaps(self) -> dict[Ip, Taken]:
        """For each `<ip>`, what has its subnet already: a network or link of the same host, else a network elsewhere.

        What has the very same subnet comes first, then the narrowest that holds it. Of two networks that overlap it is
        the one with the smaller subnet that is found, or else the later.
        """
        holding: list[tuple[Subnet, _Seen[Taken]]] = []
        found: dict[Ip, Taken] = {}
        for subnet, ip, network in self.subnets:
            if not network.owns_bridge:
                continue
            while holding and not holds(holding[-1][0], subnet):
                holding.pop()
            host = self._host_of(network)
            near = next((taken for _, seen in reversed(holding) if (taken := seen.beside(network, host))), None)
            far = next((taken for _, seen in reversed(holding) if (taken := seen.anywhere(network))), None)
            nearby = [each for each in (near, self._taken_by_host(subnet, network)) if each]
            other = min(nearby, key=lambda each: each.subnet != subnet, default=far)
            if other is not None:
                found[ip] = other
            if not holding or holding[-1][0] != subnet:
                holding.append((subnet, _Seen()))
            device = network.bridge.name if network.bridge else None
            holding[-1][1].add(network, host, Taken(subnet, device, network, ip))
        return found

    @cached_property
    def new_subnets(self) -> dict[Ip, Subnet]:
        """For each `<ip>` that overlaps something, a free subnet of the same size, where there is one."""
        free = FreeSubnets((*(subnet for subnet, *_ in self.subnets), *(each.subnet for each in self._host_subnets)))
        found = ((ip, free.take(subnet)) for subnet, ip, _ in self.subnets if ip in self.overlaps)
        return {ip: fresh for ip, fresh in found if fresh is not None}

    @cached_property
    def _host_subnets(self) -> tuple[Taken, ...]:
        """The subnets of the host's links and then of its routes, without the default route.

        What belongs to the bridges that the project's networks make is left out.
        """
        if self.host is None:
            return ()
        ours = {name for name, networks in self.networks_by_bridge.items() if any(one.owns_bridge for one in networks)}
        links = [Taken(subnet, link.name) for link in self.host.interfaces or () for subnet in link.subnets]
        direct = {each[:2] for each in links}
        routes = [Taken(each.subnet, each.dev, routed=True) for each in self.host.routes or () if each.subnet.prefixlen]
        further = (each for each in routes if each[:2] not in direct)
        return tuple(each for each in (*links, *further) if each.device not in ours)

    def _taken_by_host(self, subnet: Subnet, network: Network) -> Taken | None:
        """Give the subnet of the host that overlaps a network's, an equal one before others."""
        found = (each for each in self._host_subnets if overlap(each.subnet, subnet))
        foreign = [each for each in found if not self._may_make(network, each.device)]
        return min(foreign, key=lambda each: each.subnet != subnet, default=None)

    def _may_make(self, network: Network, device: str | None) -> bool:
        """Whether a link of the host may be the bridge that a network without a bridge name was given."""
        link = self.host.link(device) if self.host and device else None
        if link is None or link.kind != "bridge" or (network.bridge and network.bridge.node.get("name")):
            return False
        theirs = [parse_address(value.split("/")[0]) for value in link.addresses]
        return any(ip.address in theirs for ip in network.ips if ip.address)

    @cached_property
    def _interfaces_by_network(self) -> dict[str, list[Interface]]:
        return _grouped(self.interfaces, lambda each: each.network.value if each.network else None)

    def interfaces_on(self, network: Network) -> tuple[Interface, ...]:
        """Give the guests' NICs that name a network and mean this one."""
        named = self._interfaces_by_network.get(network.name or "", ())
        return tuple(interface for interface in named if self.network_of(interface) is network)

    def network_of(self, interface: Interface) -> Network | None:
        """Give the network that an interface names; None where none is known, or several are and none is nearest."""
        if interface.network is None:
            return None
        candidates = self.networks_by_name.get(interface.network.value, [])
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        ranked = sorted(candidates, key=lambda each: _distance(each.path, interface.path))
        nearest, next_nearest = (_distance(each.path, interface.path) for each in ranked[:2])
        return ranked[0] if nearest < next_nearest else None

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

    def bridged_network(self, beside: Named, *modes: Mode) -> Network | None:
        """Give a network of the same host that puts guests on a bridge, of the first of the modes that has one.

        One that makes its bridge has an address there, so that the host is on it too.
        """
        found = (self._bridged_networks.get((self._host_of(beside), mode)) for mode in modes)
        return next((each for each in found if each), None)

    @cached_property
    def _bridged_networks(self) -> dict[tuple[str, Mode], Network]:
        table: dict[tuple[str, Mode], Network] = {}
        for network in self.networks:
            usable = network.attachment == "host-bridge" or (network.owns_bridge and network.ips)
            if network.mode and network.name and usable:
                table.setdefault((self._host_of(network), network.mode), network)
        return table

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
        return "" if self.complete else dirname(view.path)


class _Seen(Generic[_Kept]):
    """What was seen under one key, by host: as much as it takes to find one of another name than the asker's.

    Two of the same name are two versions of one network, and of a network whose name is unknown nothing is said.
    """

    def __init__(self) -> None:
        self._by_host: dict[str | None, dict[str, _Kept]] = {}

    def add(self, network: Network, host: str, kept: _Kept) -> None:
        """Keep what belongs to a network, where it is among the first two names of its host or of all."""
        for key in (host, None):
            names = self._by_host.setdefault(key, {})
            if len(names) < 2 and network.name:
                names.setdefault(network.name, kept)

    def beside(self, network: Network, host: str) -> _Kept | None:
        """Give the first of another name on the same host."""
        return self._other(network, host)

    def anywhere(self, network: Network) -> _Kept | None:
        """Give the first of another name."""
        return self._other(network, None)

    def _other(self, network: Network, host: str | None) -> _Kept | None:
        names = self._by_host.get(host, {}) if network.name else {}
        return next((kept for name, kept in names.items() if name != network.name), None)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], _Key | None]) -> dict[_Key, list[_Item]]:
    table: defaultdict[_Key, list[_Item]] = defaultdict(list)
    for item in items:
        value = key(item)
        if value is not None:
            table[value].append(item)
    return dict(table)


def _distance(one: str, other: str) -> int:
    """The steps from one file's folder to the other's through the folder that holds both."""
    ours, theirs = dirname(one).split("/"), dirname(other).split("/")
    shared = next((i for i, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), None)
    common = min(len(ours), len(theirs)) if shared is None else shared
    return len(ours) + len(theirs) - 2 * common


def subjects(models: Iterable[Model]) -> Iterator[View]:
    """Give every view that a rule may be about: the documents and the guests' NICs."""
    for model in models:
        yield model
        if isinstance(model, Domain):
            yield from model.interfaces
