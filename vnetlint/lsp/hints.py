"""Inlay hints: what a value means that the reader would otherwise look up in another place.

There are few: the mode of the network that an interface names, the address that a guest gets, the guest that a static
address is for, the number of addresses in a range, and the prefix of a netmask.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lsprotocol import types

from vnetlint.finding import Span
from vnetlint.interruption import pause
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.positions import LinePosition
from vnetlint.model import Domain, Model, Network
from vnetlint.model.network import Ip, Range, StaticHost
from vnetlint.project import Project
from vnetlint.report.display import clean
from vnetlint.xml.node import Attribute
from vnetlint.xml.source import Source

MAX_HINTS = 500
"""The most hints of one answer."""
MAX_LABEL = 40
"""The most characters of a hint."""
_NAMES = 3
"""The most guests that one hint names."""


@dataclass(frozen=True, slots=True)
class _Hint:
    """A hint behind an attribute."""

    attribute: Attribute
    text: str
    why: str


def hints_of(judgement: Judgement, analyst: Analyst, start: LinePosition, end: LinePosition) -> list[types.InlayHint]:
    """Return the hints between two positions of a document."""
    source, buffer = judgement.buffer.input, judgement.buffer
    if not isinstance(source, Source):
        return []
    span = buffer.span(start, end)
    found: list[types.InlayHint] = []
    for model in analyst.memory.models(source, judgement.run.settings):
        if model.node.start <= span.end and span.start <= model.node.end:
            for hint in _of_model(model, analyst.project(judgement), span):
                if len(found) < MAX_HINTS and span.start <= hint.attribute.span.end <= span.end:
                    found.append(_shown(hint, judgement))
    return found


def _shown(hint: _Hint, judgement: Judgement) -> types.InlayHint:
    label = clean(hint.text)
    label = label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"
    at = judgement.buffer.position(hint.attribute.span.end)
    return types.InlayHint(types.Position(*at), label, padding_left=True, tooltip=hint.why)


def _of_model(model: Model, project: Project, span: Span) -> Iterator[_Hint]:
    if isinstance(model, Network):
        for ip in model.ips:
            pause()
            if ip.node.start <= span.end and span.start <= ip.node.end:
                yield from _of_ip(ip, model, project)
    elif isinstance(model, Domain):
        yield from _of_guest(model, project, span)


def _of_ip(ip: Ip, network: Network, project: Project) -> Iterator[_Hint]:
    mask = ip.attribute("netmask")
    if mask is not None and ip.subnet is not None and "prefix" not in ip.node.attributes:
        yield _Hint(mask, f"/{ip.subnet.prefixlen}", f"The subnet is {ip.subnet}.")
    for leases in ip.ranges:
        yield from _of_range(leases, ip, network)
    for host in ip.hosts:
        yield from _of_host(host, network, project)


def _of_range(leases: Range, ip: Ip, network: Network) -> Iterator[_Hint]:
    last = leases.attribute("end")
    if last is None or not leases.size:
        return
    held = len({each for each in network.held(ip) if each in leases})
    why = f"Of {leases.size} addresses, {held} are taken or reserved." if held else "DHCP leases them to guests."
    free = leases.size - held
    yield _Hint(last, "1 address" if free == 1 else f"{free} addresses", why)


def _of_host(host: StaticHost, network: Network, project: Project) -> Iterator[_Hint]:
    place = host.attribute("mac")
    interfaces = project.guests.interfaces_by_mac.get(host.mac, ()) if host.mac else ()
    names = dict.fromkeys(
        each.domain.name for each in interfaces if each.domain.name and project.networks.of(each) is network
    )
    if place is not None and names:
        more = "" if len(names) <= _NAMES else f" and {len(names) - _NAMES} more"
        yield _Hint(place, ", ".join(list(names)[:_NAMES]) + more, "The guest with this MAC address on this network.")


def _of_guest(domain: Domain, project: Project, span: Span) -> Iterator[_Hint]:
    from vnetlint.reach.describe import mode_words

    for interface in domain.interfaces:
        pause()
        if interface.node.start > span.end or span.start > interface.node.end:
            continue
        network = project.networks.of(interface)
        if interface.network is not None and network is not None and network.mode is not None:
            subnets = [str(ip.subnet) for ip in network.ips if ip.subnet is not None]
            yield _Hint(interface.network, ", ".join([mode_words(network), *subnets[:1]]), f"The {network.label}.")
        reserved = project.networks.reservation_of(interface)
        if interface.mac_place is not None and reserved is not None and reserved.address is not None:
            why = f"The address that the {network.label} reserves for it." if network else ""
            yield _Hint(interface.mac_place, str(reserved.address), why)
