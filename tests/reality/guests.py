"""Guests: namespaces whose NICs are attached as libvirt attaches a guest's, and their domain XML.

A tap is one end of a veth pair with the name and the MAC address that libvirt would choose, and a macvtap is a macvlan
in the same mode. Filters are bound to the tap by libvirt itself.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from xml.etree import ElementTree

from tests.oracle.libvirtd import answer

from .members import Member, WorldError
from .scenario import Guest, Mode, Nic, Scenario
from .world import World, ways

ADVERTISED = 1.5
"""Seconds to wait for router advertisements, which only networks with an IPv6 address send."""
DIRECT: tuple[Mode, ...] = ("bridge", "vepa", "private", "passthrough")
_DHCP = """\
#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add "$ip/$mask" dev "$interface"
for each in $router; do ip route add default via "$each"; done
"""


@dataclass(frozen=True)
class _Place:
    """Where a NIC is attached: a bridge, or a NIC of the host with a macvtap mode."""

    link: str
    mode: Mode | None = None
    isolated: bool = False


def mac(guest: int, nic: int) -> str:
    """The MAC address of a NIC of a guest, by their places from 0."""
    return f"52:54:00:00:{guest + 1:02x}:{nic + 1:02x}"


def attach(world: World) -> None:
    """Attach all guests, and wait until they have their addresses."""
    taken: dict[str, int] = {}
    asking: list[tuple[Member, str]] = []
    number = 0
    lines: list[list[str]] = []
    bound: list[str] = []
    for index, guest in enumerate(world.scenario.guests):
        member = world.guests[guest.name]
        for position, nic in enumerate(guest.nics):
            place = _place(world.scenario, nic, taken)
            own = mac(index, position)
            lines += _links(f"vnet{number}", f"eth{position}", own, place, member.pid)
            if nic.filter is not None:
                bound.append(_binding(index, guest, nic, f"vnet{number}", own))
            number += 1
            if not nic.addresses:
                asking.append((member, f"eth{position}"))
    world.shell(lines)
    for xml in bound:
        heard = answer(world.daemon.virsh("nwfilter-binding-create", "/dev/stdin", stdin=xml))
        if not heard.ok:
            raise WorldError(f"{world.scenario.name}: {heard.message}")
    for guest in world.scenario.guests:
        _configure(world.guests[guest.name], guest)
    _ask(world, asking)


def _place(scenario: Scenario, nic: Nic, taken: dict[str, int]) -> _Place:
    if nic.bridge:
        return _Place(nic.bridge, None, nic.isolated)
    if nic.direct:
        return _Place(nic.direct, nic.mode)
    network = next(
        each for each in map(ElementTree.fromstring, scenario.networks) if each.findtext("name") == nic.network
    )
    port = network.find("port")
    isolated = nic.isolated or (port is not None and port.get("isolated") == "yes")
    bridge, forward = network.find("bridge"), network.find("forward")
    if bridge is not None:
        return _Place(bridge.get("name", ""), None, isolated)
    assert forward is not None
    devices = [device for each in (forward, *forward.iter("interface")) if (device := each.get("dev"))]
    # libvirt takes the one that the fewest guests use.
    device = min(devices, key=lambda each: taken.get(each, 0))
    taken[device] = taken.get(device, 0) + 1
    return _Place(device, next(mode for mode in DIRECT if mode == forward.get("mode")))


def _links(tap: str, name: str, own: str, place: _Place, pid: int) -> Iterator[list[str]]:
    if place.mode is None:
        yield f"ip link add {tap} type veth peer name {name} address {own} netns {pid}".split()
        isolated = " type bridge_slave isolated on" if place.isolated else ""
        yield f"ip link set {tap} address fe{own[2:]} master {place.link}".split()
        if isolated:
            yield f"ip link set {tap}{isolated}".split()
        yield f"ip link set {tap} up".split()
        return
    if place.mode == "passthrough":
        yield f"ip link set {place.link} address {own}".split()
    mode = "passthru" if place.mode == "passthrough" else place.mode
    yield f"ip link add link {place.link} name mv{tap} address {own} type macvlan mode {mode}".split()
    yield f"ip link set mv{tap} netns {pid} name {name}".split()


def _configure(member: Member, guest: Guest) -> None:
    if guest.forwards:
        member.sysctl({"ipv4/ip_forward": 1, "ipv6/conf/all/forwarding": 1})
    lines = ["link set lo up"]
    for position, nic in enumerate(guest.nics):
        # A guest with fixed addresses ignores what the network advertises.
        member.sysctl({f"ipv6/conf/eth{position}/accept_ra": int(not nic.addresses)})
        lines.append(f"link set eth{position} up")
        lines += [f"address add {each} dev eth{position}" + (" nodad" if ":" in each else "") for each in nic.addresses]
    member.ip([*lines, *ways(guest.routes)])


def _ask(world: World, asking: list[tuple[Member, str]]) -> None:
    """Run a DHCP client on NICs. Who gets no lease has no IPv4 address, which is a fact to measure."""
    if not asking:
        return
    if shutil.which("busybox") is None:
        raise WorldError("busybox, whose DHCP client guests use, is not installed")
    script = "script=$(mktemp); trap 'rm $script' EXIT; cat >$script; chmod +x $script"
    client = script + "; busybox udhcpc -q -n -f -t 4 -T 1 -i {} -s $script"

    def once(asked: tuple[Member, str]) -> None:
        member, name = asked
        member.ask("run", command=["sh", "-c", client.format(name)], stdin=_DHCP)

    with ThreadPoolExecutor(len(asking)) as pool:
        list(pool.map(once, asking))
    end = time.monotonic() + ADVERTISED
    for member, name in asking:
        while "inet6" not in member.run("ip", "-6", "address", "show", name, "scope", "global"):
            if time.monotonic() > end:
                break
            time.sleep(0.05)


def _binding(index: int, guest: Guest, nic: Nic, tap: str, own: str) -> str:
    return (
        f"<filterbinding><owner><name>{guest.name}</name><uuid>00000000-0000-4000-8000-0000000000{index + 16:x}</uuid>"
        f"</owner><portdev name='{tap}'/><mac address='{own}'/>{_filterref(nic)}</filterbinding>"
    )


def _filterref(nic: Nic) -> str:
    inner = "".join(f"<parameter name='{name}' value='{value}'/>" for name, value in nic.parameters)
    return f"<filterref filter='{nic.filter}'>{inner}</filterref>" if nic.filter else ""


def domain(scenario: Scenario, index: int) -> str:
    """The domain XML of a guest."""
    guest = scenario.guests[index]
    lines = [
        "<domain type='qemu'>",
        f"  <name>{guest.name}</name>",
        "  <memory unit='MiB'>64</memory>",
        "  <os><type arch='x86_64' machine='pc'>hvm</type></os>",
        "  <devices>",
    ]
    for position, nic in enumerate(guest.nics):
        kind = "bridge" if nic.bridge else "direct" if nic.direct else "network"
        mode = f" mode='{nic.mode}'" if nic.direct else ""
        source = f"{'dev' if nic.direct else kind}='{nic.bridge or nic.direct or nic.network}'{mode}"
        lines.append(f"    <interface type='{kind}'>")
        lines.append(f"      <mac address='{mac(index, position)}'/>")
        lines.append(f"      <source {source}/>")
        lines += ["      <port isolated='yes'/>"] * nic.isolated
        lines += [f"      {_filterref(nic)}"] * (nic.filter is not None)
        lines += ["      <model type='virtio'/>", "    </interface>"]
    return "\n".join([*lines, "  </devices>", "</domain>", ""])
