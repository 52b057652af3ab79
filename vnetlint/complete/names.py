"""Names and addresses for attributes: of the project's networks, bridges and filters, of the host's devices, and free
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from ipaddress import ip_address, ip_network
from itertools import islice
from typing import NamedTuple
from uuid import uuid4

from vnetlint.model import Domain, Filter, Network
from vnetlint.model.addresses import Address, Subnet, free_range, new_mac, parse_address, usable
from vnetlint.model.domain import FilterRef, Interface
from vnetlint.model.names import new_bridges
from vnetlint.model.network import Ip
from vnetlint.model.shipped import SHIPPED
from vnetlint.model.subnets import FreeSubnets
from vnetlint.project import Project
from vnetlint.xml.node import Node

FREE = 20
"""How many free addresses are offered at once."""
_SUBNETS = 3
_LIKE: Subnet = ip_network("192.168.100.0/24")


class Suggestion(NamedTuple):
    """A value for an attribute or element, and what it is."""

    value: str
    detail: str
    is_one_of_many: bool = False
    """Whether there are more that are not offered, so that another prefix needs another list."""


class Asking(NamedTuple):
    """A place that asks for names: the element, if there is one, its parent, and what is typed so far."""

    surroundings: NamingPlace
    parent: Node | None
    node: Node | None
    prefix: str


class NamingPlace:
    """The document around a place, and its project."""

    def __init__(self, path: str, root: Node | None, project: Callable[[], Project] | None = None) -> None:
        self.path = path
        self.root = root
        self._project = project

    @cached_property
    def project(self) -> Project:
        """The project; the document alone if there is none."""
        return self._project() if self._project is not None else Project(() if self.model is None else (self.model,))

    @cached_property
    def model(self) -> Network | Domain | Filter | None:
        """The document without what is being typed."""
        kinds: dict[str, type[Network] | type[Domain] | type[Filter]] = {
            "network": Network, "domain": Domain, "filter": Filter,
        }  # fmt: skip
        kind = kinds.get(self.root.name) if self.root is not None else None
        return kind(self.root) if kind is not None and self.root is not None else None

    def nodes(self, name: str) -> Iterator[Node]:
        """Yield the elements of a name in the document."""
        yield from (each for each in (self.root.descendants() if self.root is not None else ()) if each.name == name)

    @cached_property
    def taken_macs(self) -> frozenset[str]:
        """The MAC addresses of the document, of all guests and of all networks."""
        own = (node.get("address") for node in self.nodes("mac"))
        networks = (each.mac for each in self.project.networks.all)
        found = (*own, *self.project.guests.interfaces_by_mac, *networks)
        return frozenset(each.lower() for each in found if each)

    @cached_property
    def free_subnets(self) -> tuple[Subnet, ...]:
        """Free private subnets."""
        used = [subnet for subnet, *_ in self.project.subnets.all]
        if isinstance(self.model, Network):
            used += [ip.subnet for ip in self.model.ips if ip.subnet]
        host = self.project.host
        used += [subnet for link in (host.links if host else ()) for subnet in link.subnets]
        used += [ip_network(each, strict=False) for network in (host.inventory.networks if host else ()) or ()
                 for each in network.subnets or ()]  # fmt: skip
        free = FreeSubnets(used)
        found = (free.take(_LIKE) for _ in range(_SUBNETS))
        return tuple(each for each in found if each is not None)


def suggestions(asking: Asking, path: str) -> Iterator[Suggestion]:
    """Yield the values for a path such as `interface/source@network`, each once."""
    seen: set[str] = set()
    for each in _SUGGEST.get(path, _none)(asking):
        if each.value not in seen:
            seen.add(each.value)
            yield each


def _none(_: Asking) -> Iterable[Suggestion]:
    return ()


# -- networks ----------------------------------------------------------------------------------------------------------


def _networks(asking: Asking) -> Iterator[Suggestion]:
    project = asking.surroundings.project
    for name, networks in project.networks.by_name.items():
        yield Suggestion(name, _said(networks[0]))
    on_host = {each.name for each in project.networks.site.host_networks}
    for name in sorted(project.networks.names - project.networks.by_name.keys()):
        yield Suggestion(name, "a network of the host" if name in on_host else "defined elsewhere")


def _said(network: Network) -> str:
    mode = {"route": "routed"}.get(network.mode or "", network.mode or "network")
    subnets = ", ".join(str(ip.subnet) for ip in network.ips if ip.subnet)
    return f"{mode} {subnets}".strip()


def _portgroups(asking: Asking) -> Iterator[Suggestion]:
    name = asking.node.get("network") if asking.node else None
    networks = asking.surroundings.project.networks.by_name
    for network in networks.get(name, ()) if name else [one for each in networks.values() for one in each]:
        for group in network.portgroups:
            if group.name:
                default = ", the default" if group.is_default else ""
                yield Suggestion(group.name, f"a port group of '{network.name}'{default}")


def _network_bridge(asking: Asking) -> Iterator[Suggestion]:
    """A bridge for a network: the host's for mode `bridge`, else a free name."""
    model = asking.surroundings.model
    if isinstance(model, Network) and model.mode == "bridge":
        yield from _host_bridges(asking)
        return
    yield from _free_bridges(asking)


