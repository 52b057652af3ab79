"""Network filters on the ports of guests, which see what a guest sends and receives."""

from vnetlint.reach.facts import Facts
from vnetlint.reach.packet import Packet
from vnetlint.reach.station import Nic, Station
from vnetlint.reach.stop import Stop
from vnetlint.reach.world import World


def guards(world: World, packet: Packet, outbound: Nic, nic: Nic, seen: set[Station], facts: Facts) -> Stop | None:
    """Return what stops a packet on its way from one NIC to another; None if no network filter does."""
    return None
