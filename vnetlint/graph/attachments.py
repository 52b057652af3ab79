"""The guests' side of a picture: guests, what their NICs end on, and where networks lead."""

from collections.abc import Iterator
from os.path import basename

from vnetlint.graph.parts import Flow, GraphEdge, GraphNode, Member, place_of
from vnetlint.host import Host
from vnetlint.model import Domain, Interface, Network
from vnetlint.model.view import Named, known
from vnetlint.project import Project

HOST = "host"
"""The key of the host itself: its own addresses and its routing."""

ABSENT = "defined elsewhere"
"""How a NIC is connected to a network that no file defines."""

_MODES = {
    "nat": "NAT network", "route": "routed network", "open": "open network", "isolated": "isolated network",
    "bridge": "bridged network", "private": "macvtap network", "vepa": "macvtap network",
    "passthrough": "macvtap network", "hostdev": "SR-IOV network",
}  # fmt: skip
_FLOWS: dict[str | None, tuple[str, Flow]] = {
    "nat": ("NAT", "translated"),
    "route": ("routed", "routed"),
    "open": ("routed, no rules of libvirt", "routed"),
    "isolated": ("host only", "host-only"),
}
_SOCKETS = ("address", "port", "path", "dev", "name", "switchid", "network")
"""The attributes of `<source>` that tell what the less common types of interface end on."""


def guest_parts(domain: Domain, project: Project) -> Iterator[GraphNode | GraphEdge]:
    """Yield a guest, what its NICs end on, and the connections."""
    key = f"guest:{domain.path}:{domain.node.start}"
    edges: list[GraphEdge] = []
    for interface in domain.interfaces:
        ends, how, flow = _end_of(interface, project)
        if ends is None:
            continue
        if isinstance(ends, GraphNode):
            yield ends
        edges.append(
            GraphEdge(
                key,
                ends if isinstance(ends, str) else ends.key,
                how,
                flow,
                addresses_of(interface, project),
                tuple(_limits(interface, project)),
                place_of(interface.node),
                how != ABSENT,
            )
        )
    every = tuple(dict.fromkeys(address for edge in edges for address in edge.addresses))
    nics = len(domain.interfaces)
    details = () if nics == 1 else (f"{nics} NICs" if nics else "no NIC",)
    name = name_of(domain)
    place = place_of(domain.name_node)
    yield GraphNode(key, "guest", name, "guest", details, (Member(name, every, place, domain),), place)
    yield from edges


def name_of(document: Named) -> str:
    """Return a document's name: as written, even if it is a placeholder, else that of its file."""
    node = document.node.child("name")
    return (node.text.strip() if node else "") or basename(document.path)


def addresses_of(interface: Interface, project: Project) -> tuple[str, ...]:
    """Return a NIC's addresses: those of the inventory, else its DHCP reservation."""
    if project.host is not None:
        listed = (each for each in project.host.inventory.guests or () if each.name == interface.domain.name)
        nics = next((each.nics for each in listed), None) or ()
        place = next(number for number, each in enumerate(interface.domain.interfaces) if each is interface)
        by_mac = [nic for nic in nics if nic.mac and nic.mac.lower() == interface.mac]
        in_order = [nic for nic in nics[place : place + 1] if nic.mac is None]
        for nic in (*by_mac, *in_order):
            return tuple(value.split("/")[0] for value in nic.addresses or ())
    reserved = project.networks.reservation_of(interface)
    return (str(reserved.address),) if reserved else ()


def _limits(interface: Interface, project: Project) -> Iterator[str]:
    if interface.filterref and interface.filterref.filter:
        yield f"filter {interface.filterref.filter}"
    network = project.networks.of(interface)
    if interface.isolates_ports or (network is not None and interface.port is None and network.isolates_ports):
        yield "isolated port"
    plugs = project.guests.plugs_of(interface)
    tags = next(([known(tag.get("id")) for tag in plug.vlan.all("tag")] for plug in plugs if plug.vlan), [])
    if listed := ", ".join(tag for tag in tags if tag):
        yield f"VLAN {listed}"
    if interface.portgroup and known(interface.portgroup.value):
        yield f"port group {interface.portgroup.value}"


def _end_of(interface: Interface, project: Project) -> tuple[GraphNode | str | None, str, Flow]:
    """Return what a NIC ends on, as a node or its key, and how it is connected; None if it ends on nothing."""
    match interface.type:
        case "network" if interface.network:
            network = project.networks.of(interface)
            if network is None:
                return absent_network(interface.network.value, project), ABSENT, "plugged"
            return network_key(network), _plug(network, project, interface), "plugged"
        case "bridge" if interface.bridge:
            return bridge_end(interface.bridge.value, interface, project), _tap(interface, project), "plugged"
        case "direct" if interface.device:
            return link_key(interface.device.value), f"macvtap {interface.direct_mode}", "plugged"
        case "hostdev":
            address = interface.host_nic.address if interface.host_nic else None
            return (*_pci_end(address, project.host), "plugged")
        case "user":
            return HOST, f"user mode, {interface.backend or 'slirp'}", "translated"
        case "ethernet":
            return HOST, "tap, connected by another program", "plugged"
        case "null" | None:
            return None, "", "plugged"
    source = interface.source
    written = ":".join(value for name in _SOCKETS if source is not None and (value := source.get(name)))
    name = written or "unknown"
    return GraphNode(f"segment:{interface.type}:{name}", "segment", name, f"{interface.type}"), "NIC", "plugged"


