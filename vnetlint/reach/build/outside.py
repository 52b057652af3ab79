"""What is outside the host: the routers and machines of its LANs, and the Internet."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vnetlint.reach.answer import Endpoint, IpVersion, Reason, Unknown
from vnetlint.reach.build.hostside import add_routes
from vnetlint.reach.build.networks import VERSIONS
from vnetlint.reach.build.plan import Plan
from vnetlint.reach.packet import BITS, PLACEHOLDER, Own, Prefix, is_global, number, own
from vnetlint.reach.segment import Device
from vnetlint.reach.station import Nic, Station, StationRoute, destination, whole
from vnetlint.reach.world import Lan

if TYPE_CHECKING:
    from vnetlint.host.inventory import HostRoute, Machine

INTERNET = "internet"
YES = ("yes", "no")
"""The values of a fact that is usually true."""
_FIRST_LAN = 0xC6120000
"""198.18.0.0, of the addresses that are kept for tests: each LAN of which no subnet is known gets a /24 of them."""
_OUT = {4: (0xC6120001 + (1 << 16), 0xC6336432), 6: (0x20010DB80000FFFF << 64 | 1, 0x20010DB80000FFFF << 64 | 50)}
"""The addresses of the first router and of the Internet where they are not known: kept for tests, too."""


def add_outside(plan: Plan) -> None:
    """Add the routers, machines and routes of all LANs, and the Internet."""
    inventory, world = plan.world.inventory, plan.world
    segment = Device("lan", "the Internet")
    if inventory.interfaces is None:
        _assume_addresses(plan)
    add_routes(plan)
    routers = [_add_router(plan, lan, segment) for lan in world.lans]
    world.routers += [each for each in routers if each is not None]
    _add_internet(plan, segment)
    for machine in inventory.machines:
        _add_machine(plan, machine, segment)
    for lan in world.lans:
        if not lan.machines:
            _add_anyone(plan, lan)


def _assume_addresses(plan: Plan) -> None:
    """Add addresses that stand for unknown ones to the host's uplink and to its bridges, which may have one."""
    for lan in plan.world.lans:
        nic = plan.host_nics.get(lan.name)
        if nic is None and lan.name in plan.bridges:
            condition = Unknown(f"interfaces.{lan.name}.addresses", f"the host has an address on '{lan.name}'", YES)
            port = plan.bridges[lan.name].add("own", condition=condition)
            nic = plan.host_nics[lan.name] = plan.world.host.add(Nic(plan.world.host, lan.name, port))
        if nic is None:
            continue
        for version in VERSIONS:
            subnet = _placeholder(plan, lan, version)
            address = plan.take(subnet, 10)
            nic.owns += (address,)
            plan.world.host.routes.append(StationRoute(subnet, None, nic))
            plan.world.labels[version, address.address] = f"the host's IPv{version} address on the LAN of {lan.name}"


def _placeholder(plan: Plan, lan: Lan, version: IpVersion) -> Prefix:
    """Return the subnet that stands for the unknown one of a LAN, so that each LAN has its own."""
    number = plan.numbers_of_lans[lan.name]
    if version == 4:
        return Prefix(4, _FIRST_LAN + (number << 8), 24, 0xFFFFFF00)
    return Prefix(6, (PLACEHOLDER + number) << 64, 64, ((1 << 64) - 1) << 64)


def _subnets(plan: Plan, lan: Lan) -> dict[IpVersion, Prefix]:
    """Return the subnets of a LAN: those of the host's or a machine's addresses on it, else one for IPv4."""
    found = _known_subnets(plan, lan)
    return found or {4: _placeholder(plan, lan, 4)}


def _known_subnets(plan: Plan, lan: Lan) -> dict[IpVersion, Prefix]:
    found: dict[IpVersion, Prefix] = {}
    of_machines = [own(value) for each in plan.machines_of_lans.get(lan.name, ()) for value in each.addresses]
    of_host = [each for nic in plan.nics_of_lans.get(lan.name, ()) for each in nic.owns]
    for each in (*of_host, *of_machines):
        found.setdefault(each.version, each.prefix)
    return found


