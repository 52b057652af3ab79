"""A document in plain words: the mode, the addresses, and what is plugged in where."""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.model import Domain, Filter, Interface, Model, Network
from vnetlint.model.network import Ip
from vnetlint.project import Project

_MODES = {
    "isolated": "isolated: guests reach each other and, where it has an address, the host, and nothing else",
    "nat": "NAT: guests reach what the host reaches, under the host's address",
    "route": "routed: guests reach what the host reaches, under their own addresses; the LAN needs a route back",
    "open": "open: routed, and libvirt adds no firewall rules",
    "private": "macvtap, private: guests reach the LAN, but neither the host nor each other",
    "vepa": "macvtap, VEPA: guests reach each other only if the switch sends frames back",
    "passthrough": "macvtap, passthrough: each guest has a host NIC to itself",
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


def describe(model: Model, project: Project) -> Description:
    """Return what a document means, as far as it and its project show."""
    if isinstance(model, Network):
        facts = _network(model, project)
    elif isinstance(model, Domain):
        facts = _domain(model, project)
    else:
        facts = _filter(model)
    return Description(model.node.name, model.name, tuple(facts))


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
    if network.attachment == "host-bridge":
        return "bridged: guests are on the host's bridge, beside the host"
    return "macvtap, bridge: guests reach each other and the LAN, but not the host"


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
        yield Fact("interface", _interface(interface, project))


def _interface(interface: Interface, project: Project) -> str:
    place = interface.network or interface.bridge or interface.device
    words = f"{interface.type or 'of an unknown type'}{f' {place.value}' if place else ''}"
    network = project.networks.of(interface)
    if network is not None:
        words += f" ({_mode(network).split(':')[0]})"
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
