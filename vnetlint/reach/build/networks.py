"""The networks of the files: bridges that libvirt makes, their addresses on the host, and libvirt's firewall rules."""

from collections.abc import Iterator

from vnetlint.model import Network
from vnetlint.model.network import DEFAULT_NETWORK, Ip
from vnetlint.reach.answer import IpVersion, Reason
from vnetlint.reach.build.default import default_network
from vnetlint.reach.build.plan import Plan
from vnetlint.reach.libvirtrules import NetworkRules
from vnetlint.reach.packet import Prefix, own_in
from vnetlint.reach.segment import Device
from vnetlint.reach.station import Nic, StationRoute

VERSIONS: tuple[IpVersion, ...] = (4, 6)


def add_networks(plan: Plan) -> None:
    """Add the networks that libvirt starts."""
    for network in _started(plan):
        plan.networks[network.name or ""] = network
        if network.owns_bridge:
            _add_bridge(plan, network)
    world = plan.world
    running = plan.networks.values()
    world.forwarding_networks = tuple(each for each in running if each.mode in ("nat", "route"))
    world.open_networks = tuple(each for each in running if each.mode == "open")


def _started(plan: Plan) -> Iterator[Network]:
    """Yield the networks of the host that libvirt accepts beside each other, in the order of the files."""
    names: set[str] = set()
    bridges: set[str] = set()
    stopped = {each.name for each in plan.world.inventory.networks or () if each.active is False}
    of_host = [each for each in plan.project.networks.all if plan.project.host_of(each) == plan.site]
    if all(each.name != DEFAULT_NETWORK for each in of_host) and _is_default_used(plan):
        of_host.append(default_network())
    for network in of_host:
        name, bridge = network.name, network.bridge_name if network.owns_bridge else None
        refused = network.lacks_address and (network.mode != "open" or not plan.has_libvirt("10.8.0"))
        if name is None or name in names or refused or (bridge is not None and bridge in bridges):
            continue
        names.add(name)
        bridges |= {bridge} if bridge else set()
        if name not in stopped:
            yield network


def _is_default_used(plan: Plan) -> bool:
    if DEFAULT_NETWORK not in plan.project.external:
        return False
    interfaces = (each for domain in plan.domains for each in domain.interfaces)
    return any(each.network is not None and each.network.value == DEFAULT_NETWORK for each in interfaces)


def _add_bridge(plan: Plan, network: Network) -> None:
    name = network.bridge_name or _given_name(plan, network)
    plan.bridge_names[network] = name
    device = plan.bridges[name] = Device("bridge", name)
    usable = [(ip, own_in(ip.address, ip.subnet)) for ip in network.ips if ip.address and ip.subnet]
    for version in VERSIONS:
        _add_rules(plan, network, name, version, [ip for ip, each in usable if each.version == version])
    if not usable:
        return
    host = plan.world.host
    place = usable[0][0].node
    nic = host.add(Nic(host, name, device.add("own"), tuple(each for _, each in usable), place, mac=network.mac))
    plan.host_nics[name] = nic
    plan.taken.update((each.version, each.address) for each in nic.owns)
    plan.world.inner += [each.prefix for each in nic.owns]
    for route in network.routes:
        if route.subnet is not None and route.gateway is not None:
            why = Reason(f"network '{network.name}' adds a route to {route.subnet} to the host", route.node)
            host.routes.append(StationRoute(Prefix.of(route.subnet), int(route.gateway), nic, why))
            plan.world.inner.append(Prefix.of(route.subnet))


def _given_name(plan: Plan, network: Network) -> str:
    """Return the name that libvirt gave or will give to a bridge: the first free virbrN."""
    host = plan.project.host
    known = host.network(network.name) if host is not None and network.name else None
    if known is not None and known.bridge is not None:
        return known.bridge
    taken = plan.project.bridges.taken_names | plan.bridges.keys()
    return next(name for number in range(len(taken) + 1) if (name := f"virbr{number}") not in taken)


def _add_rules(plan: Plan, network: Network, bridge: str, version: IpVersion, ips: list[Ip]) -> None:
    """Note libvirt's firewall rules of a network (networkAddFirewallRules); an open network has none."""
    if network.mode == "open" or (version == 6 and not ips and network.node.get("ipv6") != "yes"):
        return
    forward = network.forward
    devices = [each.value for each in forward.devices] if forward is not None else []
    translates = network.mode == "nat" and (version == 4 or (forward is not None and forward.translates_ipv6))
    pools = forward.nat_pools if forward is not None and version == 4 and translates else ()
    pool = next(((int(each.start), int(each.end)) for each in pools if each.start and each.end), None)
    plan.rules[bridge, version] = NetworkRules(
        network,
        bridge,
        tuple(Prefix.of(ip.subnet) for ip in ips if ip.subnet is not None),
        devices[0] if devices else None,
        network.mode in ("nat", "route"),
        translates,
        pool,
    )