def _add_router(plan: Plan, lan: Lan, internet: Device) -> Station | None:
    """Add the router that the host's default routes name on a LAN; without routes, one that may be there."""
    gateways = _gateways(plan, lan) or _likely_gateways(plan, lan)
    if not gateways:
        return None
    router = Station("router", Endpoint("lan", f"the router of {lan.name}"), forwards=True)
    inner = router.add(Nic(router, lan.name, lan.device.add("station"), gateways))
    router.routes += [StationRoute(subnet, None, inner) for subnet in _subnets(plan, lan).values()]
    upstream = plan.world.inventory.upstream
    outside = [number(each) for each in upstream.addresses]
    known = {version for version, _ in outside}
    for version in VERSIONS:
        if version not in known:
            address = _OUT[version][0] + 256 * plan.numbers_of_lans[lan.name]
            outside.append((version, address))
            plan.world.labels[version, address] = "the router's public address"
    owns = tuple(Own(address, whole(version, address)) for version, address in outside)
    router.add(Nic(router, INTERNET, internet.add("station"), owns))
    lan.router = router
    _add_upstream_routes(plan, router, lan)
    return router


def _gateways(plan: Plan, lan: Lan) -> tuple[Own, ...]:
    found: dict[tuple[IpVersion, int], Own] = {}
    upstream = plan.world.inventory.upstream
    if upstream.gateways and plan.lan_of.get(upstream.on or "") == lan.name:
        found.update({(each.version, each.address): each for each in map(own, upstream.gateways)})
    for each in _gateways_of_machines(plan, lan):
        found.setdefault((each.version, each.address), each)
    for route in plan.gateways_of_lans.get(lan.name, ()):
        version, gateway = route.prefix.version, route.gateway or 0
        subnet = next((each.prefix for each in route.nic.addresses(version) if each.prefix.holds(gateway)), None)
        found.setdefault((version, gateway), Own(gateway, subnet or whole(version, gateway)))
    if plan.world.inventory.routes is None and not found and _is_first(plan, lan):
        for version, subnet in _subnets(plan, lan).items():
            router = plan.take(subnet, 1)
            found[version, router.address] = router
            nic = plan.nics_of_lans[lan.name][0]
            condition = Unknown("routes", f"the host has an IPv{version} default route", YES)
            why = Reason(f"the host's IPv{version} default route")
            plan.world.host.add_default(version, router.address, nic, why, condition)
            plan.world.labels[version, router.address] = f"the IPv{version} router of the LAN"
    return tuple(found.values())


def _likely_gateways(plan: Plan, lan: Lan) -> tuple[Own, ...]:
    """Return a router that a LAN has if the inventory would say so; None of it where the LAN's machines are told."""
    if lan.name in plan.machines_of_lans:
        return ()
    found = tuple(plan.take(subnet, 1) for subnet in _subnets(plan, lan).values())
    for each in found:
        plan.world.labels[each.version, each.address] = f"the IPv{each.version} router of the LAN of {lan.name}"
    text = f"the LAN of {lan.name} has a router to the Internet"
    lan.router_condition = Unknown("upstream.gateways", text, YES)
    return found


def _gateways_of_machines(plan: Plan, lan: Lan) -> Iterator[Own]:
    """Yield the gateways that machines of a LAN use, other than the host."""
    for machine in plan.machines_of_lans.get(lan.name, ()):
        subnets = [own(value).prefix for value in machine.addresses]
        for route in machine.routes or ():
            gateway = route.gateway
            version: IpVersion = 6 if gateway is not None and gateway.version == 6 else 4
            if gateway is None or route.subnet.prefixlen or (version, int(gateway)) in plan.taken:
                continue
            subnet = next((each for each in subnets if each.version == version and each.holds(int(gateway))), None)
            if subnet is not None:
                yield Own(int(gateway), subnet)


def _is_first(plan: Plan, lan: Lan) -> bool:
    """Whether a LAN is the first on which the host has an address, where its default route is most likely."""
    return next((each.name for each in plan.world.lans if _has_address(plan, each)), None) == lan.name


def _has_address(plan: Plan, lan: Lan) -> bool:
    return any(each.owns for each in plan.nics_of_lans.get(lan.name, ()))


def _add_upstream_routes(plan: Plan, router: Station, lan: Lan) -> None:
    subnets = _subnets(plan, lan)
    for route in plan.world.inventory.upstream.routes or ():
        prefix = Prefix.of(route.subnet)
        gateway = route.gateway
        via = int(gateway) if gateway is not None else _host_address(plan, lan, prefix.version)
        if via is not None and prefix.version in subnets and subnets[prefix.version].holds(via):
            why = Reason(f"the LAN's router has a route to {prefix}")
            router.routes.append(StationRoute(prefix, via, router.nics[0], why))


