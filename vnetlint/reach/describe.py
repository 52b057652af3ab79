"""A document in plain words: the mode, the addresses, what is plugged in where, and who reaches whom."""

from collections.abc import Iterator
from functools import cached_property

from vnetlint.dataclass import dataclass
from vnetlint.model import Domain, Filter, Interface, Model, Network
from vnetlint.model.network import Ip
from vnetlint.project import Project
from vnetlint.reach.answer import Endpoint
from vnetlint.reach.effects import between
from vnetlint.reach.reach import Reach
from vnetlint.reach.summary import Sentence, of_guest, of_network, why_unplugged

_MODES = {
    "isolated": "isolated",
    "nat": "NAT",
    "route": "routed",
    "open": "open: routed, and libvirt adds no firewall rules",
    "private": "macvtap, private",
    "vepa": "macvtap, VEPA",
    "passthrough": "macvtap, passthrough: each guest has a NIC of the host to itself",
    "hostdev": "SR-IOV: each guest is given a virtual function of the NIC",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its topic, and what is true of it."""

    topic: str
    words: str


@dataclass(frozen=True, slots=True)
class Description:
    """The facts of one document."""

    kind: str
    name: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, eq=False)
class Describer:
    """What the descriptions of one project's documents share."""

    project: Project
    site: str = ""
    """The key of the host that the documents are of, as `Project.host_of` returns it."""

    def describe(self, model: Model) -> Description:
        """Return what a document means, as far as it and its project show."""
        if isinstance(model, Network):
            facts = (*_network(model, self.project), *self.reach(model))
        elif isinstance(model, Domain):
            facts = (*_domain(model, self.project), *self.reach(model))
        else:
            facts = tuple(_filter(model))
        return Description(model.node.name, model.name, facts)

    @cached_property
    def _reach(self) -> Reach:
        return Reach(self.project, self.site)

    @cached_property
    def _guests(self) -> dict[Domain, tuple[Endpoint, Endpoint]]:
        """For each guest its endpoint, and the first of those that are alike."""
        return {
            each.view: (each, group.first)
            for group in self._reach.groups
            for each in group.members
            if isinstance(each.view, Domain)
        }

    def _reach_of_network(self, network: Network) -> Iterator[Fact]:
        if network.mode is None:
            return
        reach = between(self.project, network)
        if network not in reach.world.probes:
            yield Fact("reach", "guests are connected to nothing: the network is not active, or libvirt refuses it")
            return
        unplugged = why_unplugged(reach, reach.guest_of(network))
        if unplugged is not None:
            yield Fact("reach", f"guests are connected to nothing: {unplugged}")
        else:
            yield from _told(of_network(reach, network))

    def _reach_of_guest(self, domain: Domain) -> Iterator[Fact]:
        endpoint, first = self._guests.get(domain, (None, None))
        if endpoint is None or first is None or not domain.interfaces:
            return
        unplugged = why_unplugged(self._reach, endpoint)
        if unplugged is not None:
            yield Fact("reach", f"connected to nothing: {unplugged}")
        elif first != endpoint:
            yield Fact("reach", f"the same as guest {first.name}")
        else:
            yield from _told(of_guest(self._reach, endpoint))

    def reach(self, model: Network | Domain) -> tuple[Fact, ...]:
        """Return whom guests of a network, or a guest, reach, and who reaches them; asked for once."""
        if model not in self._asked:
            found = self._reach_of_network(model) if isinstance(model, Network) else self._reach_of_guest(model)
            self._asked[model] = tuple(found)
        return self._asked[model]

    @cached_property
    def _asked(self) -> dict[Network | Domain, tuple[Fact, ...]]:
        return {}


def interface_facts(interface: Interface, project: Project) -> Iterator[Fact]:
    """Yield what an interface is plugged into, and the address that is reserved for it."""
    yield Fact("interface", _interface(interface, project))
    network = project.networks.of(interface)
    reserved = network.hosts_by_mac.get(interface.mac) if network is not None and interface.mac else None
    if reserved is not None and reserved.address is not None:
        yield Fact("address", f"{reserved.address}, reserved for {interface.mac}")


def mode_words(network: Network) -> str:
    """Return the mode of a network in a word or two."""
    return _mode(network).split(":")[0].split(",")[0]


def _told(sentences: tuple[Sentence, ...]) -> Iterator[Fact]:
    return (Fact(f"IPv{each.version}", each.text) for each in sentences)


def _network(network: Network, project: Project) -> Iterator[Fact]:
    yield Fact("mode", _mode(network))
    name = network.bridge.name if network.bridge else None
    if network.owns_bridge:
        yield Fact("bridge", f"{name}, made by libvirt" if name else "made by libvirt under a name that it chooses")
    elif network.attachment == "host-bridge":
        yield Fact("bridge", f"{name or 'unknown'}, which the host must have")
    if network.forward and network.forward.devices:
        devices = ", ".join(attribute.value for attribute in network.forward.devices)
        yield Fact("devices", f"only through {devices}" if network.owns_bridge else devices)
    for ip in network.ips:
        yield Fact("addresses", _addressing(ip))
    if network.owns_bridge and not network.ips:
        yield Fact("addresses", "none: the host is not on this network and there is no DHCP")
    for portgroup in network.portgroups:
        yield Fact(
            "portgroup", f"{portgroup.name or 'without a name'}{', the default' if portgroup.is_default else ''}"
        )
    for interface in project.guests.interfaces_on(network):
        guest = interface.domain.name or "a guest without a name"
        yield Fact("guest", f"{guest}{f' ({interface.mac})' if interface.mac else ''}")


def _mode(network: Network) -> str:
    if network.mode is None:
        return "unknown"
    if network.mode != "bridge":
        return _MODES[network.mode]
    return "bridged, on a bridge of the host" if network.attachment == "host-bridge" else "macvtap, bridge"


def _addressing(ip: Ip) -> str:
    if ip.subnet is None or ip.address is None:
        return "unknown"
    words = f"{ip.subnet}, the host is {ip.address}"
    ranges = ", ".join(f"{each.start or '?'} to {each.end or '?'}" for each in ip.ranges)
    if ranges:
        words += f"; DHCP leases {ranges}"
    elif ip.dhcp is None:
        words += "; no DHCP"
    return words + (f"; {len(ip.hosts)} static" if ip.hosts else "")


def _domain(domain: Domain, project: Project) -> Iterator[Fact]:
    if not domain.interfaces:
        yield Fact("interface", "none: the guest has no network")
    for interface in domain.interfaces:
        yield from interface_facts(interface, project)


def _interface(interface: Interface, project: Project) -> str:
    place = interface.network or interface.bridge or interface.device
    words = f"{interface.type or 'of an unknown type'}{f' {place.value}' if place else ''}"
    network = project.networks.of(interface)
    if network is not None:
        words += f" ({mode_words(network)})"
    elif interface.network is not None:
        words += " (not among these files)"
    if interface.mac:
        words += f", {interface.mac}"
    if interface.portgroup:
        words += f", port group {interface.portgroup.value}"
    filters = ", ".join(each.filter or "?" for each in interface.filterrefs)
    return words + (f", filtered by {filters}" if filters else "")


def _filter(filter_: Filter) -> Iterator[Fact]:
    for reference in filter_.references:
        yield Fact("includes", reference.filter or "unknown")
    for each in filter_.rules:
        action, direction = each.known("action") or "?", each.known("direction") or "?"
        yield Fact("rule", f"{action} {direction} {each.protocol or 'everything'}")
