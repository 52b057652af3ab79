"""The way of a connection: the first packet from station to station, then the first reply."""

from dataclasses import field

from vnetlint.dataclass import dataclass
from vnetlint.reach.answer import Outcome, Question, Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.reach.firewall import Passage, accepts, pool_of
from vnetlint.reach.guard import guards
from vnetlint.reach.packet import Packet, is_global, shown
from vnetlint.reach.segment import Way, way
from vnetlint.reach.station import Nic, Station, StationRoute
from vnetlint.reach.stop import Stop
from vnetlint.reach.world import World

MAX_HOPS = 16


@dataclass(slots=True)
class Connection:
    """What the stations on the way remember of a connection."""

    seen_by: set[Station] = field(default_factory=set)
    translations: dict[Station, tuple[int, int, int]] = field(default_factory=dict)
    """For each station that translated the sender: the first and last address that it set, and the sender's own."""
    reasons: list[Reason] = field(default_factory=list)

    def note(self, reason: Reason | None) -> None:
        """Add a reason, once."""
        if reason is not None and reason not in self.reasons:
            self.reasons.append(reason)


def travel(
    world: World, question: Question, source: Station, destination: tuple[int, Station], facts: Facts
) -> Outcome:
    """Return what happens to a connection from one station to an address of another."""
    address, target = destination
    connection = Connection()
    packet = Packet(question.version, question.protocol, question.port, 0, address)
    walk = _Walk(world, connection, facts)
    stop, arrived = walk.send(packet, source, target)
    if stop is not None:
        connection.note(stop.reason)
        told = (
            walk.last is source
            or stop.verdict == "dropped"
            or _is_told(world, connection, arrived, walk.last, source, facts)
        )
        return Outcome(stop.verdict if told else "dropped", None, tuple(connection.reasons))
    first = connection.translations.get(walk.last_translator) if walk.last_translator else None
    pool = first is not None and first[0] != first[1] and first[0] == arrived.source
    seen = world.shown(question.version, arrived.source)
    if first is not None and pool:
        seen = f"{shown(question.version, first[0])}-{shown(question.version, first[1])}"
    reply = Packet(question.version, question.protocol, question.port, address, arrived.source, is_reply=True)
    stop, _ = _Walk(world, connection, facts).send(reply, target, source)
    if stop is not None:
        connection.note(stop.reason)
        return Outcome("one-way", seen, tuple(connection.reasons), bool(connection.translations))
    return Outcome("allowed", seen, tuple(connection.reasons), bool(connection.translations))


def _is_told(
    world: World, connection: Connection, lost: Packet, station: Station, source: Station, facts: Facts
) -> bool:
    """Whether the sender of a lost packet gets the ICMP error of the station that did not pass it on."""
    silent = Connection(connection.seen_by, connection.translations)
    error = Packet(lost.version, "icmp", None, 0, lost.source, is_reply=True)
    walk = _Walk(world, silent, facts)
    return walk.send(walk.from_own(error, station), station, source)[0] is None


def _connected(outbound: Nic, nic: Nic, there: Way) -> Reason | None:
    """Return the segment that two NICs share, as a reason, if a guest's is one of them."""
    guest = next((each for each in (outbound, nic) if each.interface is not None or each.network is not None), None)
    if guest is None:
        return None
    devices = list(dict.fromkeys(crossing.entered.device.name for crossing in there.crossings))
    ends = f"{outbound.station.endpoint.name} and {nic.station.endpoint.name}"
    return Reason(f"{ends} are connected by {', '.join(devices)}", guest.place)


