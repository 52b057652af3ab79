"""Network filters on the ports of guests, which see what a guest sends and receives."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from vnetlint.dataclass import dataclass
from vnetlint.model.addresses import Address
from vnetlint.reach.answer import IpVersion, Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.reach.filters import Decision, Frame, Installed, installed, learning
from vnetlint.reach.filters.frame import Direction, Path
from vnetlint.reach.packet import Packet, shown
from vnetlint.reach.station import Nic
from vnetlint.reach.stop import Stop
from vnetlint.reach.world import World

_CLIENT_PORT, _ANY_PORT = 49152, 50505
"""The port that a client sends from, and one that no rule is likely to name."""
_SOLICIT, _ADVERTISE = 135, 136


@dataclass(frozen=True)
class Guarded:
    """What the filters of one hop do with a packet."""

    stop: Stop | None = None
    skips_firewall: bool = False
    """Whether the host's firewall does not see the frame, because nwfilter accepted it there."""


def guards(world: World, packet: Packet, outbound: Nic, nic: Nic, next_hop: int, facts: Facts) -> Guarded:
    """Return what network filters do with a packet on its way from one NIC to another, and with finding the way."""
    filters = [(each, direction, found) for each, direction in _ends(outbound, nic) if (found := _filter(world, each))]
    skips = False
    for each, direction, found in filters:
        if found == "closed":
            place = each.interface.filterref if each.interface is not None else None
            text = f"the network filter of {each.station.endpoint.name} waits for a lease of DHCP"
            return Guarded(Stop("dropped", Reason(text, place.node if place is not None else None)))
        for frame in (
            *_neighbours(packet, outbound, nic, next_hop, direction),
            _frame(world, packet, outbound, nic, direction),
        ):
            decision = _decided(world, found, frame, packet.version, facts)
            if not _passes(decision, each, facts):
                return Guarded(_stop(decision, each))
            skips = decision.skips_firewall
    return Guarded(None, skips)


def _ends(outbound: Nic, nic: Nic) -> tuple[tuple[Nic, Direction], ...]:
    return (outbound, "out"), (nic, "in")


def _filter(world: World, nic: Nic) -> "Installed | str | None":
    """Return the filter on a guest's port; `closed` if it waits for a lease that does not come, None without one."""
    if nic not in world.filters:
        world.filters[nic] = _installed(world, nic)
    found: Installed | str | None = world.filters[nic]
    return found


def _installed(world: World, nic: Nic) -> "Installed | str | None":
    interface, port = nic.interface, nic.port
    if interface is None or port is None or port.device.kind != "bridge" or interface.filterref is None:
        return None
    way = learning(interface.filterref)
    if way == "dhcp" and not nic.is_automatic:
        return "closed"
    own = tuple(shown(4, each.address) for each in nic.addresses(4)[:1])
    variables = {"MAC": (interface.mac,) if interface.mac else (), "IP": own if way in ("any", "dhcp") else ()}
    return installed(interface.filterref, world.project, {name: known for name, known in variables.items() if known})


def _frame(world: World, packet: Packet, outbound: Nic, nic: Nic, direction: Direction) -> Frame:
    ports = (_CLIENT_PORT, packet.port or _ANY_PORT)
    source_port, destination_port = ports[::-1] if packet.is_reply else ports
    return Frame(
        direction,
        packet.version,
        packet.protocol,
        _mac(outbound),
        _mac(nic),
        _address(packet.version, packet.source),
        _address(packet.version, packet.destination),
        source_port,
        destination_port,
        "established" if packet.is_reply else "new",
        _path(world, packet, outbound, nic),
    )


def _neighbours(packet: Packet, outbound: Nic, nic: Nic, next_hop: int, direction: Direction) -> Iterator[Frame]:
    """Yield the question for a MAC address and its answer, as they pass one port."""
    version = packet.version
    own = next((each.address for each in outbound.addresses(version)), packet.source)
    asked, asking = _address(version, next_hop), _address(version, own)
    back: Direction = "in" if direction == "out" else "out"
    path: Path = "host" if "host" in (outbound.station.kind, nic.station.kind) else "bridged"
    if version == 4:
        yield Frame(direction, 4, "arp", _mac(outbound), None, asking, asked, path=path)
        yield Frame(back, 4, "arp", _mac(nic), _mac(outbound), asked, asking, state="established", path=path)
    else:
        yield Frame(direction, 6, "icmp", _mac(outbound), None, asking, asked, path=path, icmp_type=_SOLICIT)
        yield Frame(back, 6, "icmp", _mac(nic), _mac(outbound), asked, asking, path=path, icmp_type=_ADVERTISE)


def _path(world: World, packet: Packet, outbound: Nic, nic: Nic) -> Path:
    """Return where a frame comes from or goes to, as far as the guest's port is concerned."""
    host = world.host
    if nic.station is host:
        return "host" if world.is_own(host, packet.version, packet.destination) else "routed"
    if outbound.station is host:
        return "host" if world.is_own(host, packet.version, packet.source) else "routed"
    return "bridged"


def _mac(nic: Nic) -> str | None:
    return nic.interface.mac if nic.interface is not None else nic.mac


def _address(version: IpVersion, number: int) -> Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)


def _decided(world: World, filter_: "Installed | str", frame: Frame, version: IpVersion, facts: Facts) -> Decision:
    """Return what a filter does; the setting of br_netfilter is asked for only if it matters."""
    assert not isinstance(filter_, str)
    found = [filter_.passes(frame, bridge_netfilter=setting) for setting in (False, True)]
    if found[0] == found[1]:
        return found[0]
    return found[1 if world.filters_bridged(version, facts) else 0]


def _passes(decision: Decision, nic: Nic, facts: Facts) -> bool:
    if decision.verdict == "unknown":
        text = f"{decision.missing} lets the packets of {nic.station.endpoint.name} pass its network filter"
        return facts.holds(Unknown("filters", text, ("yes", "no")))
    return decision.verdict == "accept"


def _stop(decision: Decision, nic: Nic) -> Stop:
    reference = nic.interface.filterref if nic.interface is not None else None
    place = decision.place or (reference.node if reference is not None else None)
    name = f" '{decision.filter}'" if decision.filter else ""
    text = f"network filter{name} of {nic.station.endpoint.name} drops it"
    return Stop("rejected" if decision.verdict == "reject" else "dropped", Reason(text, place))
