"""The world of a scenario: libvirtd on its host, the LANs, the router and the Internet, all running.

Everything is in the PID namespace of the host, so it ends with the host (see `tests/oracle/libvirtd.py`).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.libvirtd import ROOTS, Answer, Bridge, Host, Libvirtd, Nic, Route

from . import firewall
from .members import Member, WorldError
from .scenario import Route as Way
from .scenario import Scenario

LIBVIRTS = {"9.0": "iptables", "12.8": "nftables"}
"""The versions of libvirt that are measured, with the firewall that each uses."""
PORT = 7007
"""A port that no rule is about."""

LAN2 = ("192.168.60.10/24", "fd60::10/64")
GATEWAYS = ("192.168.50.1", "fd50::1")
_QUIET = {
    # Errors are not limited in number, because all probes are sent at once.
    "ipv4/icmp_ratelimit": 0,
    "ipv4/icmp_ratemask": 0,
    "ipv6/icmp/ratelimit": 0,
    # Addresses and bridges are usable at once.
    "ipv6/conf/*/accept_dad": 0,
    "ipv6/conf/*/dad_transmits": 0,
    "ipv6/conf/*/router_solicitation_delay": 0,
    "ipv6/conf/*/router_solicitation_interval": 1,
    "ipv4/conf/*/rp_filter": 0,
    # A lost question for a neighbour is repeated before the probe is given up.
    "ipv[46]/neigh/*/retrans_time_ms": 300,
    "ipv[46]/neigh/*/mcast_solicit": 8,
    # Which packets follow a redirect depends on when it comes.
    "ipv4/conf/*/accept_redirects": 0,
    "ipv6/conf/*/accept_redirects": 0,
    "bridge/bridge-nf-call-ip*tables": 0,
}


@dataclass(frozen=True)
class World:
    """What runs. The members are those that are asked about, and the router."""

    scenario: Scenario
    version: str
    daemon: Libvirtd
    host: Member
    outside: dict[str, Member]
    guests: dict[str, Member]
    said: dict[str, Answer] = field(default_factory=dict)
    """What libvirt said to each network, filter and guest."""
    before: dict[str, Any] = field(default_factory=dict)
    """The sysctls of the host before its networks were started."""

    @property
    def members(self) -> list[Member]:
        """Those who send and receive."""
        asked = [member for name, member in self.outside.items() if name != "router"]
        return [self.host, *self.guests.values(), *asked]

    def shell(self, lines: Sequence[Sequence[str]]) -> None:
        """Run commands on the host, with its own programs."""
        if not lines:
            return
        done = self.daemon.run("sh", "-ec", "\n".join(shlex.join(line) for line in lines))
        if done.code:
            raise WorldError(f"{self.scenario.name}: {done.stderr.strip()}\n{lines}")


@contextmanager
def running(scenario: Scenario, version: str) -> Iterator[World]:
    """The world of a scenario with its networks started; guests have no NICs yet."""
    with ExitStack() as stack:
        daemon = stack.enter_context(Libvirtd(_host(scenario, version), ROOTS[version]))
        assert daemon.pid is not None
        host = stack.enter_context(Member("host", daemon.pid, is_host=True))
        names = ["router", "lanhost", "internet", *(("lan2host",) if scenario.host.eth1 else ())]
        outside = {name: stack.enter_context(Member(name, daemon.pid)) for name in names}
        guests = {each.name: stack.enter_context(Member(each.name, daemon.pid)) for each in scenario.guests}
        world = World(scenario, version, daemon, host, outside, guests)
        everyone = [host, *outside.values(), *guests.values()]
        for each in everyone:
            each.sysctl(_QUIET)
        _wire(world)
        host.sysctl(
            {
                "bridge/bridge-nf-call-ip*tables": int(scenario.host.bridge_netfilter),
                "ipv4/conf/all/rp_filter": scenario.host.reverse_path_filter,
            }
        )
        world.before.update(host.ask("read", paths=["ipv4/ip_forward", "ipv6/conf/all/forwarding"]))
        world.before["links"] = daemon.run("ip", "-details", "-json", "address").stdout
        world.before["routes"] = [daemon.run("ip", family, "-json", "route").stdout for family in ("-4", "-6")]
        world.shell(firewall.early(scenario.host.firewall))
        _start(world)
        world.shell(firewall.late(scenario.host.firewall, flushed=scenario.host.flushed))
        yield world


def _host(scenario: Scenario, version: str) -> Host:
    own = scenario.host
    nics = [Nic("eth0", () if own.br0 else own.addresses)]
    bridges = [Bridge(name, (), addresses) for name, addresses in own.bridges]
    if own.br0:
        bridges.append(Bridge("br0", ("eth0",), own.addresses))
    if own.eth1:
        nics.append(Nic("eth1", LAN2))
    ways = [Route("default", via) for via in GATEWAYS if any((":" in via) == (":" in each) for each in own.addresses)]
    ways += [Route(way.to, way.via) for way in own.routes]
    return Host(
        tuple(nics),
        tuple(bridges),
        tuple(ways),
        own.forwarding,
        # 9.0 knows only iptables and has no setting.
        LIBVIRTS[version] if version != "9.0" else None,
        traffic_control=("qdisc", "filter del"),
    )


def ways(routes: Sequence[Way]) -> list[str]:
    """The commands that set routes."""
    return [
        f"route add {each.to}"
        + (f" via {each.via}" if each.via else "")
        + (f" dev eth{each.nic}" if each.nic is not None else "")
        for each in routes
    ]


def _addresses(device: str, *addresses: str) -> list[str]:
    return [f"address add {each} dev {device}" + (" nodad" if ":" in each else "") for each in addresses]


def _wire(world: World) -> None:
    """Connect everyone outside."""
    scenario, outside = world.scenario, world.outside
    lines = ["link add lan type bridge forward_delay 0 mcast_snooping 0", "link set lan up", "link set eth0 master lan"]
    if scenario.host.eth1:
        lines += [
            "link add lan2 type bridge forward_delay 0 mcast_snooping 0",
            "link set lan2 up",
            "link set eth1 master lan2",
        ]
    if scenario.outside.hairpin:
        lines += [f"link set {nic} type bridge_slave hairpin on" for nic in ("eth0", *("eth1",) * scenario.host.eth1)]
    for name, lan in (("router", "lan"), ("lanhost", "lan"), ("lan2host", "lan2")):
        if name in outside:
            lines.append(f"link add {name} type veth peer name eth0 netns {outside[name].pid}")
            lines += [f"link set {name} master {lan}", f"link set {name} up"]
    lines.append(
        f"link add netns {outside['router'].pid} name eth1 type veth peer name eth0 netns {outside['internet'].pid}"
    )
    heard = world.daemon.run("ip", "-n", "wire", "-batch", "-", stdin="\n".join(lines) + "\n")
    if heard.code:
        raise WorldError(f"{scenario.name}: {heard.stderr}")
    up = ["link set lo up", "link set eth0 up"]
    router = outside["router"]
    router.sysctl({"ipv4/ip_forward": 1, "ipv6/conf/all/forwarding": 1})
    router.ip(
        [
            *up,
            "link set eth1 up",
            *_addresses("eth0", "192.168.50.1/24", "fd50::1/64"),
            *_addresses("eth1", "198.51.100.1/24", "2001:db8:100::1/64"),
            *ways(scenario.outside.router),
        ]
    )
    # The kernel's own errors for lack of a route are limited to one a second, those of a firewall are not.
    router.ip(["link add nowhere type bridge", "link set nowhere up", "route add default dev nowhere"])
    router.run("iptables", *["-A", "FORWARD", "-o", "nowhere", "-j", "REJECT", "--reject-with", "icmp-net-unreachable"])
    for family in scenario.outside.translates:
        router.run(_tables(family), "-t", "nat", "-A", "POSTROUTING", "-o", "eth1", "-j", "MASQUERADE")
    if not scenario.outside.inbound:
        new = ("-i", "eth1", "-m", "conntrack", "--ctstate", "NEW")
        for family in ("ipv4", "ipv6"):
            router.run(_tables(family), "-A", "FORWARD", *new, "-j", "DROP")
    outside["internet"].ip(
        [
            *up,
            *_addresses("eth0", "198.51.100.9/24", "2001:db8:100::9/64"),
            "route add default via 198.51.100.1",
            "route add ::/0 via 2001:db8:100::1",
        ]
    )
    outside["lanhost"].ip(
        [
            *up,
            *_addresses("eth0", "192.168.50.20/24", "fd50::20/64"),
            "route add default via 192.168.50.1",
            "route add ::/0 via fd50::1",
            *ways(scenario.outside.lanhost),
        ]
    )
    if "lan2host" in outside:
        own = _addresses("eth0", "192.168.60.20/24", "fd60::20/64")
        outside["lan2host"].ip([*up, *own, *ways(scenario.outside.lan2host)])


def _tables(family: str) -> str:
    return "iptables" if family == "ipv4" else "ip6tables"


def _start(world: World) -> None:
    """Define the filters and start the networks, in their order."""
    for xml in world.scenario.filters:
        world.said[xml] = world.daemon.define_filter(xml)
    for xml in world.scenario.networks:
        defined = world.daemon.virsh("net-define", "/dev/stdin", stdin=xml)
        if defined.code:
            world.said[xml] = Answer(False, defined.stderr.strip())
            continue
        name = defined.stdout.split()[1]
        world.said[xml] = world.daemon.start_network(name)
