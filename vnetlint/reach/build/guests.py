"""The guests: where their NICs are plugged in, which addresses they get, and which routes."""

from typing import TYPE_CHECKING

from vnetlint.model import Domain, Interface, Network
from vnetlint.model.network import Ip
from vnetlint.reach.answer import Endpoint, IpVersion, Reason
from vnetlint.reach.build.networks import VERSIONS
from vnetlint.reach.build.outside import lan_gateway, lan_subnet
from vnetlint.reach.build.plan import Plan
from vnetlint.reach.build.plugs import network_of, plug
from vnetlint.reach.packet import Own, Prefix, own
from vnetlint.reach.station import Nic, Station, StationRoute, destination

if TYPE_CHECKING:
    from vnetlint.host.guest import GuestNic, HostGuest

_LINK_LOCAL = {4: Prefix(4, 0xA9FE0000, 16, 0xFFFF0000), 6: Prefix(6, 0xFDFF << 112, 64, ((1 << 64) - 1) << 64)}
"""The subnets of guests that number themselves because nothing on their segment does."""


def add_guests(plan: Plan) -> None:
    """Add the guests of the files, with what the inventory knows of them."""
    inventory = plan.world.inventory
    by_name = {each.name: each for each in inventory.guests or ()}
    for domain in plan.domains:
        told = by_name.get(domain.name or "")
        for nic in (told.nics if told is not None else None) or ():
            plan.taken.update((each.version, each.address) for each in map(own, nic.addresses or ()))
    for domain in plan.domains:
        plan.world.guests.append(_guest(plan, domain, by_name.get(domain.name or "")))


def _guest(plan: Plan, domain: Domain, told: "HostGuest | None") -> Station:
    name = domain.name or f"a guest of {domain.path}"
    station = Station("guest", Endpoint("guest", name, domain), forwards=False)
    station.forwards = bool(told is not None and told.forwarding)
    station.firewall = (told.firewall if told is not None else None) or ()
    for place, interface in enumerate(domain.interfaces):
        known = _told_nic(told, interface, place)
        port, unplugged = plug(plan, interface)
        network = network_of(plan, interface)
        nic = Nic(station, f"nic{place}", port, (), interface.node, interface, network, unplugged)
        station.nics.append(nic)
        for version in VERSIONS:
            configure(plan, station, nic, version, known)
    for route in (told.routes if told is not None else None) or ():
        if route.nic < len(station.nics):
            gateway = route.gateway
            prefix = destination(route)
            why = Reason(f"{name} has a route to {prefix if prefix.length else 'the outside'}, as the inventory says")
            station.routes.append(
                StationRoute(prefix, int(gateway) if gateway is not None else None, station.nics[route.nic], why)
            )
    return station


def _told_nic(told: "HostGuest | None", interface: Interface, place: int) -> "GuestNic | None":
    nics = (told.nics if told is not None else None) or ()
    by_mac = next((each for each in nics if each.mac is not None and each.mac.lower() == interface.mac), None)
    return by_mac or (nics[place] if place < len(nics) and nics[place].mac is None else None)


def configure(plan: Plan, station: Station, nic: Nic, version: IpVersion, told: "GuestNic | None") -> None:
    """Set the addresses of a NIC of one IP version, and the routes that come with them."""
    family = "ipv4" if version == 4 else "ipv6"
    values = None if told is None or told.addresses is None else [own(value) for value in told.addresses]
    given = [each for each in values or () if each.version == version]
    automatic = family in told.automatic if told is not None and told.automatic is not None else values is None
    if nic.port is None:
        return
    offered, gateway, why = _offer(plan, nic, version) if automatic else (None, None, None)
    lan = plan.lans.get(plan.lan_of.get(nic.port.device.name, ""))
    nic.is_automatic = nic.is_automatic or (automatic and version == 4)
    owns = given or ([offered] if offered is not None else [])
    nic.owns += tuple(owns)
    station.routes += [StationRoute(each.prefix, None, nic) for each in owns]
    plan.taken.update((each.version, each.address) for each in owns)
    if owns and gateway is not None and why is not None:
        station.add_default(version, gateway, nic, why, lan.router_condition if lan is not None else None)


def _offer(plan: Plan, nic: Nic, version: IpVersion) -> tuple[Own | None, int | None, Reason | None]:
    """Return the address and the gateway that a NIC gets from its segment: from libvirt, the LAN, or itself."""
    network = nic.network
    owner = network if network is not None and network.owns_bridge else _maker(plan, nic)
    if owner is not None:
        return _from_network(plan, nic, owner, version)
    lan = plan.lan_of.get(nic.port.device.name) if nic.port is not None else None
    subnet = lan_subnet(plan, lan, version) if lan is not None else None
    if lan is not None and subnet is not None:
        gateway = lan_gateway(plan, lan, version)
        return plan.take(subnet, 100), gateway, Reason(f"the gateway that the LAN of {lan} offers")
    return (plan.take(_LINK_LOCAL[version], 10) if lan is None else None), None, None


def _maker(plan: Plan, nic: Nic) -> Network | None:
    """Return the network that makes the bridge which a NIC joins by its name."""
    name = nic.port.device.name if nic.port is not None else None
    return next((network for network, bridge in plan.bridge_names.items() if bridge == name), None)


def _from_network(
    plan: Plan, nic: Nic, network: Network, version: IpVersion
) -> tuple[Own | None, int | None, Reason | None]:
    """Return what a network's dnsmasq offers; without DHCP, what the guest has to set by hand."""
    ips = [ip for ip in network.ips if ip.subnet is not None and ip.subnet.version == version]
    if not ips:
        return (None if network.ips else plan.take(_LINK_LOCAL[version], 10)), None, None
    ip = next((each for each in ips if each.ranges or each.hosts), ips[0])
    if ip.subnet is None or ip.address is None:
        return None, None, None
    address = _leased(plan, nic, ip, Prefix.of(ip.subnet))
    if network.mode == "isolated":
        return address, None, None
    by = "DHCP" if version == 4 and ip.dhcp is not None else "router advertisements" if version == 6 else "hand"
    return address, int(ip.address), Reason(f"the default route to {ip.address}, set by {by}", ip.node)


def _leased(plan: Plan, nic: Nic, ip: Ip, prefix: Prefix) -> Own:
    """Return the address that a NIC gets: the one reserved for it, else a free one of the range or subnet."""
    interface = nic.interface
    for host in ip.hosts:
        named = interface is not None and host.known("name") == interface.domain.name and host.mac is None
        if host.address is not None and ((interface is not None and host.mac and host.mac == interface.mac) or named):
            return Own(int(host.address), prefix)
    start = next((int(each.start) for each in ip.ranges if each.start is not None), None)
    first = start - prefix.network if start is not None else 10 if prefix.version == 4 else 256
    return plan.take(prefix, max(1, first))
