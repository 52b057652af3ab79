"""A scenario as plain data: the networks, guests, host and outside that a person reads, and what is known to be true.

The addresses that scenarios refer to:

=============  =====================  ====================  ============================================
who            IPv4                   IPv6                  where
=============  =====================  ====================  ============================================
host, eth0     192.168.50.10/24       fd50::10/64           the LAN; on br0 if the host has one
host, eth1     192.168.60.10/24       fd60::10/64           the second LAN, if the host has it; no router
router         192.168.50.1/24        fd50::1/64            the LAN's way to the Internet
lanhost        192.168.50.20/24       fd50::20/64           the LAN
lan2host       192.168.60.20/24       fd60::20/64           the second LAN
internet       198.51.100.9/24        2001:db8:100::9/64    behind the router
=============  =====================  ====================  ============================================

The MAC address of the second NIC of the third guest is 52:54:00:00:03:02, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["ipv4", "ipv6"]
Mode = Literal["bridge", "vepa", "private", "passthrough"]


@dataclass(frozen=True)
class Nic:
    """A NIC of a guest: on a libvirt network, a bridge of the host, or directly on a NIC of the host."""

    network: str | None = None
    addresses: tuple[str, ...] = ()
    """Its addresses with prefixes. Without any it asks for them, by DHCP and by router advertisements."""
    bridge: str | None = None
    direct: str | None = None
    mode: Mode = "vepa"
    """The macvtap mode of a direct NIC."""
    isolated: bool = False
    filter: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Route:
    """A route; `nic` is the place of the NIC of a guest for a route that has no gateway."""

    to: str
    via: str | None = None
    nic: int | None = None


@dataclass(frozen=True)
class Guest:
    """A guest with its NICs and what it configures itself."""

    name: str
    nics: tuple[Nic, ...]
    routes: tuple[Route, ...] = ()
    forwards: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule of the host's firewall, as the inventory has it."""

    verdict: Literal["accept", "drop", "reject", "masquerade", "return", "rules"]
    inbound: str | None = None
    outbound: str | None = None
    source: str | None = None
    destination: str | None = None
    protocol: Literal["icmp", "tcp", "udp"] | None = None
    port: int | None = None
    states: tuple[str, ...] = ()
    negated: tuple[Literal["in", "out", "from", "to"], ...] = ()
    rules: tuple[Rule, ...] = ()
    """The nested rules of the verdict `rules`."""


@dataclass(frozen=True)
class Chain:
    """What the host's iptables do in a chain. The first rules are inserted after the networks start, before libvirt's.

    The others are there before libvirt's are inserted, so they come after them.
    """

    family: Family
    hook: Literal["input", "forward", "output", "postrouting"]
    policy: Literal["accept", "drop"] = "accept"
    rules: tuple[Rule, ...] = ()
    inserted: int = 0
    """How many of the rules are inserted after the networks start."""


@dataclass(frozen=True)
class HostSide:
    """The host. It has eth0, and libvirt's networks are started in their order."""

    eth1: bool = False
    br0: bool = False
    """Whether eth0 is a port of br0, which then has the addresses."""
    addresses: tuple[str, ...] = ("192.168.50.10/24", "fd50::10/64")
    """The addresses on eth0 or br0."""
    bridges: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """More bridges without ports, with their addresses."""
    routes: tuple[Route, ...] = ()
    """Routes in addition to the default ones."""
    forwarding: bool = False
    bridge_netfilter: bool = False
    reverse_path_filter: Literal[0, 1, 2] = 0
    firewall: tuple[Chain, ...] = ()
    flushed: bool = False
    """Whether all rules of iptables are flushed after the networks start."""


@dataclass(frozen=True)
class Outside:
    """What is around the host."""

    router: tuple[Route, ...] = ()
    """The router's routes to the subnets of guests."""
    lanhost: tuple[Route, ...] = ()
    lan2host: tuple[Route, ...] = ()
    translates: tuple[Family, ...] = ()
    """The families that the router masquerades on the way to the Internet."""
    inbound: bool = True
    """Whether the router lets the Internet open connections."""
    hairpin: bool = False
    """Whether the switch sends frames back out of the host's ports."""


@dataclass(frozen=True)
class Scenario:
    """A host with networks and guests. `expect` has a line for each known fact, which `expect.py` describes."""

    name: str
    title: str
    networks: tuple[str, ...] = ()
    guests: tuple[Guest, ...] = ()
    host: HostSide = HostSide()
    outside: Outside = Outside()
    filters: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    """TCP and UDP ports to ask in addition to the one that no rule is about."""
    unsure: tuple[tuple[str, str], ...] = ()
    """Senders and receivers whose verdict depends on the moment. They are measured, and not compared with the model."""
    expect: str = ""


HOST4, HOST6 = "192.168.50.10", "fd50::10"


def back(*subnets: str, via: tuple[str, str] = (HOST4, HOST6)) -> tuple[Route, ...]:
    """Routes to subnets via the host."""
    return tuple(Route(subnet, via[":" in subnet]) for subnet in subnets)


def defaults(*gateways: str) -> tuple[Route, ...]:
    """Default routes via gateways."""
    return tuple(Route("::/0" if ":" in each else "0.0.0.0/0", each) for each in gateways)