def _free_bridges(asking: Asking) -> Iterator[Suggestion]:
    taken = asking.surroundings.project.bridges.taken_names
    yield from (Suggestion(each, "a free name") for each in islice(new_bridges(taken), _SUBNETS))


def _host_bridges(asking: Asking) -> Iterator[Suggestion]:
    host = asking.surroundings.project.host
    for link in host.links if host else ():
        if link.kind in ("bridge", "ovs"):
            yield Suggestion(link.name, "a bridge of the host")


def _bridges(asking: Asking) -> Iterator[Suggestion]:
    yield from _host_bridges(asking)
    for name, networks in asking.surroundings.project.bridges.by_name.items():
        yield Suggestion(name, f"the bridge of network '{networks[0].name}'")


def _devices(asking: Asking) -> Iterator[Suggestion]:
    host = asking.surroundings.project.host
    for link in host.links if host else ():
        if link.kind in ("nic", "bond", "vlan"):
            yield Suggestion(link.name, f"a {link.kind if link.kind != 'nic' else 'NIC'} of the host")


def _functions(asking: Asking) -> Iterator[Suggestion]:
    host = asking.surroundings.project.host
    for link in host.links if host else ():
        if link.vfs:
            yield Suggestion(link.name, f"a NIC with {len(link.vfs)} virtual functions")


def _source_devices(asking: Asking) -> Iterator[Suggestion]:
    parent = asking.parent
    if parent is not None and parent.get("type") == "vdpa":
        host = asking.surroundings.project.host
        yield from (Suggestion(each, "a vDPA device") for each in (host.inventory.vdpa_devices if host else ()) or ())
        return
    yield from _devices(asking)


# -- filters -----------------------------------------------------------------------------------------------------------


def _filters(asking: Asking) -> Iterator[Suggestion]:
    filters = asking.surroundings.project.filters
    model = asking.surroundings.model
    own = model.name if isinstance(model, Filter) else None
    yield from (Suggestion(name, "a filter of the project") for name in filters.by_name if name != own)
    yield from (Suggestion(name, "installed by libvirt") for name in SHIPPED if name not in filters.by_name)
    known = filters.names - filters.site.external - filters.by_name.keys() - SHIPPED.keys()
    yield from (Suggestion(name, "a filter of the host") for name in sorted(known))


def _variables(asking: Asking) -> Iterator[Suggestion]:
    """The variables that a filter needs and the reference does not set yet, then the optional ones."""
    if asking.parent is None:
        return
    reference, filters = FilterRef(asking.parent), asking.surroundings.project.filters
    tree = filters.trees.of(reference)
    given = {node.get("name") for node in asking.parent.all("parameter")}
    for name, kinds in tree.variables.items() if tree else ():
        if name not in given:
            yield Suggestion(name, f"needed by '{reference.filter}': {' or '.join(sorted(kinds))}")
    yield from (Suggestion(name, "a variable") for name in sorted(tree.uses if tree else ()) if name not in given)


