"""The host's side of a picture: its bridges and NICs, and the LANs and the Internet behind them."""

from collections.abc import Iterable, Iterator

from vnetlint.graph.attachments import HOST, bridge_key, link_key
from vnetlint.graph.parts import GraphEdge, GraphNode
from vnetlint.host import Host, Link
from vnetlint.host.facts import PHYSICAL
from vnetlint.project import Project

INTERNET = "internet"
SOMEWHERE = "lan:"
"""The key of the LAN of a host whose NICs are unknown."""


def lan_key(link: str) -> str:
    """Return the key of the LAN behind a NIC."""
    return f"lan:{link}"


def host_parts(project: Project, edges: Iterable[GraphEdge]) -> Iterator[GraphNode | GraphEdge]:
    """Yield the host, its bridges and NICs, and what is outside; `edges` are those of guests and networks."""
    heads = {edge.head for edge in edges}
    bridges = [key.partition(":")[2] for key in sorted(heads) if key.startswith("bridge:")]
    links = [key.partition(":")[2] for key in sorted(heads) if key.startswith("link:")]
    if project.host is None:
        yield from _unknown_host(bridges, links, any(edge.head == HOST and edge.flow != "host-only" for edge in edges))
        return
    host = project.host
    own = [each.name for each in host.links if each.kind in ("bridge", "ovs") and _is_administrators(each, project)]
    bridges = list(dict.fromkeys((*bridges, *own)))
    nics = [each.name for each in host.links if each.kind in PHYSICAL and not each.is_vf]
    yield _host_node(host)
    found = [part for name in bridges for part in _bridge_parts(name, host)]
    ports = {name for name in map(_name_of_port, found) if name}
    names = list(dict.fromkeys((*nics, *links, *sorted(ports))))
    found += [part for name in names for part in _link_parts(name, host)]
    yield from found
    used = {edge.head for edge in (*edges, *found) if isinstance(edge, GraphEdge) and edge.how != "port"}
    lans = list(_lans(names, bridges, host, {key for key in used if not _carries_vlan_only(key, edges, found)}))
    yield from lans
    yield from _internet(host, [each for each in lans if isinstance(each, GraphNode)], bridges)
    yield from _machines(host)


def _unknown_host(bridges: list[str], links: list[str], forwards: bool) -> Iterator[GraphNode | GraphEdge]:
    """Yield what a host without an inventory is known to have: what the files name."""
    yield GraphNode(HOST, "host", "host", "the host", ("no inventory: its NICs", "and routes are unknown"))
    for name in bridges:
        yield GraphNode(bridge_key(name), "bridge", name, "bridge of the host")
        yield GraphEdge(bridge_key(name), SOMEWHERE, "uplink unknown", "uplink", is_sure=False)
    for name in links:
        yield GraphNode(link_key(name), "nic", name, "NIC")
        yield GraphNode(lan_key(name), "lan", f"LAN of {name}", "outside")
        yield GraphEdge(link_key(name), lan_key(name), "", "uplink")
        yield GraphEdge(lan_key(name), INTERNET, "router unknown", "uplink", is_sure=False)
    if forwards:
        yield GraphEdge(HOST, SOMEWHERE, "uplink unknown", "uplink", is_sure=False)
    if forwards or bridges:
        yield GraphNode(SOMEWHERE, "lan", "LAN", "outside")
        yield GraphEdge(SOMEWHERE, INTERNET, "router unknown", "uplink", is_sure=False)
    if forwards or bridges or links:
        yield GraphNode(INTERNET, "internet", "Internet", "outside")


def _is_administrators(link: Link, project: Project) -> bool:
    """Whether the administrator made a bridge, and not libvirt, Docker or another program."""
    return project.bridges.maker_of(link.name) is None


def _host_node(host: Host) -> GraphNode:
    details = [f"libvirt {host.inventory.libvirt}"] if host.inventory.libvirt else []
    forwarding = host.inventory.forwarding
    for family, forwards in (("IPv4", forwarding.ipv4), ("IPv6", forwarding.ipv6)):
        if forwards is not None:
            details.append(f"{'forwards' if forwards else 'does not forward'} {family}")
    return GraphNode(HOST, "host", host.inventory.name, "the host", tuple(details))


def _bridge_parts(name: str, host: Host) -> Iterator[GraphNode | GraphEdge]:
    key, link, ports = bridge_key(name), host.link(name), host.ports_of(name)
    maker = host.bridge_maker(name)
    what = f"bridge of {maker}" if maker else "bridge of the host"
    if link is None:
        what = "bridge that the host lacks" if host.lacks(name) else what
    elif link.kind == "ovs":
        what = "Open vSwitch of the host"
    uplinks = [port for port in ports or () if port.kind not in ("tap", "veth")]
    details = ("no uplink",) if link is not None and host.has_uplink(name) is False else ()
    yield GraphNode(key, "bridge", name, what, details)
    for port in uplinks:
        yield GraphEdge(key, link_key(port.name), "uplink", "uplink")
    if link is not None and link.addresses:
        yield GraphEdge(key, HOST, "host's address", "host-only", _plain(link))


def _plain(link: Link) -> tuple[str, ...]:
    """Return an interface's addresses without prefixes and without link-local ones."""
    return tuple(value.split("/")[0] for value in link.addresses if not value.lower().startswith("fe80"))


