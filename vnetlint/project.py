"""The files of one site, seen together: which network an interface names, who is on it, what exists twice.

A project is what one host holds. Where two files lie in different folders that need not be so, because people keep
several hosts in one repository: `same_host` tells, and rules about collisions speak more softly where it does not.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from ipaddress import ip_network
from itertools import chain, count
from pathlib import PurePosixPath
from posixpath import dirname
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar
from uuid import UUID

from vnetlint.model import Domain, Filter, Interface, Model, Network, View
from vnetlint.model.addresses import Address, Subnet, parse_address, subnet_of
from vnetlint.model.domain import FilterRef, PortRange
from vnetlint.model.filtertree import SHIPPED, FilterTrees, Shipped
from vnetlint.model.names import Names, new_bridges, shortened
from vnetlint.model.network import Attachment, Ip, Mode, StaticHost
from vnetlint.model.plug import Plug
from vnetlint.model.subnets import CUSTOMARY, PRIVATE, FreeSubnets, holds, overlap
from vnetlint.model.view import Named, has_strays, known
from vnetlint.xml.tree import Attribute, Node

if TYPE_CHECKING:
    from vnetlint.host import Host

EXTERNAL_NETWORKS = frozenset({"default"})
"""Networks that exist although no file of the project defines them: libvirt ships `default`."""

DEFAULT_SUBNET = ip_network("192.168.122.0/24")
"""That of the network `default`."""

_FEW = 8
"""Of how many networks with one subnet an owner is looked for."""

_PORTS = 65536

_FORWARD = ("mode", "dev", "managed")
"""The attributes that `<forward>` may have."""

UNIQUE_LOCAL = "fd10:44::"
"""The IPv6 site (RFC 4193) in which a subnet is offered to who has none of its own."""

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
    def interfaces_by_device(self) -> dict[str, list[Interface]]:
        """Guests' macvtap NICs by the host's NIC that they are on."""
        return _grouped(self.interfaces, lambda each: known(each.device.value) if each.device else None)

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
        return _grouped(self.networks, lambda network: network.mac if network.owns_bridge else None)

    @cached_property
    def networks_by_domain(self) -> dict[str, list[Network]]:
        """Networks by the DNS domain that they keep to themselves."""
        return _grouped(self.networks, lambda network: network.local_domain)

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
    def device_rivals(self) -> dict[Interface, Interface]:
        """For each NIC whose end on the host has a name, an earlier one of the same name, in this guest or host.

        Nothing is said of two guests of one name, which are two versions of one.
        """
        first: dict[tuple[str, str], Interface] = {}
        found: dict[Interface, Interface] = {}
        for each in self.interfaces:
            if each.made_device is not None and self.attachment_of(each) != "hostdev":
                other = first.setdefault((self._host_of(each), each.made_device.value), each)
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

    def pool_size(self, network: Network) -> int | None:
        """Give how many devices a network has, where each guest takes one whole; None where nobody can tell."""
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
        """Give the guests' NICs on a network, of the host that has most; each guest's name counts once."""
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

    @cached_property
    def mac_ranks(self) -> dict[Interface, int]:
        """For each NIC with a MAC address its place among those that have the same, from 0."""
        return {each: rank for twins in self.interfaces_by_mac.values() for rank, each in enumerate(twins)}

    @cached_property
    def floors_so_far(self) -> dict[Interface, int]:
        """For each NIC with a floor of bandwidth, the sum of its network's floors up to its own.

        Of several guests of one name, which are versions of one, the first counts.
        """
        sums: defaultdict[Network, int] = defaultdict(int)
        guests: dict[tuple[Network, str | None], Domain] = {}
        found: dict[Interface, int] = {}
        for each in self.interfaces:
            network, inbound = self.network_of(each), each.plugs[0].inbound
            floor = inbound.number("floor") if inbound else None
            if network and floor and guests.setdefault((network, each.domain.name), each.domain) is each.domain:
                sums[network] += floor
                found[each] = sums[network]
        return found

    @cached_property
    def ports_taken(self) -> dict[PortRange, PortRange]:
        """For each range of ports that passt opens, an earlier one of the same host that has some of them."""
        table: defaultdict[tuple[str, str], list[tuple[int, int, int, PortRange]]] = defaultdict(list)
        ranges = (each for interface in self.interfaces for each in interface.port_ranges if each.opens)
        for place, each in enumerate(ranges):
            if each.first and each.last and each.protocol and each.address is not None:
                host = self._host_of(each.interface.domain)
                table[host, each.protocol].append((each.first, each.last, place, each))
        found: dict[int, tuple[PortRange, int, PortRange]] = {}
        for entries in table.values():
            open_ranges: list[tuple[int, int, PortRange]] = []
            for first, last, place, each in sorted(entries, key=lambda entry: entry[:3]):
                open_ranges = [other for other in open_ranges if other[0] >= first]
                for _, other_place, other in open_ranges:
                    earlier, later = sorted(((other_place, other), (place, each)), key=lambda entry: entry[0])
                    known_already = found.get(later[0])
                    if _collide(other, each) and (known_already is None or known_already[1] > earlier[0]):
                        found[later[0]] = (later[1], earlier[0], earlier[1])
                open_ranges.append((last, place, each))
        return {later: earlier for later, _, earlier in found.values()}

    def listener_on(self, ports: PortRange) -> int | None:
        """Give the first port of a range that a program of the host listens on."""
        first, last = ports.first, ports.last
        if first is None or last is None or ports.address is None or not ports.opens:
            return None
        listening = (self.host.listeners if self.host else None) or ()
        ours = (each for each in listening if each.protocol == ports.protocol and first <= each.port <= last)
        return min((each.port for each in ours if _same_address(each.address, ports.address)), default=None)

    @cached_property
    def new_ports(self) -> dict[PortRange, int]:
        """For each range of ports that another or a program of the host has, the first of as many that are free."""
        ranges = [each for interface in self.interfaces for each in interface.port_ranges if each.opens]
        taken: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(_PORTS))
        for listener in (self.host.listeners if self.host else None) or ():
            taken[listener.protocol][listener.port] = 1
        sizes: dict[PortRange, int] = {}
        for each in ranges:
            if each.protocol and each.first and each.last and each.first <= each.last < _PORTS:
                sizes[each] = each.last - each.first + 1
                taken[each.protocol][each.first : each.last + 1] = b"\1" * sizes[each]
        found: dict[PortRange, int] = {}
        for each, size in sizes.items():
            if each in self.ports_taken or self.listener_on(each) is not None:
                ports = taken[each.protocol or ""]
                place = ports.find(bytes(size), each.first)
                if place > 0:
                    found[each] = place
                    ports[place : place + size] = b"\1" * size
        return found

    @cached_property
    def namesakes(self) -> dict[Network, Network]:
        """For each network, the first of the same host and name, where that is another by its UUID or has none."""
        first: dict[tuple[str, str], Network] = {}
        found: dict[Network, Network] = {}
        for network in self.networks:
            if network.name:
                other = first.setdefault((self._host_of(network), network.name), network)
                if other is not network and (network.uuid is None or network.uuid != other.uuid):
                    found[network] = other
        return found

    @cached_property
    def new_names(self) -> dict[Network, str]:
        """For each network with a namesake a free name: that of its file, or its own with a number."""
        given = set(self.network_names)
        found: dict[Network, str] = {}
        numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
        for network in self.namesakes:
            stem, name = PurePosixPath(network.path).stem, network.name or "network"
            numbered = (f"{name}-{number}" for number in numbers[name])
            found[network] = next(each for each in chain((stem,), numbered) if each not in given)
            given.add(found[network])
        return found

    @cached_property
    def uuid_rivals(self) -> dict[Network, Network]:
        """For each network, the first of the same UUID and another name: one of the same host, else one elsewhere."""
        hosts: dict[tuple[str | None, UUID], Network] = {}
        found: dict[Network, Network] = {}
        for network in self.networks:
            if network.uuid and network.name:
                near = hosts.setdefault((self._host_of(network), network.uuid), network)
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
        for domain in self.domains:
            if domain.uuid is None or domain.name is None:
                continue
            host = self._host_of(domain)
            near = uuids.setdefault((host, domain.uuid), domain)
            far = uuids.setdefault((None, domain.uuid), domain)
            same = names.setdefault((host, domain.name), domain)
            rivals = [each for each in (near, far) if each.name != domain.name] + [same] * (same.uuid != domain.uuid)
            if rivals:
                found[domain] = rivals[0]
        return found

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

    def owner_of(self, address: Address, beside: Network) -> tuple[Subnet, Network] | None:
        """Give a subnet that holds an address, and its network: the network itself, or one of the same host."""
        found = (
            owner
            for version, length in self._subnet_sizes
            if version == address.version
            for owner in self._owners.get(subnet_of(address, length), ())
        )
        return next((each for each in found if each[1] is beside or self.same_host(each[1], beside)), None)

    @cached_property
    def _owners(self) -> dict[Subnet | None, list[tuple[Subnet, Network]]]:
        table: defaultdict[Subnet | None, list[tuple[Subnet, Network]]] = defaultdict(list)
        for subnet, _, network in self.subnets:
            if network.owns_bridge and len(table[subnet]) < _FEW:
                table[subnet].append((subnet, network))
        return dict(table)

    @cached_property
    def _subnet_sizes(self) -> frozenset[tuple[int, int]]:
        return frozenset((subnet.version, subnet.prefixlen) for subnet, *_ in self.subnets)

    @cached_property
    def new_subnets(self) -> dict[Ip, Subnet]:
        """For each `<ip>` that overlaps something, a free subnet of the same size, where there is one."""
        free = FreeSubnets((*(subnet for subnet, *_ in self.subnets), *(each.subnet for each in self._host_subnets)))
        found = ((ip, free.take(subnet)) for subnet, ip, _ in self.subnets if ip in self.overlaps)
        return {ip: fresh for ip, fresh in found if fresh is not None}

    @cached_property
    def first_subnets(self) -> dict[Network, Subnet]:
        """For each network that forwards and has no address, a free subnet next to that of libvirt's `default`."""
        free = FreeSubnets((*(subnet for subnet, *_ in self.subnets), *(each.subnet for each in self._host_subnets)))
        found = ((network, free.take(DEFAULT_SUBNET)) for network in self.networks if network.lacks_address)
        return {network: fresh for network, fresh in found if fresh is not None}

    @cached_property
    def spare_subnet(self) -> Subnet | None:
        """A free IPv4 subnet of 254 guests, for a network that has none."""
        used = (*(subnet for subnet, *_ in self.subnets), *(each.subnet for each in self._host_subnets))
        return FreeSubnets((*used, *self.new_subnets.values())).take(CUSTOMARY[-1])

    @cached_property
    def private_subnets(self) -> dict[Ip, Subnet]:
        """For each `<ip>` of a subnet that is not private, a free private one of the same size, where there is one."""
        free = FreeSubnets((*(subnet for subnet, *_ in self.subnets), *(each.subnet for each in self._host_subnets)))
        public = ((ip, subnet) for subnet, ip, _ in self.subnets if not any(holds(each, subnet) for each in PRIVATE))
        found = (
            (ip, free.take(ip_network((UNIQUE_LOCAL, subnet.prefixlen)) if subnet.version == 6 else subnet))
            for ip, subnet in public
            if subnet.version == 4 or subnet.prefixlen >= 48
        )
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

    def host_route_to(self, subnet: Subnet, network: Network) -> Taken | None:
        """Give the host's link or route with exactly a subnet, which neither a network nor the default route made."""
        found = (each for each in self._host_subnets if each.subnet == subnet)
        return next((each for each in found if not self._may_make(network, each.device)), None)

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

    @cached_property
    def filters_by_name(self) -> dict[str, list[Filter]]:
        """Network filters by name; more than one where several hosts' files lie together."""
        return _grouped(self.filters, lambda each: each.name)

    def filter_of(self, reference: FilterRef) -> Filter | Shipped | None:
        """Give the filter that a reference means: the nearest of these files, else the one that libvirt installs."""
        name = reference.filter or ""
        candidates = self.filters_by_name.get(name, [])
        if len(candidates) < 2:
            return candidates[0] if candidates else SHIPPED.get(name)
        steps = [_distance(each.path, reference.path) for each in candidates]
        nearest = [each for each, step in zip(candidates, steps, strict=True) if step == min(steps)]
        return nearest[0] if len(nearest) == 1 else None

    @cached_property
    def _filter_references(self) -> dict[str, list[FilterRef]]:
        """Every reference to a network filter, of guests and of other filters, by the name that it gives."""
        of_guests = [each for interface in self.interfaces for each in interface.filterrefs]
        of_filters = [each for one in self.filters for each in one.references]
        return _grouped((*of_guests, *of_filters), lambda each: each.filter)

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

    def reserved(self, interface: Interface) -> StaticHost | None:
        """Give the DHCP reservation for an interface's MAC address in its network, where it is an IPv4 one."""
        network = self.network_of(interface)
        return network.hosts_by_mac.get(interface.mac) if network and interface.mac else None

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


def _collide(one: PortRange, other: PortRange) -> bool:
    """Whether two ranges that share ports share an address too, and are not of two versions of one guest."""
    ours, theirs = one.interface.domain, other.interface.domain
    if ours is not theirs and (ours.name is None or theirs.name is None or ours.name == theirs.name):
        return False
    return _same_address(one.address, other.address)


def _same_address(one: str | None, other: str | None) -> bool:
    """Whether two sockets on the same port get in each other's way by their addresses; without one they have all."""
    first, second = parse_address(one), parse_address(other)
    return any(each is None or each.is_unspecified for each in (first, second)) or first == second


def _grouped(items: Iterable[_Item], key: Callable[[_Item], _Key | None]) -> dict[_Key, list[_Item]]:
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
    ranked = sorted((_distance(each.path, path), index, each) for index, each in enumerate(candidates))
    return ranked[0][2] if ranked[0][0] < ranked[1][0] else None


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