class _Walk:
    def __init__(self, world: World, connection: Connection, facts: Facts) -> None:
        self.world, self.connection, self.facts = world, connection, facts
        self.last_translator: Station | None = None
        self.last: Station = world.host
        """The station that had the packet last."""

    def send(self, packet: Packet, start: Station, end: Station) -> tuple[Stop | None, Packet]:
        """Send a packet from a station; return why it does not reach the other, and the packet as it arrived."""
        station, inbound = start, None
        for _ in range(MAX_HOPS):
            self.last = station
            stop, packet, received = self._onward(packet, station, inbound)
            if stop is None and received is not None:
                station, inbound = received.station, received
                self.last = station
                packet = self._undo(packet, station)
                if self._is_for(station, packet):
                    stop = self._deliver(packet, station, inbound)
                    if stop is None and station is not end:
                        stop = Stop("dropped", Reason(f"{station.endpoint.name} has the address and answers instead"))
                    return stop, packet
                stop = self._may_forward(packet, station, inbound)
            if stop is not None:
                return stop, packet
        return Stop("dropped", Reason("the packet goes round in circles")), packet

    def from_own(self, packet: Packet, station: Station) -> Packet:
        """Return a packet of a station itself, with its own address for the way to the receiver."""
        route = self._route(packet, station)
        source = station.source_for(packet.version, route.nic, packet.destination) if route is not None else None
        return packet.sent_as(source or 0)

    def _is_for(self, station: Station, packet: Packet) -> bool:
        """Whether a packet has arrived; the Internet takes what is sent to any public address."""
        version, address = packet.version, packet.destination
        return self.world.is_own(station, version, address) or (
            station.kind == "internet" and is_global(version, address)
        )

    def _onward(self, packet: Packet, station: Station, inbound: Nic | None) -> tuple[Stop | None, Packet, Nic | None]:
        """Send a packet on to the next station."""
        route = self._route(packet, station)
        if route is None:
            return Stop("no-route", self._no_route(packet, station)), packet, None
        self.connection.note(route.why)
        next_hop = packet.destination if route.gateway is None else route.gateway
        if inbound is None and not packet.is_reply:
            source = station.source_for(packet.version, route.nic, next_hop)
            if source is None:
                return self._without_address(packet, station), packet, None
            packet = packet.sent_as(source)
        self.connection.seen_by.add(station)
        stop = self._filter(packet, station, inbound, route.nic)
        if stop is not None:
            return stop, packet, None
        packet = self._translate(packet, station, route.nic, next_hop)
        stop, received = self._resolve(packet, route.nic, next_hop)
        return stop, packet, received

    def _route(self, packet: Packet, station: Station) -> StationRoute | None:
        for route in station.routes_to(packet.version, packet.destination):
            if route.condition is None or self.facts.holds(route.condition):
                return route
        return self.world.route_beyond(station, packet, self.facts)

    def _no_route(self, packet: Packet, station: Station) -> Reason:
        name = station.endpoint.name
        unplugged = next((nic.unplugged for nic in station.nics if nic.unplugged is not None), None)
        if station.kind == "guest" and unplugged is not None:
            return unplugged
        if not any(nic.addresses(packet.version) for nic in station.nics):
            place = station.nics[0].place if station.nics else None
            return Reason(f"{name} has no IPv{packet.version} address", place)
        return Reason(f"{name} has no route to {self.world.shown(packet.version, packet.destination)}")

    def _without_address(self, packet: Packet, station: Station) -> Stop:
        """Return what stops a station without an address; IPv6 uses the link-local one, which leads nowhere."""
        if packet.version == 6:
            return Stop("dropped", Reason(f"{station.endpoint.name} has only a link-local IPv6 address"))
        return Stop("no-route", self._no_route(packet, station))

    def _filter(self, packet: Packet, station: Station, inbound: Nic | None, outbound: Nic) -> Stop | None:
        """Ask the host's firewall about a packet that the host sends or forwards."""
        if station is not self.world.host:
            return self._at_router(packet, station, inbound, outbound)
        if inbound is None:
            stop = self._judge("output", packet, None, outbound.name, known=packet.is_reply)
            # The rules for output tell the program whose packet they drop.
            return None if stop is None else Stop("rejected", stop.reason)
        return self._judge("forward", packet, inbound.name, outbound.name, known=self._is_known(packet))

    def _is_known(self, packet: Packet) -> bool:
        return packet.is_reply and self.world.host in self.connection.seen_by

    def _judge(
        self, hook: str, packet: Packet, inbound: str | None, outbound: str | None, *, known: bool
    ) -> Stop | None:
        passage = Passage(packet, inbound, outbound, known)
        decision, why = self.world.firewall.judge(hook, passage, self.facts)  # type: ignore[arg-type]
        if decision == "accept":
            self.connection.note(why)
            return None
        return Stop("rejected" if decision == "reject" else "dropped", why)

    def _at_router(self, packet: Packet, station: Station, inbound: Nic | None, outbound: Nic) -> Stop | None:
        if station.kind != "router" or inbound is None or inbound.name != "internet" or outbound.name == "internet":
            return None
        if packet.is_reply and station in self.connection.translations:
            return None
        return self.world.refuses_inbound(packet, self.facts)

    def _translate(self, packet: Packet, station: Station, outbound: Nic, next_hop: int) -> Packet:
        """Set the sender as NAT does, for the first packet of a connection."""
        if packet.is_reply:
            return packet
        chosen = None
        if station is self.world.host:
            chosen = self._by_libvirt(packet, outbound, next_hop) or self._by_host(packet, outbound, next_hop)
        elif station.kind == "router" and outbound.name == "internet":
            chosen = self.world.router_address(packet, outbound, self.facts)
        if chosen is None:
            return packet
        self.connection.translations[station] = (*chosen, packet.source)
        self.last_translator = station
        return packet.sent_as(chosen[0])

    def _by_libvirt(self, packet: Packet, outbound: Nic, next_hop: int) -> tuple[int, int] | None:
        firewall = self.world.firewall
        rules = firewall.libvirt.translation(packet, outbound.name, self.facts)
        if rules is None or not firewall.translates_by_libvirt(packet.version):
            return None
        address = self.world.host.source_for(packet.version, outbound, next_hop)
        chosen = rules.pool or ((address, address) if address is not None else None)
        if chosen is not None:
            text = self.world.shown(packet.version, chosen[0])
            network = rules.network
            self.connection.note(
                Reason(f"NAT of network '{network.name}' sets the sender to {text}", network.mode_place)
            )
        return chosen

    def _by_host(self, packet: Packet, outbound: Nic, next_hop: int) -> tuple[int, int] | None:
        rule = self.world.firewall.translation(packet, outbound.name, self.facts)
        if rule is None:
            return None
        self.connection.note(Reason("a rule of the host's own firewall sets the sender"))
        address = self.world.host.source_for(packet.version, outbound, next_hop)
        return pool_of(rule) or ((address, address) if address is not None else None)

    def _undo(self, packet: Packet, station: Station) -> Packet:
        """Set the receiver of a reply back to the sender that NAT replaced."""
        known = self.connection.translations.get(station)
        if packet.is_reply and known is not None and known[0] <= packet.destination <= known[1]:
            return packet.sent_to(known[2])
        return packet

    def _resolve(self, packet: Packet, outbound: Nic, next_hop: int) -> tuple[Stop | None, Nic | None]:
        """Find who has the address of the next hop on the segment, and bring the packet there."""
        if outbound.port is None:
            return Stop("dropped", outbound.unplugged), None
        blocked: Reason | None = None
        for nic in self.world.candidates(packet.version, next_hop, outbound):
            there, stop = self._bring(packet, outbound, nic, next_hop)
            if there.blocked is None:
                if stop is None and not packet.is_reply:
                    self.connection.note(_connected(outbound, nic, there))
                return stop, None if stop else nic
            blocked = blocked or there.blocked
        text = f"nobody on {outbound.port.device.name} has the address {self.world.shown(packet.version, next_hop)}"
        return Stop("dropped", blocked or Reason(text)), None

    def _bring(self, packet: Packet, outbound: Nic, nic: Nic, next_hop: int) -> tuple[Way, Stop | None]:
        if outbound.port is None or nic.port is None:
            return Way(blocked=nic.unplugged or Reason(f"{nic.name} is not connected")), None
        there = way(outbound.port, nic.port, self.facts)
        if there.blocked is not None:
            return there, None
        back = way(nic.port, outbound.port, self.facts)
        if back.blocked is not None and not self._remembers(outbound, nic):
            return back, None
        guarded = guards(self.world, packet, outbound, nic, next_hop, self.facts)
        if guarded.stop is not None or guarded.skips_firewall:
            return there, guarded.stop
        return there, self._bridged(packet, there)

    def _remembers(self, outbound: Nic, nic: Nic) -> bool:
        """Whether a station still knows the MAC address of another that cannot answer it any more."""
        text = f"{outbound.station.endpoint.name} still has the MAC address of {nic.station.endpoint.name} from before"
        return self.facts.holds(Unknown("neighbours", text, ("no", "yes")))

    def _bridged(self, packet: Packet, there: Way) -> Stop | None:
        """Ask the host's firewall about a frame that its bridges pass, if bridged frames pass it at all."""
        if self.world.inventory.bridge_netfilter is False:
            return None
        for crossing in there.crossings:
            device = crossing.entered.device
            if device.kind != "bridge" or "own" in (crossing.entered.role, crossing.left.role):
                continue
            stop = self._judge("forward", packet, device.name, device.name, known=packet.is_reply)
            if stop is not None and self.world.filters_bridged(packet.version, self.facts):
                return stop
        return None

    def _deliver(self, packet: Packet, station: Station, inbound: Nic) -> Stop | None:
        if station is self.world.host:
            spoofed = self._reverse_path(packet, station, inbound)
            return spoofed or self._judge("input", packet, inbound.name, None, known=packet.is_reply)
        decision = accepts(station.firewall, Passage(packet, inbound.name, None, packet.is_reply), self.facts)
        if decision == "accept":
            return None
        return Stop("dropped" if decision == "drop" else "rejected", Reason(f"the firewall of {station.endpoint.name}"))

    def _may_forward(self, packet: Packet, station: Station, inbound: Nic) -> Stop | None:
        if station is self.world.host:
            fact = self._reverse_path(packet, station, inbound)
            if fact is not None:
                return fact
            if self.world.forwards(packet.version, self.facts):
                return None
        elif station.forwards:
            return None
        if packet.version == 6 and self._route(packet, station) is None:
            # Linux looks for the route first, and says so for IPv6 even if it does not forward.
            return Stop("no-route", self._no_route(packet, station))
        return Stop("dropped", Reason(f"{station.endpoint.name} does not forward IPv{packet.version}"))

    def _reverse_path(self, packet: Packet, station: Station, inbound: Nic) -> Stop | None:
        """Apply the kernel's reverse path filter: whether the sender would be reached by the NIC of arrival."""
        if packet.version == 6:
            return None
        back = station.routes_to(4, packet.source)
        strict_ok = bool(back) and back[0].nic is inbound
        if strict_ok:
            return None
        level = self.world.reverse_path_filter(self.facts)
        if level == 0 or (level == 2 and back):
            return None
        return Stop("dropped", Reason(f"the host's reverse path filter drops what arrives by {inbound.name}"))