def _name_of_port(part: GraphNode | GraphEdge) -> str:
    is_port = isinstance(part, GraphEdge) and part.head.startswith("link:")
    return part.head.removeprefix("link:") if isinstance(part, GraphEdge) and is_port else ""


def _link_parts(name: str, host: Host) -> Iterator[GraphNode | GraphEdge]:
    """Yield a NIC, bond or VLAN device, the host's addresses on it, and what it is made of."""
    link = host.link(name)
    if link is None:
        yield GraphNode(link_key(name), "nic", name, "NIC that the host lacks" if host.lacks(name) else "NIC")
        return
    words = {"nic": "wireless NIC" if link.wireless else "NIC", "bond": "bond", "vlan": "VLAN device"}
    state = ("down",) if link.up is False else ()
    yield GraphNode(link_key(name), "nic", name, words.get(link.kind, "interface of the host"), state)
    routed = [route for route in host.inventory.routes or () if route.dev == name]
    if link.addresses or routed:
        way = "default route" if any(route.subnet.prefixlen == 0 for route in routed) else "host's address"
        yield GraphEdge(HOST, link_key(name), way, "uplink", _plain(link))
    if link.kind == "bond":
        for port in host.ports_of(name) or ():
            yield GraphEdge(link_key(name), link_key(port.name), "port", "uplink")
    parent = link.parent or (name.rpartition(".")[0] if link.kind == "vlan" else "")
    if parent and host.link(parent):
        yield GraphEdge(link_key(name), link_key(parent), "VLAN", "uplink")


def _carries_vlan_only(key: str, edges: Iterable[GraphEdge], found: Iterable[GraphNode | GraphEdge]) -> bool:
    """Whether all that uses a NIC are VLAN devices on it, whose LANs are their own."""
    uses = [edge for edge in (*edges, *found) if isinstance(edge, GraphEdge) and edge.head == key]
    return bool(uses) and all(edge.how == "VLAN" for edge in uses)


def _lans(names: list[str], bridges: list[str], host: Host, used: set[str]) -> Iterator[GraphNode | GraphEdge]:
    """Yield the LAN behind each NIC in use, and an uncertain one for bridges whose ports are unknown."""
    for name in names:
        link = host.link(name)
        upper = host.upper(name) if link else None
        if link_key(name) not in used or (upper is not None and upper.kind == "bond"):
            continue
        subnets = dict.fromkeys(
            str(subnet) for each in (name, upper.name if upper else name) for subnet in _lan(each, host)
        )
        yield GraphNode(lan_key(name), "lan", f"LAN of {name}", "outside", tuple(subnets))
        yield GraphEdge(link_key(name), lan_key(name), "", "uplink")
    for name in (each for each in bridges if host.has_uplink(each) is None and not host.bridge_maker(each)):
        if host.lacks(name) or host.ports_of(name):
            continue
        yield GraphNode(lan_key(name), "lan", f"LAN of {name}", "outside", tuple(map(str, _lan(name, host))))
        yield GraphEdge(bridge_key(name), lan_key(name), "ports unknown", "uplink", is_sure=False)


def _lan(name: str, host: Host) -> Iterator[object]:
    return (subnet for subnet in host.lans_of(name) if not subnet.is_link_local)


def _internet(host: Host, lans: list[GraphNode], bridges: list[str]) -> Iterator[GraphNode | GraphEdge]:
    """Yield the Internet behind the LAN of each default route, and behind every LAN if the routes are unknown."""
    known = {lan.key for lan in lans}
    ways: dict[str, list[str]] = {}
    for route in (each for each in host.inventory.routes or () if each.subnet.prefixlen == 0 and each.dev):
        device = str(route.dev)
        ports = [port.name for port in host.ports_of(device) or ()] if device in bridges else []
        for key in (lan_key(name) for name in (device, *ports) if lan_key(name) in known):
            ways.setdefault(key, []).append(str(route.gateway or ""))
    translated = "NAT by the router" if host.inventory.upstream.translates else "router"
    for key, gateways in ways.items():
        yield GraphEdge(key, INTERNET, translated, "uplink", tuple(dict.fromkeys(filter(None, gateways))))
    if host.inventory.routes is None:
        for lan in lans:
            yield GraphEdge(lan.key, INTERNET, "router unknown", "uplink", is_sure=False)
    if ways or (host.inventory.routes is None and lans) or any(each.on == INTERNET for each in host.inventory.machines):
        yield GraphNode(INTERNET, "internet", "Internet", "outside")


def _machines(host: Host) -> Iterator[GraphNode | GraphEdge]:
    for machine in host.inventory.machines:
        key = f"machine:{machine.name}"
        addresses = tuple(value.split("/")[0] for value in machine.addresses)
        yield GraphNode(key, "machine", machine.name, "machine", addresses)
        behind = INTERNET if machine.on == INTERNET else lan_key(_leaf(machine.on, host))
        yield GraphEdge(behind, key, "", "uplink")


def _leaf(name: str, host: Host) -> str:
    """Return the NIC that an interface's LAN is behind: the first port of a bridge, else the interface."""
    link = host.link(name)
    ports = [port for port in host.ports_of(name) or () if port.kind in PHYSICAL]
    return ports[0].name if link is not None and link.kind in ("bridge", "ovs") and ports else name