def _host_address(plan: Plan, lan: Lan, version: IpVersion) -> int | None:
    nics = plan.nics_of_lans.get(lan.name, ())
    return next((each.address for nic in nics for each in nic.addresses(version)), None)


def _add_internet(plan: Plan, segment: Device) -> None:
    internet = plan.world.internet
    owns = tuple(Own(_OUT[version][1], whole(version, _OUT[version][1])) for version in VERSIONS)
    nic = internet.add(Nic(internet, INTERNET, segment.add("station"), owns))
    for each in owns:
        plan.world.labels[each.version, each.address] = "an address of the Internet"
    for lan, router in ((lan, lan.router) for lan in plan.world.lans if lan.router is not None):
        for subnet in _subnets(plan, lan).values():
            public = next((each for each in router.nics[1].addresses(subnet.version)), None)
            if public is not None and is_global(subnet.version, subnet.network):
                internet.routes.append(StationRoute(subnet, public.address, nic))
        for each in router.nics[1].owns:
            internet.routes.append(StationRoute(whole(each.version, each.address), None, nic))
            internet.add_default(each.version, each.address, nic, Reason("the Internet's route to the LAN's router"))


def _add_machine(plan: Plan, machine: "Machine", internet: Device) -> None:
    """Add a machine that the inventory names."""
    outside = machine.on == INTERNET
    lan = plan.lans.get(plan.lan_of.get(machine.on, machine.on))
    station = Station("machine", Endpoint("machine", machine.name), forwards=False)
    owns = tuple(own(value) for value in machine.addresses)
    plan.taken.update((each.version, each.address) for each in owns)
    device = internet if outside else lan.device if lan is not None else None
    name = INTERNET if outside else machine.on
    nic = station.add(Nic(station, name, device.add("station") if device is not None else None, owns))
    for version in VERSIONS:
        gateway = _default_gateway(plan, lan, version)
        if machine.routes is None and gateway is not None and nic.addresses(version):
            station.add_default(version, gateway, nic, Reason(f"the default route of {machine.name}"))
    station.has_told_routes = machine.routes is not None
    for route in machine.routes or ():
        _add_machine_route(station, nic, route)
    if lan is not None and not outside:
        lan.machines.append(station)
    plan.world.machines.append(station)


def _default_gateway(plan: Plan, lan: Lan | None, version: IpVersion) -> int | None:
    nics = [lan.router.nics[0]] if lan is not None and lan.router is not None else []
    if lan is None:
        nics = [router.nics[1] for router in plan.world.routers]
    return next((each.address for nic in nics for each in nic.addresses(version)), None)


def _add_machine_route(station: Station, nic: Nic, route: "HostRoute") -> None:
    gateway = route.gateway
    prefix = destination(route)
    why = Reason(f"{station.endpoint.name} has a route to {prefix if prefix.length else 'the outside'}")
    station.routes.append(StationRoute(prefix, int(gateway) if gateway is not None else None, nic, why))


def _add_anyone(plan: Plan, lan: Lan) -> None:
    """Add the station that stands for any machine of a LAN, with the LAN's router as its gateway."""
    subnets = _subnets(plan, lan)
    station = Station("machine", Endpoint("lan", f"lan({lan.name})"), forwards=False)
    owns = tuple(
        plan.take(subnet, min(200, (1 << BITS[subnet.version] - subnet.length) - 2)) for subnet in subnets.values()
    )
    nic = station.add(Nic(station, lan.name, lan.device.add("station"), owns))
    for each in owns:
        plan.world.labels[each.version, each.address] = f"an address of the LAN of {lan.name}"
        gateway = _default_gateway(plan, lan, each.version) if lan.router is not None else None
        if gateway is not None:
            station.add_default(each.version, gateway, nic, Reason("the LAN's default route"), lan.router_condition)
    lan.anyone = station


def lan_subnet(plan: Plan, name: str, version: IpVersion) -> Prefix | None:
    """Return the subnet of a LAN for guests on it; None if the inventory tells none of that IP version."""
    return _subnets(plan, plan.lans[name]).get(version)


def lan_gateway(plan: Plan, name: str, version: IpVersion) -> int | None:
    """Return the address of a LAN's router."""
    return _default_gateway(plan, plan.lans[name], version)
