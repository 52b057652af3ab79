"""The host's own interfaces: NICs with their LANs, bridges with their ports, addresses, routes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from vnetlint.model import Interface, Network
from vnetlint.model.view import known
from vnetlint.reach.answer import Reason, Unknown
from vnetlint.reach.build.plan import PHYSICAL, Plan
from vnetlint.reach.packet import PrefixTable, number, own
from vnetlint.reach.segment import Device, Port, connect
from vnetlint.reach.station import Nic, StationRoute, destination
from vnetlint.reach.world import Lan

if TYPE_CHECKING:
    from vnetlint.host.inventory import Link

UPLINK = "uplink"
"""The name of the host's NIC where no inventory lists its interfaces."""


def add_links(plan: Plan) -> None:
    """Add the interfaces that the inventory lists, or one uplink if it lists none."""
    links = plan.world.inventory.interfaces
    if links is None:
        add_nic(plan, UPLINK)
        if not _is_libvirts(plan, UPLINK):
            _add_host_nic(plan, UPLINK, ())
        return
    for link in links:
        if link.kind in PHYSICAL and not _is_bond_port(plan, link):
            add_nic(plan, link.name, is_up=link.up is not False)
    for link in links:
        if link.kind in ("bridge", "ovs") and not _is_libvirts(plan, link.name):
            _add_bridge(plan, link)
    for name in sorted(_stacked(plan)):
        _stack_macvtap(plan, name)
    for link in links:
        if not _is_libvirts(plan, link.name) and (
            link.addresses or link.name in plan.bridges or link.name in plan.nics
        ):
            _add_host_nic(plan, link.name, link.addresses)


def _is_bond_port(plan: Plan, link: "Link") -> bool:
    host = plan.project.host
    upper = host.upper(link.name) if host is not None else None
    return upper is not None and upper.kind == "bond"


def _is_libvirts(plan: Plan, name: str) -> bool:
    """Whether a network of the files makes the bridge, so that the files tell its addresses."""
    makers = (each for each in plan.project.bridges.by_name.get(name, ()) if each.owns_bridge)
    return any(plan.project.host_of(each) == plan.site for each in makers)


def add_nic(plan: Plan, name: str, *, is_up: bool = True) -> Device:
    """Add a NIC of the host and the LAN behind it."""
    nic = Device("nic", name)
    nic.add("own")
    plan.nics[name] = nic
    lan = _add_lan(plan, name)
    if is_up:
        connect(nic.add("wire"), lan.device.add("wire"))
    return nic


def _add_lan(plan: Plan, name: str) -> Lan:
    hairpin = plan.world.inventory.upstream.hairpin
    unknown = Unknown("upstream.hairpin", f"the switch on {name} sends frames back out of their port", ("no", "yes"))
    lan = Lan(name, Device("lan", f"the LAN of {name}", hairpin=unknown if hairpin is None else hairpin))
    plan.lans[name] = lan
    plan.lan_of[name] = name
    plan.world.lans.append(lan)
    return lan


def _add_bridge(plan: Plan, link: "Link") -> None:
    bridge = plan.bridges[link.name] = Device("openvswitch" if link.kind == "ovs" else "bridge", link.name)
    host = plan.project.host
    for port in (host.ports_of(link.name) if host is not None else ()) or ():
        own_port = plan.nics[port.name].own if port.name in plan.nics else None
        if own_port is not None and own_port.peer is None:
            connect(bridge.add("wire"), own_port)
            plan.lan_of.setdefault(link.name, plan.lan_of[port.name])
    if host is None or host.has_uplink(link.name) is None:
        add_unknown_uplink(plan, bridge)


def add_unknown_uplink(plan: Plan, bridge: Device) -> None:
    """Add an uplink to a bridge, which exists only under a condition, because the bridge's ports are not known."""
    text = f"bridge '{bridge.name}' has a NIC of the host among its ports"
    lan = _add_lan(plan, bridge.name)
    condition = Unknown(f"interfaces.{bridge.name}.ports", text, ("yes", "no"))
    connect(bridge.add("wire", condition=condition), lan.device.add("wire"))


def add_used(plan: Plan) -> None:
    """Add the bridges and NICs that networks and guests name and of which no inventory tells."""
    host = plan.project.host
    users: list[Network | Interface] = [*plan.networks.values()]
    users += [each for domain in plan.domains for each in domain.interfaces]
    for user in users:
        place = user.host_bridge
        if place is not None and place.value not in plan.bridges and not (host and host.lacks(place.value)):
            switch = user.plugs[0].switch if isinstance(user, Network) else plan.project.guests.switch_of(user)
            kind: Literal["openvswitch", "bridge"] = "openvswitch" if switch == "openvswitch" else "bridge"
            bridge = plan.bridges[place.value] = Device(kind, place.value)
            add_unknown_uplink(plan, bridge)
        for device in user.lower_devices if host is None else ():
            if device.value not in plan.nics and device.value not in plan.bridges:
                add_nic(plan, device.value)


def _stacked(plan: Plan) -> set[str]:
    """Return the bridges on which guests use macvtap."""
    users: tuple[Network | Interface, ...] = (*plan.project.networks.all, *plan.project.guests.interfaces)
    names = {place.value for user in users for place in user.lower_devices if known(place.value)}
    return names & plan.bridges.keys()


def _stack_macvtap(plan: Plan, name: str) -> None:
    nic = plan.nics[name] = Device("nic", name)
    nic.add("own")
    connect(nic.add("wire"), plan.bridges[name].add("own"))


def _add_host_nic(plan: Plan, name: str, addresses: Iterable[str]) -> None:
    owns = tuple(own(value) for value in addresses)
    nic = Nic(plan.world.host, name, plan.own_port(name), owns)
    plan.host_nics[name] = plan.world.host.add(nic)
    plan.taken.update((each.version, each.address) for each in owns)


def add_routes(plan: Plan) -> None:
    """Add the routes that the inventory lists."""
    nics = plan.world.host.nics
    by_name = {each.name: each for each in reversed(nics)}
    reaching: PrefixTable[int] = PrefixTable()
    for place, each in enumerate(nics):
        for own_address in each.owns:
            reaching.add(own_address.prefix, place)
    for route in plan.world.inventory.routes or ():
        gateway = number(str(route.gateway)) if route.gateway is not None else None
        nic = by_name.get(route.dev) if route.dev is not None else None
        if route.dev is None and gateway is not None:
            nic = next((nics[each] for each in sorted(reaching.holding(*gateway))), None)
        if nic is not None:
            prefix = destination(route)
            why = Reason(f"the host's route to {'the outside' if not prefix.length else prefix} is by {nic.name}")
            plan.world.host.routes.append(StationRoute(prefix, gateway[1] if gateway else None, nic, why))


def port_of(device: Device) -> Port | None:
    """Return the port of a NIC that leads to its wire."""
    return next((port for port in device.linked if port.role == "wire"), None)
