"""What a guest's NIC is plugged into: a port of a bridge, of a NIC by macvtap, or of something else."""

from collections.abc import Iterable

from vnetlint.dataclass import dataclass
from vnetlint.model import Interface, Network
from vnetlint.model.plug import Plug
from vnetlint.model.view import known
from vnetlint.reach.answer import Reason
from vnetlint.reach.build.plan import Plan
from vnetlint.reach.segment import Device, MacvtapMode, Port
from vnetlint.xml.node import Attribute, Node

_MODES: dict[str, MacvtapMode] = {
    "bridge": "bridge",
    "vepa": "vepa",
    "private": "private",
    "passthrough": "passthrough",
}
Plugged = tuple[Port | None, Reason | None]


@dataclass(frozen=True)
class Wanted:
    """How a NIC is to be plugged in, as its interface, port group and network say together."""

    place: Node
    network: Network | None = None
    isolated: bool = False
    vlan: str | None = None
    switch: str | None = None

    @classmethod
    def by(cls, plan: Plan, interface: Interface) -> "Wanted":
        """Return what an interface wants."""
        guests, network = plan.project.guests, network_of(plan, interface)
        inherits = interface.port is None and network is not None and network.isolates_ports
        vlan = _vlan(guests.plugs_of(interface))
        isolated = interface.isolates_ports or inherits
        return cls(interface.node, network, isolated, vlan, guests.switch_of(interface))

    @classmethod
    def of(cls, network: Network) -> "Wanted":
        """Return what a guest of a network wants that says nothing itself."""
        return cls(network.node, network, network.isolates_ports, _vlan(network.plugs[:1]), network.plugs[0].switch)


def network_of(plan: Plan, interface: Interface) -> Network | None:
    """Return the network that an interface names, of the files or the one that libvirt installs."""
    if interface.network is None:
        return None
    return plan.project.networks.of(interface) or plan.networks.get(interface.network.value)


def plug(plan: Plan, interface: Interface) -> Plugged:
    """Return the port that an interface gets, or why it gets none."""
    link, wanted = interface.node.child("link"), Wanted.by(plan, interface)
    if link is not None and link.get("state") == "down":
        return None, Reason("the NIC's link is down", link)
    if interface.network is not None:
        name = interface.network.value
        if plan.networks.get(name) is None:
            text = f"network '{name}' is not among the files, not active or not accepted"
            return None, Reason(text, interface.network)
        return into_network(plan, wanted, plan.networks[name])
    if interface.bridge is not None and known(interface.bridge.value):
        return _on_bridge(plan, wanted, interface.bridge)
    if interface.device is not None:
        return _macvtap(plan, interface.device, interface.direct_mode or "vepa")
    if interface.type in ("mcast", "server", "client", "udp"):
        return _on_group(plan, interface)
    return None, Reason(f"nothing is known of what an interface of type '{interface.type}' leads to", interface.node)


def into_network(plan: Plan, wanted: Wanted, network: Network) -> Plugged:
    """Return the port that a NIC gets in a network that runs."""
    if network.owns_bridge:
        return _join(plan.bridges[plan.bridge_names[network]], wanted)
    if network.attachment == "host-bridge" and network.host_bridge is not None:
        return _on_bridge(plan, wanted, network.host_bridge)
    if network.attachment == "macvtap":
        return _on_pool(plan, network)
    return _on_function(plan, network)


def _on_bridge(plan: Plan, wanted: Wanted, place: Attribute) -> Plugged:
    if place.value not in plan.bridges:
        return None, Reason(f"the host has no bridge '{place.value}'", place)
    return _join(plan.bridges[place.value], wanted)


def _join(bridge: Device, wanted: Wanted) -> Plugged:
    isolated = wanted.isolated and bridge.kind == "bridge"
    return bridge.add("guest", wanted.place, isolated=isolated, vlan=wanted.vlan), None


def _vlan(plugs: Iterable[Plug]) -> str | None:
    """Return the VLAN of an access port; None for a trunk or no VLAN."""
    vlan = next((each.vlan for each in plugs if each.vlan is not None), None)
    if vlan is None or vlan.get("trunk") == "yes":
        return None
    tags = [known(each.get("id")) for each in vlan.all("tag")]
    return tags[0] if len(tags) == 1 else None


def _on_pool(plan: Plan, network: Network) -> Plugged:
    """Plug into the least used device of a pool, as libvirt chooses (networkAllocatePort)."""
    devices = network.lower_devices
    if not devices:
        return None, Reason("the network names no NIC of the host", network.mode_place)
    chosen = min(devices, key=lambda place: plan.nics[place.value].guests if place.value in plan.nics else 0)
    return _macvtap(plan, chosen, network.mode or "vepa")


def _macvtap(plan: Plan, place: Attribute, mode: str) -> Plugged:
    name, host = place.value, plan.project.host
    if name not in plan.nics:
        missing = f"the host has no interface '{name}'" if host and host.lacks(name) else f"{name} cannot have macvtap"
        return None, Reason(missing, place)
    nic = plan.nics[name]
    own = nic.own
    if own is not None and own.peer is not None and own.peer.role == "wire":
        return None, Reason(f"{name} is a port of '{own.peer.device.name}', so macvtap cannot use it", place)
    if nic.taker is not None or (mode == "passthrough" and nic.guests):
        return None, Reason(f"another guest uses {name}, which passthrough gives to one guest", place)
    return nic.add("guest", place, mode=_MODES.get(mode, "vepa")), None


def _on_function(plan: Plan, network: Network) -> Plugged:
    """Plug into a virtual function of a NIC that a network hands out."""
    forward = network.forward
    pf = forward.node.child("pf") if forward is not None else None
    name = pf.get("dev") if pf is not None else None
    if name is None or name not in plan.nics:
        return None, Reason("the NIC whose virtual functions the network hands out is not known", network.mode_place)
    return plan.nics[name].add("guest", network.mode_place, mode="function"), None


def _on_group(plan: Plan, interface: Interface) -> Plugged:
    """Join the guests that talk to each other by a socket of QEMU."""
    source = interface.source
    local = source.child("local") if source is not None else None
    port = source.get("port") if source is not None else None
    address = source.get("address") if source is not None and interface.type == "mcast" else ""
    name = f"the socket group {address}:{port}"
    if interface.type == "udp" and source is not None and local is not None:
        ends = sorted((str(port), str(local.get("port"))))
        name = f"the UDP pair {ends[0]} and {ends[1]}"
    device = plan.bridges.setdefault(name, Device("group", name))
    return device.add("guest", interface.node), None
