"""Guests behind user-mode networking: QEMU or passt opens their connections, as a program of the host."""

from dataclasses import replace

from vnetlint.model import Interface
from vnetlint.reach.answer import Outcome, Question, Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.reach.station import Station
from vnetlint.reach.walk import travel
from vnetlint.reach.world import World

PING = Unknown("ping_group_range", "the host lets QEMU send pings (net.ipv4.ping_group_range)", ("no", "yes"))


def user_interface(station: Station) -> Interface | None:
    """Return the `<interface>` by which a guest uses user-mode networking; None if it does not."""
    found = (nic.interface for nic in station.nics if nic.interface is not None and nic.port is None)
    return next((each for each in found if _is_user(each)), None)


def _is_user(interface: Interface) -> bool:
    """Whether QEMU or passt is the guest's network; libvirt's QEMU driver treats type `internal` as `user`."""
    return (
        interface.type == "user"
        or (interface.type == "internal" and interface.domain.is_qemu)
        or (interface.type == "vhostuser" and bool(interface.port_ranges))
    )


def outbound(
    world: World, question: Question, target: tuple[int, Station], interface: Interface, facts: Facts
) -> Outcome:
    """Return what happens to a connection that a program of the host opens for a guest."""
    why = Reason("user-mode networking: a program of the host opens the guest's connections", interface.node)
    if question.protocol == "icmp" and not facts.holds(PING):
        return Outcome("dropped", None, (why, Reason("the host does not let QEMU send pings")))
    if target[1] is world.host:
        return Outcome("allowed", world.shown(question.version, target[0]), (why,))
    found = travel(world, question, world.host, target, facts)
    return replace(found, reasons=(why, *found.reasons))


def inbound(world: World, question: Question, source: Station, interface: Interface, facts: Facts) -> Outcome:
    """Return what happens to a connection to a guest behind user-mode networking: only passt's ports lead to it."""
    closed = Reason("user-mode networking: nothing outside has a route to the guest", interface.node)
    opened = next(
        (
            each
            for each in interface.port_ranges
            if each.opens and _fits(each.protocol, each.first, each.last, question)
        ),
        None,
    )
    address = next((each.address for nic in world.host.nics for each in nic.addresses(question.version)), None)
    if opened is None or address is None:
        return Outcome("no-route", None, (closed,))
    why = Reason(f"passt opens port {opened.written} of the host", opened.node)
    if source is world.host:
        return Outcome("allowed", None, (why,))
    found = travel(world, question, source, (address, world.host), facts)
    return replace(found, reasons=(why, *found.reasons))


def _fits(protocol: str | None, first: int | None, last: int | None, question: Question) -> bool:
    if protocol != question.protocol or question.port is None or first is None:
        return False
    return first <= question.port <= (last or first)
