"""What a network filter lets through, in a few lines: the usual packets are sent through it, one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address, IPv6Address

from vnetlint.dataclass import dataclass
from vnetlint.interruption import pause
from vnetlint.model import Filter
from vnetlint.model.domain import FilterRef
from vnetlint.project import Project
from vnetlint.reach.filters import Installed, installed
from vnetlint.reach.filters.frame import Decision, Direction, Frame
from vnetlint.reach.words import listed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

_MAC, _OTHER_MAC, _PEER_MAC = "52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:03"
_OWN4, _OTHER4, _PEER4 = (IPv4Address(f"192.0.2.{number}") for number in (10, 11, 1))
_OWN6, _PEER6 = IPv6Address("2001:db8::10"), IPv6Address("2001:db8::1")
_CLIENT_PORT, _ANY_PORT = 49152, 50505
_SOLICIT = 135
_MAX_PORTS = 12
"""The most ports of a filter's rules that are tried."""
_WORDS: dict[Direction, str] = {"out": "from the guest", "in": "to the guest"}
_IPV6 = ("ping over IPv6", "TCP over IPv6", "UDP over IPv6", "neighbour discovery")
_NOTE = "rules for TCP, UDP and ICMP count only if the host has br_netfilter on"


@dataclass(frozen=True)
class _Trial:
    """A kind of packet, as people name it, with an example."""

    name: str
    frame: Frame


def lets_through(reference: FilterRef, project: Project, mac: str | None = None) -> tuple[str, ...]:
    """Return what a reference lets through, in lines; `mac` is the guest's MAC address, if there is a guest."""
    own = mac or _MAC
    variables = {"MAC": (own,), "IP": (str(_OWN4),), "IPV6": (str(_OWN6),)}
    filter_ = installed(reference, project, {**variables, **_given(reference)})
    if filter_.missing is not None:
        return (f"unknown: {filter_.missing.text} is not known",)
    own4 = _address(reference, "IP") or _OWN4
    trials = {way: [*_usual(way, own, own4), *_ports(filter_, way, own, own4)] for way in _WORDS}
    lines = [f"{words}: {_told(filter_, trials[way])}" for way, words in _WORDS.items()]
    lines.append(f"forged senders: {_told(filter_, list(_forged(own, own4)))}")
    every = [each for found in trials.values() for each in found]
    if any(_decided(filter_, each, on=True).verdict != _decided(filter_, each, on=False).verdict for each in every):
        lines.append(_NOTE)
    return tuple(lines)


def reference_to(meant: Filter) -> FilterRef | None:
    """Return a reference to a filter as a guest beside it would have it; None if the filter has no name."""
    if meant.name is None or not meant.name.isprintable() or set(meant.name) & set("<&'\""):
        return None
    documents = parse(Source(meant.key, f"<filterref filter='{meant.name}'/>"))
    return FilterRef(documents[0].root)


def _given(reference: FilterRef) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each.value or "" for each in reference.parameters if each.name == name)
            for name in reference.given}  # fmt: skip


def _address(reference: FilterRef, name: str) -> IPv4Address | None:
    try:
        return IPv4Address(reference.value_of(name) or "")
    except ValueError:
        return None


def _usual(way: Direction, mac: str, own4: IPv4Address) -> Iterator[_Trial]:
    frame = partial(_frame, way, mac, own4)
    yield _Trial("ARP", frame(4, "arp"))
    ports = (68, 67) if way == "out" else (67, 68)
    unset = {"source": IPv4Address(0), "destination": IPv4Address("255.255.255.255")} if way == "out" else {}
    yield _Trial("DHCP", replace(frame(4, "udp", *ports), **unset))  # type: ignore[arg-type]
    for version, suffix in ((4, ""), (6, " over IPv6")):
        yield _Trial(f"ping{suffix}", frame(version, "icmp"))
        yield _Trial(f"TCP{suffix}", frame(version, "tcp"))
        yield _Trial(f"UDP{suffix}", frame(version, "udp"))
    yield _Trial("neighbour discovery", replace(frame(6, "icmp"), icmp_type=_SOLICIT))
    yield _Trial("replies over TCP", replace(frame(4, "tcp", 443, _CLIENT_PORT), state="established"))


def _ports(filter_: Installed, way: Direction, mac: str, own4: IPv4Address) -> Iterator[_Trial]:
    """Yield the ports that the filter's rules name, each once."""
    found: dict[tuple[str, int], None] = {}
    for rule in filter_.rules:
        port = rule.match.get("dstportstart")
        if rule.protocol in ("tcp", "udp", "ip") and isinstance(port, str) and port.isascii() and port.isdigit():
            protocol = rule.match.get("protocol", "") if rule.protocol == "ip" else rule.protocol
            if protocol in ("tcp", "udp") and int(port) < 2**16 and int(port) not in (67, 68):
                found[str(protocol), int(port)] = None
    for protocol, number in list(found)[:_MAX_PORTS]:
        yield _Trial(f"{protocol.upper()} {number}", _frame(way, mac, own4, 4, protocol, _CLIENT_PORT, number))


def _forged(mac: str, own4: IPv4Address) -> Iterator[_Trial]:
    sent = _frame("out", mac, own4, 4, "tcp")
    yield _Trial("another MAC address", replace(sent, source_mac=_OTHER_MAC))
    yield _Trial("another IPv4 address", replace(sent, source=_OTHER4))


def _frame(
    way: Direction, mac: str, own4: IPv4Address, version: int, protocol: str, source: int = _CLIENT_PORT,
    destination: int = _ANY_PORT,
) -> Frame:  # fmt: skip
    own, peer = (own4, _PEER4) if version == 4 else (_OWN6, _PEER6)
    ends = ((mac, own), (_PEER_MAC, peer))
    (from_mac, sender), (to_mac, receiver) = ends if way == "out" else ends[::-1]
    return Frame(
        way, 4 if version == 4 else 6, protocol, from_mac, to_mac, sender, receiver, source, destination  # type: ignore[arg-type]
    )  # fmt: skip


def _decided(filter_: Installed, trial: _Trial, *, on: bool) -> Decision:
    pause()
    return filter_.passes(trial.frame, bridge_netfilter=on)


def _told(filter_: Installed, trials: Iterable[_Trial]) -> str:
    """Return what passes, what is dropped and what is not known."""
    names: dict[str, list[str]] = {}
    general: dict[str, str] = {}
    for trial in trials:
        decision = _decided(filter_, trial, on=True)
        known = {"accept": "passes", "unknown": f"depends on {decision.missing}"}
        verdict = known.get(decision.verdict, "is dropped")
        protocol, _, port = trial.name.partition(" ")
        # A port is worth a word only if it is treated unlike the others.
        if not port.isdigit() or general.get(protocol) != verdict:
            general.setdefault(trial.name, verdict)
            names.setdefault(verdict, []).append(trial.name)
    if len(names) == 1 and len(general) > len(_IPV6):
        return f"everything usual {next(iter(names))}"
    return "; ".join(_sentence(verdict, _shortened(found)) for verdict, found in names.items())


def _sentence(verdict: str, names: list[str]) -> str:
    plural = {"passes": "pass", "is dropped": "are dropped"}.get(verdict, verdict.replace("depends", "depend"))
    return f"{listed(names)} {verdict if len(names) == 1 else plural}"


def _shortened(names: list[str]) -> list[str]:
    if not set(_IPV6) <= set(names):
        return names
    return [*(each for each in names if each not in _IPV6), "IPv6"]