def _tap(interface: Interface, project: Project) -> str:
    return "tap, Open vSwitch" if project.guests.switch_of(interface) == "openvswitch" else "tap"


def _plug(network: Network, project: Project, interface: Interface) -> str:
    if network.attachment == "macvtap":
        return f"macvtap {network.mode}"
    if network.attachment == "hostdev":
        return "VF"
    return _tap(interface, project)


def network_key(network: Network) -> str:
    """Return the key of a network's node."""
    return f"network:{network.path}:{network.node.start}"


def link_key(name: str) -> str:
    """Return the key of a NIC of the host, of a bond and of a VLAN device."""
    return f"link:{name}"


def bridge_key(name: str) -> str:
    """Return the key of a bridge of the host that no network of the files makes."""
    return f"bridge:{name}"


def bridge_end(name: str, beside: Interface | Network, project: Project) -> str:
    """Return the key of what a bridge's name means: the network that makes it, else the bridge."""
    makers = [each for each in project.bridges.by_name.get(name, ()) if each.owns_bridge]
    near = [each for each in makers if project.same_host(each, beside.owner)]
    return network_key((near or makers)[0]) if makers else bridge_key(name)


def absent_network(name: str, project: Project) -> GraphNode:
    """Return the node of a network that no file defines, or several do, with what the inventory knows of it."""
    told = project.host.network(name) if project.host else None
    details = [f"bridge {told.bridge}"] if told and told.bridge else []
    several = len(project.networks.by_name.get(name, ())) > 1
    what = "network, defined several times" if several else "network, not in these files"
    return GraphNode(f"absent:{name}", "network", name, what, (*details, *((told.subnets if told else None) or ())))


def _pci_end(address: str | None, host: Host | None) -> tuple[GraphNode | str, str]:
    """Return the node of a PCI device, or the key of the NIC that it is or whose virtual function it is."""
    for link in host.links if host and address else ():
        if address in (link.vfs or ()):
            return link_key(link.name), f"VF {address}"
        if link.pci == address:
            return link_key(link.name), "VF" if link.is_vf else "whole NIC"
    name = address or "unknown"
    return GraphNode(f"pci:{name}", "segment", name, "PCI device of the host"), "PCI passthrough"


def network_parts(network: Network, project: Project) -> Iterator[GraphNode | GraphEdge]:
    """Yield a network and where it leads: to the host, to a bridge of the host, to NICs."""
    key, place = network_key(network), place_of(network.mode_place)
    bridge = project.bridges.name_of(network)
    details = [f"bridge {bridge}"] if network.owns_bridge and bridge != "BRIDGE" else []
    details += [str(ip.subnet) for ip in network.ips if ip.subnet]
    if network.isolates_ports:
        details.append("ports isolated")
    what = _MODES.get(network.mode or "", "network of an unknown mode")
    if network.attachment == "macvtap":
        what, mode = f"macvtap network, {network.mode}", "macvtap"
    else:
        mode = network.mode or "unknown"
    yield GraphNode(key, "network", name_of(network), what, tuple(details), (), place_of(network.name_node), mode)
    if network.owns_bridge:
        yield from _towards_host(network, key, place)
    elif network.attachment == "host-bridge":
        if network.bridge_name:
            yield GraphEdge(key, bridge_end(network.bridge_name, network, project), "joins", place=place)
    elif network.attachment == "macvtap":
        for device in network.lower_devices:
            how = f"macvtap {network.mode}"
            yield GraphEdge(key, link_key(device.value), how, "uplink", place=place_of(device))
    elif network.forward is not None:
        for device in network.forward.devices:
            yield GraphEdge(key, link_key(device.value), "VF", "uplink", place=place_of(device))
        for listed in network.forward.pci_devices:
            end, how = _pci_end(listed.address, project.host)
            if isinstance(end, GraphNode):
                yield end
            yield GraphEdge(key, end if isinstance(end, str) else end.key, how, "uplink", place=place_of(listed.node))


def _towards_host(network: Network, key: str, place: str | None) -> Iterator[GraphEdge]:
    """Yield the connection of a network that has a bridge of its own; without an address the host is not on it."""
    addresses = tuple(str(ip.address) for ip in network.ips if ip.address)
    how, flow = _FLOWS.get(network.mode, ("", "routed"))
    if not addresses and network.mode == "isolated":
        return
    devices = ", ".join(each.value for each in network.forward.egress_places) if network.forward else ""
    notes = [f"only by {devices}"] if devices else []
    if network.mode == "nat" and (kept := network.routed_families):
        notes.append(f"{' and '.join('IPv6' if each == 'ipv6' else 'IPv4' for each in sorted(kept))} routed")
    yield GraphEdge(key, HOST, how, flow, addresses, tuple(notes), place)