def _variable_values(asking: Asking) -> Iterator[Suggestion]:
    interface = _interface_around(asking.node)
    name = asking.node.get("name") if asking.node else None
    if interface is None or name is None:
        return
    value = asking.surroundings.project.filters.value_for(interface, name)
    if value:
        yield Suggestion(value, "by the network")
    elif name in ("MAC", "GATEWAY_MAC"):
        yield from _macs(asking)


def _interface_around(node: Node | None) -> Interface | None:
    around = next((each for each in (node.ancestors() if node else ()) if each.name == "interface"), None)
    if around is None:
        return None
    domain = around.parent.parent if around.parent is not None else None
    found = Domain(domain).interfaces if domain is not None and domain.name == "domain" else ()
    return next((each for each in found if each.node is around), None)


# -- identities --------------------------------------------------------------------------------------------------------


def _macs(asking: Asking) -> Iterator[Suggestion]:
    around = asking.surroundings
    seed = f"{around.path} {asking.parent.path if asking.parent else ''}"
    yield Suggestion(new_mac(seed, around.taken_macs), "a free MAC address")


def _static_macs(asking: Asking) -> Iterator[Suggestion]:
    """The MAC addresses of guests on this network without a static address, then a fresh one."""
    around = asking.surroundings
    if isinstance(around.model, Network) and around.model.name:
        held = {node.get("mac") for node in around.nodes("host")}
        for interface in around.project.guests.interfaces:
            on = interface.network.value if interface.network else None
            if on == around.model.name and interface.mac and interface.mac not in held:
                yield Suggestion(interface.mac, interface.domain.label)
    yield from _macs(asking)


def _uuids(_: Asking) -> Iterator[Suggestion]:
    yield Suggestion(str(uuid4()), "a new UUID")


def _aliases(asking: Asking) -> Iterator[Suggestion]:
    """The aliases of the guest's persistent NICs, for the transient one that teams with it."""
    model = asking.surroundings.model
    for interface in model.interfaces if isinstance(model, Domain) else ():
        if interface.alias and interface.teaming == "persistent":
            yield Suggestion(interface.alias, interface.label)


def _disk_targets(asking: Asking) -> Iterator[Suggestion]:
    """The next free name of a disk, by the bus that is given."""
    bus = asking.node.get("bus") if asking.node else None
    stem = {"ide": "hd", "sata": "sd", "scsi": "sd", "usb": "sd", "fdc": "fd", "xen": "xvd"}.get(bus or "", "vd")
    taken = {node.get("dev") for node in asking.surroundings.nodes("target")}
    yield from (Suggestion(stem + letter, "a free name") for letter in "abcdefghij" if stem + letter not in taken)


# -- addresses ---------------------------------------------------------------------------------------------------------


def _own_addresses(asking: Asking) -> Iterator[Suggestion]:
    for subnet in asking.surroundings.free_subnets:
        yield Suggestion(str(usable(subnet)[0]), f"free: {subnet}")


def _masks(asking: Asking) -> Iterator[Suggestion]:
    if asking.node is None or asking.node.get("family") != "ipv6":
        yield Suggestion("255.255.255.0", "254 addresses")


def _prefixes(asking: Asking) -> Iterator[Suggestion]:
    address = parse_address(asking.node.get("address")) if asking.node else None
    yield Suggestion("64", "IPv6") if address is not None and address.version == 6 else Suggestion("24", "IPv4")


def _free_static(asking: Asking) -> Iterator[Suggestion]:
    """Free addresses of the subnet for a static host, those outside of the ranges first."""
    network, ip = _ip_around(asking)
    if network is None or ip is None or ip.subnet is None:
        return
    ranges = [(each.start, each.end) for each in ip.ranges if each.start and each.end]

    def is_leased(address: Address) -> bool:
        return any(int(start) <= int(address) <= int(end) for start, end in ranges)

    free = list(islice(_free(ip.subnet, set(network.held(ip)), asking.prefix), 4 * FREE))
    free.sort(key=is_leased)
    yield from (
        Suggestion(str(each), "free, in a DHCP range" if is_leased(each) else "free", True) for each in free[:FREE]
    )


