"""What is asked about a network filter, and what is answered: a frame on a guest's port, and what becomes of it."""

from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.model.addresses import Address
from vnetlint.model.filter import FilterRule
from vnetlint.xml.node import Node

Direction = Literal["in", "out"]
Path = Literal["bridged", "host", "routed"]
_REQUEST, _REPLY = {4: 8, 6: 128}, {4: 0, 6: 129}
_DISCOVERY = range(133, 138)


@dataclass(frozen=True)
class Frame:
    """One packet on a guest's port of a bridge."""

    direction: Direction
    """In libvirt's words: `out` is from the guest, `in` is to the guest."""
    version: Literal[4, 6]
    protocol: Literal["icmp", "tcp", "udp", "arp"]
    """`icmp` is ICMPv6 for IPv6, neighbour discovery included: see `icmp_type`."""
    source_mac: str | None = None
    destination_mac: str | None = None
    source: Address | None = None
    """For ARP the address of the sender in the packet."""
    destination: Address | None = None
    """For ARP the address that is looked for."""
    source_port: int | None = None
    destination_port: int | None = None
    state: Literal["new", "established"] = "new"
    """`new` opens a connection, `established` is a reply of one. With ARP these are request and reply."""
    path: Path = "bridged"
    """Where it goes to, or comes from: another port of the bridge, the host itself, or a network that it routes to."""
    icmp_type: int | None = None
    """The type of ICMP; by default an echo request, or an echo reply."""

    @property
    def echo_type(self) -> int:
        """The type of ICMP."""
        if self.icmp_type is not None:
            return self.icmp_type
        return (_REQUEST if self.state == "new" else _REPLY)[self.version]

    @property
    def is_discovery(self) -> bool:
        """Whether it is neighbour discovery of IPv6 (RFC 4861), of which the kernel tracks no connections."""
        return self.version == 6 and self.protocol == "icmp" and self.echo_type in _DISCOVERY


@dataclass(frozen=True)
class Decision:
    """What a filter does with a frame."""

    verdict: Literal["accept", "drop", "reject", "unknown"]
    rule: FilterRule | None = None
    """The rule that decided; None if no rule did, or if it is one of a filter that libvirt installs."""
    filter: str | None = None
    """The name of that rule's filter."""
    place: Node | None = None
    """That rule, or what includes its filter, in the project's files."""
    missing: str | None = None
    """What is not known and decides, such as `the variable 'IP'`."""
    skips_firewall: bool = False
    """Whether the rest of the host's FORWARD chain does not see the frame, because nwfilter accepted it there."""


@dataclass(frozen=True)
class Missing:
    """That something is not known, with its name."""

    text: str


Matched = bool | Missing
"""Whether something is so; if that is not known, what is missing."""
