"""The firewall rules that libvirt adds for its networks, and whom they let pass.

Both backends ask three chains in turn: within a network, towards a network, from a network. Within a chain what is
accepted comes before what is rejected, so the network of the receiver decides before the network of the sender
(libvirt src/network/network_iptables.c and network_nftables.c).
"""

from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.model import Network
from vnetlint.reach.answer import IpVersion, Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.reach.packet import Packet, Prefix

Ruling = Literal["accept", "reject", "drop"]
_PLAIN_MULTICAST = {4: Prefix(4, 0xE0000000, 24, 0xFFFFFF00), 6: Prefix(6, 0xFF02 << 112, 16, 0xFFFF << 112)}


@dataclass(frozen=True, eq=False)
class NetworkRules:
    """The rules of one network for one IP version."""

    network: Network
    bridge: str
    subnets: tuple[Prefix, ...]
    device: str | None
    """The device that its traffic is limited to, by `dev` of `<forward>`."""
    forwards: bool
    """Whether it is a NAT or routed network."""
    translates: bool
    """Whether the sender of what leaves is translated."""
    pool: tuple[int, int] | None = None
    """The first and last address that senders get, in place of that of the outgoing interface."""


class LibvirtRules:
    """The rules of all networks of a host."""

    def __init__(self, rules: dict[tuple[str, IpVersion], NetworkRules], stand_in: str | None = None) -> None:
        self.rules = rules
        self._stand_in = stand_in
        """The name that stands for that of the host's uplink, where it is not known."""

    def decide(
        self, packet: Packet, inbound: str, outbound: str, established: bool, facts: Facts
    ) -> tuple[Ruling | None, Reason | None]:
        """Return what libvirt's rules do with what the host forwards from one interface to another, and why."""
        towards = self.rules.get((outbound, packet.version))
        if inbound == outbound and towards is not None:
            return "accept", None
        if towards is not None:
            return _towards(towards, packet, self._real(inbound, towards, facts), established)
        leaving = self.rules.get((inbound, packet.version))
        return _leaving(leaving, packet, self._real(outbound, leaving, facts)) if leaving is not None else (None, None)

    def _real(self, interface: str, rules: NetworkRules, facts: Facts) -> str:
        """Return the name of an interface; for an uplink without a known name, it may be the one of the network."""
        if interface != self._stand_in or rules.device is None:
            return interface
        fact = Unknown("interfaces", f"{rules.device} is the uplink of the host", ("yes", "no"))
        return rules.device if facts.holds(fact) else interface

    def translation(self, packet: Packet, outbound: str, facts: Facts) -> NetworkRules | None:
        """Return the network whose rules translate the sender of a packet that leaves by an interface."""
        if _PLAIN_MULTICAST[packet.version].holds(packet.destination):
            return None
        for rules in self._translating:
            subnet = next((each for each in rules.subnets if _in(each, packet.version, packet.source)), None)
            if subnet is None or subnet.holds(packet.destination):
                continue
            if rules.device in (None, self._real(outbound, rules, facts)):
                return rules
        return None

    @property
    def _translating(self) -> tuple[NetworkRules, ...]:
        return tuple(rules for rules in self.rules.values() if rules.translates)


def _in(prefix: Prefix, version: IpVersion, address: int) -> bool:
    return prefix.version == version and prefix.holds(address)


def _towards(
    rules: NetworkRules, packet: Packet, inbound: str, established: bool
) -> tuple[Ruling | None, Reason | None]:
    network = rules.network
    inside = any(subnet.holds(packet.destination) for subnet in rules.subnets)
    if inside and rules.device in (None, inbound) and rules.forwards and (established or not rules.translates):
        text = "accepts replies to its guests" if rules.translates else "accepts what is sent to its guests"
        return "accept", Reason(f"{_label(network)} {text}", network.mode_place)
    if not rules.forwards:
        text = "is isolated: libvirt's firewall rejects what others send to it"
    elif not inside:
        text = "only accepts what is sent to its own subnets"
    elif rules.device not in (None, inbound):
        text = f"only accepts what arrives by {rules.device}, and this arrives by {inbound}"
    else:
        text = "uses NAT: libvirt's firewall rejects connections from outside"
    return "reject", Reason(f"{_label(network)} {text}", network.mode_place)


def _leaving(rules: NetworkRules, packet: Packet, outbound: str) -> tuple[Ruling | None, Reason | None]:
    network = rules.network
    inside = any(subnet.holds(packet.source) for subnet in rules.subnets)
    if rules.forwards and inside and rules.device in (None, outbound):
        return "accept", Reason(f"{_label(network)} lets its guests out", network.mode_place)
    if not rules.forwards:
        text = "is isolated: libvirt's firewall rejects what leaves it"
    elif not inside:
        text = "only lets addresses of its own subnets out"
    else:
        text = f"only lets traffic out by {rules.device}, and the host's route leads to {outbound}"
    return "reject", Reason(f"{_label(network)} {text}", network.mode_place)


def _label(network: Network) -> str:
    return f"network '{network.name}'" if network.name else "a network"