def _free_addresses(asking: Asking) -> Iterator[Suggestion]:
    """Free addresses of the network's subnets."""
    network = asking.surroundings.model
    for ip in network.ips if isinstance(network, Network) else ():
        if ip.subnet is not None and isinstance(network, Network):
            found = islice(_free(ip.subnet, set(network.held(ip)), asking.prefix), FREE)
            yield from (Suggestion(str(each), f"free in {ip.subnet}", True) for each in found)


def _range_ends(last: bool) -> Callable[[Asking], Iterator[Suggestion]]:
    def found(asking: Asking) -> Iterator[Suggestion]:
        network, ip = _ip_around(asking)
        if network is None or ip is None or ip.subnet is None:
            return
        start = parse_address(asking.node.get("start")) if last and asking.node else None
        leased = [each for each in _leased(ip) if start is None or int(each) > int(start)]
        taken = {*network.held(ip), *leased}
        free = free_range(ip.subnet, taken)
        if free is None:
            return
        if last and start is not None and start in ip.subnet:
            stop = min((int(each) for each in taken if each in ip.subnet and int(each) > int(start)),
                       default=int(usable(ip.subnet)[1]) + 1)  # fmt: skip
            yield Suggestion(str(start + (min(stop - 1, int(start) + 254) - int(start))), "the last free one")
            return
        yield Suggestion(str(free[1] if last else free[0]), f"free: {free[0]}\u2013{free[1]}")

    return found


def _leased(ip: Ip) -> Iterator[Address]:
    for each in ip.ranges:
        if each.start and each.end and 0 <= int(each.end) - int(each.start) < 1 << 16:
            yield from (each.start + step for step in range(int(each.end) - int(each.start) + 1))


def _ip_around(asking: Asking) -> tuple[Network | None, Ip | None]:
    network, dhcp = asking.surroundings.model, asking.parent
    around = dhcp.parent if dhcp is not None and dhcp.name == "dhcp" else None
    if not isinstance(network, Network) or around is None:
        return None, None
    return network, next((each for each in network.ips if each.node is around), None)


def _free(subnet: Subnet, taken: set[Address], prefix: str) -> Iterator[Address]:
    """Yield the free addresses of a subnet whose text starts with a prefix, of the first 4096."""
    first, last = usable(subnet)
    start = int(first)
    typed = prefix.rpartition("." if subnet.version == 4 else ":")
    if typed[0] and subnet.version == 4 and prefix.count(".") == 3:
        base = parse_address(f"{typed[0]}.0")
        if base is not None and base in subnet:
            start = max(int(base), start)
    for number in islice(range(start, int(last) + 1), 4096):
        address = ip_address(number) if subnet.version == 4 else first + (number - int(first))
        if address not in taken and str(address).startswith(prefix):
            yield address


_SUGGEST: dict[str, Callable[[Asking], Iterable[Suggestion]]] = {
    "interface/source@network": _networks,
    "graphics/listen@network": _networks,
    "interface/source@portgroup": _portgroups,
    "interface/source@bridge": _bridges,
    "interface/source@dev": _source_devices,
    "network/forward@dev": _devices,
    "forward/interface@dev": _devices,
    "forward/pf@dev": _functions,
    "network/bridge@name": _network_bridge,
    "interface/filterref@filter": _filters,
    "filter/filterref@filter": _filters,
    "filterref/parameter@name": _variables,
    "filterref/parameter@value": _variable_values,
    "interface/teaming@persistent": _aliases,
    "interface/mac@address": _macs,
    "network/mac@address": _macs,
    "dhcp/host@mac": _static_macs,
    "dhcp/host@ip": _free_static,
    "dhcp/range@start": _range_ends(False),
    "dhcp/range@end": _range_ends(True),
    "dns/host@ip": _free_addresses,
    "network/route@gateway": _free_addresses,
    "network/ip@address": _own_addresses,
    "network/ip@netmask": _masks,
    "network/ip@prefix": _prefixes,
    "*bridge": _host_bridges,
    "*virbr": _free_bridges,
    "disk/target@dev": _disk_targets,
    "network/uuid": _uuids,
    "domain/uuid": _uuids,
    "filter/uuid": _uuids,
}
"""What is suggested, by the parent, the element and the attribute."""
