"""Guests that nobody defined: two for each network, to ask what its guests would reach."""

from vnetlint.model import Network
from vnetlint.reach.answer import Endpoint, Reason
from vnetlint.reach.build.guests import configure
from vnetlint.reach.build.networks import VERSIONS
from vnetlint.reach.build.plan import Plan
from vnetlint.reach.build.plugs import Wanted, into_network
from vnetlint.reach.station import Nic, Station


def add_probes(plan: Plan) -> None:
    """Add two guests to each network. They set a route through the host by hand where DHCP offers none."""
    for network in plan.networks.values():
        for place in range(2):
            plan.world.probes.setdefault(network, []).append(_probe(plan, network, place))


def _probe(plan: Plan, network: Network, place: int) -> Station:
    port, unplugged = into_network(plan, Wanted.of(network), network)
    which = "another" if place else "a"
    station = Station("guest", Endpoint("guest", f"{which} guest of '{network.name}'"), forwards=False)
    nic = Nic(station, "nic0", port, place=network.node, network=network, unplugged=unplugged)
    station.nics.append(nic)
    for version in VERSIONS:
        configure(plan, station, nic, version, None)
        gateway = next((ip for ip in network.ips if ip.subnet and ip.subnet.version == version and ip.address), None)
        if gateway is not None and gateway.address is not None and network.mode == "isolated" and port is not None:
            why = Reason(f"a route to {gateway.address} that the guest sets by hand", gateway.node)
            station.add_default(version, int(gateway.address), nic, why)
    return station
