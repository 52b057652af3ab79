"""Layer 2: bridges, switches and NICs with macvtap, and the way of a frame from one port to another."""

from bisect import insort
from collections.abc import Iterator
from dataclasses import field
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.reach.answer import Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.xml.node import Attribute, Node

PortRole = Literal["guest", "own", "wire", "station"]
"""What a port leads to.

guest
    A guest's tap, macvtap or virtual function.
own
    The host's own stack, or the bridge that the NIC is a port of.
wire
    The cable, or another device of the host.
station
    A machine outside.
"""
MacvtapMode = Literal["bridge", "vepa", "private", "passthrough", "function"]
"""How a guest shares a NIC; `function` is an SR-IOV virtual function."""


@dataclass(eq=False, slots=True)
class Port:
    """A port of a device. It leads to a station's NIC, or to a port of another device."""

    device: "Device"
    role: PortRole
    place: Node | Attribute | None = None
    isolated: bool = False
    vlan: str | None = None
    """The VLAN of an access port; None for one without a tag, or a trunk of all."""
    mode: MacvtapMode | None = None
    peer: "Port | None" = None
    """The port of another device at the other end."""
    condition: Unknown | None = None
    """What must hold for the port to exist."""
    number: int = 0
    """Its place among the ports of its device."""


@dataclass(eq=False, slots=True)
class Device:
    """Something that forwards frames between its ports."""

    kind: Literal["bridge", "openvswitch", "nic", "lan", "group"]
    name: str
    ports: list[Port] = field(default_factory=list)
    hairpin: Unknown | bool = False
    """Whether frames may leave by the port on which they came, for the LAN's switch."""
    own: Port | None = None
    """The first port of the host's own stack."""
    taker: Port | None = None
    """The first port of a guest that has the NIC to itself."""
    guests: int = 0
    """How many ports guests have."""
    linked: list[Port] = field(default_factory=list)
    """The ports that lead to another device, in their order."""

    def add(self, role: PortRole, place: Node | Attribute | None = None, **settings: object) -> Port:
        """Add a port."""
        port = Port(self, role, place, number=len(self.ports))
        for name, value in settings.items():
            setattr(port, name, value)
        self.ports.append(port)
        self.guests += role == "guest"
        if role == "own":
            self.own = self.own or port
        if port.mode == "passthrough":
            self.taker = self.taker or port
        return port


def connect(one: Port, other: Port) -> None:
    """Join two ports of two devices by a cable."""
    one.peer, other.peer = other, one
    for each in (one, other):
        insort(each.device.linked, each, key=lambda port: port.number)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A frame that passes a device from one port to another."""

    entered: Port
    left: Port


@dataclass(frozen=True, slots=True)
class Way:
    """The devices that a frame passes, or why it does not arrive."""

    crossings: tuple[Crossing, ...] = ()
    blocked: Reason | None = None


def way(start: Port, end: Port, facts: Facts) -> Way:
    """Return the way of a frame from one port to another, without first asking for facts that do not matter."""
    blocked: Reason | None = None
    for reflect in (False, True):
        waiting: list[tuple[Port, tuple[Crossing, ...]]] = [(start, ())]
        seen = {start}
        while waiting:
            entered, crossings = waiting.pop(0)
            if end.device is entered.device:
                obstacle = _obstacle(entered, end, start, facts, reflect)
                if obstacle is None:
                    return Way((*crossings, Crossing(entered, end)))
                blocked = obstacle
            for left, peer in _links(entered):
                if peer not in seen and _obstacle(entered, left, start, facts, reflect) is None:
                    seen.add(peer)
                    waiting.append((peer, (*crossings, Crossing(entered, left))))
    return Way(blocked=blocked or Reason(f"no bridge or cable connects {start.device.name} and {end.device.name}"))


def _links(entered: Port) -> Iterator[tuple[Port, Port]]:
    return ((port, port.peer) for port in entered.device.linked if port.peer is not None)


def _obstacle(entered: Port, left: Port, start: Port, facts: Facts, reflect: bool) -> Reason | None:
    """Return why a device does not pass a frame from one port to another; None if it does."""
    for port in (entered, left):
        if port.condition is not None and not facts.holds(port.condition):
            return Reason(f"not if {port.condition.text}: no", port.place)
    device = entered.device
    if device.kind == "nic":
        return _on_nic(entered, left, start, facts)
    if entered is left:
        hairpin = device.hairpin
        if not reflect:
            return Reason("a switch does not send a frame back out of the port on which it came")
        back = facts.holds(hairpin) if isinstance(hairpin, Unknown) else hairpin
        return None if back else Reason(f"the switch of {device.name} does not send frames back", entered.place)
    if device.kind == "bridge" and entered.isolated and left.isolated:
        return Reason(f"both ports of bridge '{device.name}' are isolated", left.place)
    if entered.vlan != left.vlan and "guest" in (entered.role, left.role) and not _is_trunk(entered, left, facts):
        return Reason(f"VLAN {entered.vlan or 'none'} and VLAN {left.vlan or 'none'} are apart", left.place)
    return None


def _is_trunk(one: Port, other: Port, facts: Facts) -> bool:
    """Whether one of the ports carries the other's VLAN: on Open vSwitch, each port without a tag.

    The uplink of a Linux bridge does so only if the host's administrator gave it the VLAN, which no inventory tells.
    """
    bridge = one.device
    if bridge.kind == "openvswitch":
        return one.vlan is None or other.vlan is None
    if "wire" not in (one.role, other.role):
        return False
    text = f"the NIC of bridge '{bridge.name}' carries VLAN {one.vlan or other.vlan} to the LAN"
    return facts.holds(Unknown("vlans", text, ("yes", "no")))


def _on_nic(entered: Port, left: Port, start: Port, facts: Facts) -> Reason | None:
    """Return what macvtap keeps apart on one NIC of the host (drivers/net/macvlan.c)."""
    name = entered.device.name
    if entered is left:
        return Reason(f"{name} does not send frames back")
    if entered.role == "wire":
        return _from_wire(left, start, facts)
    if left.role == "wire":
        return None
    modes = {entered.mode, left.mode}
    if modes == {"bridge"}:
        return None
    if "function" in modes and modes <= {"function", None}:
        fact = Unknown(
            f"interfaces.{name}.switches", f"the NIC {name} passes frames between its functions", ("yes", "no")
        )
        return None if facts.holds(fact) else Reason(f"the NIC {name} passes nothing between its functions")
    if left.role == "own" or entered.role == "own":
        return Reason(f"macvtap keeps guests on {name} apart from the host", (entered if entered.mode else left).place)
    closed = next(port for port in (entered, left) if port.mode != "bridge")
    return Reason(f"macvtap in mode '{closed.mode}' keeps guests on {name} apart from each other", closed.place)


def _from_wire(left: Port, start: Port, facts: Facts) -> Reason | None:
    nic = left.device
    taken = nic.taker
    if taken is not None and left is not taken:
        return Reason(f"a guest has {nic.name} to itself (passthrough), so nothing else receives on it", taken.place)
    if left.role == "guest" and start.device is nic and start.role == "guest" and "private" in (start.mode, left.mode):
        private = start if start.mode == "private" else left
        return Reason("macvtap in mode 'private' drops what the switch sends back", private.place)
    return None
