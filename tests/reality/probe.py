"""The measurement: all probes of all pairs at once, and what each result means."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from .guests import attach, domain
from .inventory import inventory
from .members import ask_all
from .scenario import Scenario
from .world import PORT, World, running

Verdict = Literal["allowed", "one-way", "rejected", "dropped", "no-route"]
PROTOCOLS: tuple[Literal["icmp", "tcp", "udp"], ...] = ("icmp", "tcp", "udp")
WAIT = 0.8
"""Seconds until a probe is sent again, and from then to the end."""
TRIES = 2

_ICMP: dict[str, Verdict] = {
    **dict.fromkeys(("3/0", "3/6", "3/11"), "no-route"),
    **dict.fromkeys(("3/2", "3/3", "3/9", "3/10", "3/13"), "rejected"),
    # The last router gets no answer from the receiver.
    "3/1": "dropped",
    # A packet that goes round in circles is lost.
    "11/0": "dropped",
}
_ICMP6: dict[str, Verdict] = {
    **dict.fromkeys(("1/0", "1/2"), "no-route"),
    **dict.fromkeys(("1/1", "1/4", "1/5", "1/6"), "rejected"),
    "1/3": "dropped",
    "3/0": "dropped",
}
_OTHER: dict[str, Verdict] = {
    "reset": "rejected",
    "nothing": "dropped",
    **dict.fromkeys(("ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL", "EINVAL"), "no-route"),
}


def verdict(version: int, result: str, *, arrived: bool) -> Verdict:
    """The verdict for what the sender heard: reply, reset, nothing, an errno, or `icmp TYPE/CODE from ADDRESS`."""
    if result == "reply" and arrived:
        return "allowed"
    if arrived:
        return "one-way"
    if result == "reply":
        # Somebody else has the address and answered.
        return "dropped"
    heard = re.match(r"icmp (\d+/\d+) ", result)
    if heard is None:
        return _OTHER[result]
    return (_ICMP if version == 4 else _ICMP6)[heard[1]]


@dataclass(frozen=True)
class Pair:
    """A sender and an address of a receiver, with the verdict for each protocol, such as `icmp` or `tcp/22`."""

    source: str
    destination: str
    address: str
    version: Literal[4, 6]
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    """The sender's address as the receiver saw it, for each protocol that arrived."""
    heard: dict[str, str] = field(default_factory=dict)
    """What the sender heard."""

    def as_json(self) -> dict[str, Any]:
        """The pair as plain data; `seen` is one address if all protocols agree."""
        sources = sorted(set(self.seen.values()))
        return {
            "from": self.source,
            "to": self.destination,
            "address": self.address,
            "version": self.version,
            **self.verdicts,
            "seen": sources[0] if len(sources) == 1 else self.seen or None,
            "heard": {name: text for name, text in self.heard.items() if text != "reply"},
        }


@dataclass(frozen=True)
class Measured:
    """A measured scenario: what a model has to be asked with, and what it has to answer."""

    scenario: Scenario
    version: str
    inventory: dict[str, Any]
    files: dict[str, str]
    """The networks', guests' and filters' XML, by file names."""
    said: dict[str, str]
    """What libvirt refused, by file name."""
    pairs: tuple[Pair, ...]
    after: dict[str, str]
    """The host's forwarding once the networks are started."""

    def as_json(self) -> dict[str, Any]:
        """The whole as plain data."""
        return {
            "name": self.scenario.name,
            "title": self.scenario.title,
            "libvirt": self.version,
            "inventory": self.inventory,
            "files": self.files,
            "refused": self.said,
            "after": self.after,
            "pairs": [pair.as_json() for pair in self.pairs],
            "unsure": [list(each) for each in self.scenario.unsure],
        }


def measure(scenario: Scenario, version: str) -> Measured:
    """Build a scenario's world, measure it, and take it down."""
    with running(scenario, version) as world:
        attach(world)
        pairs = _pairs(world)
        files = {f"networks/{index}.xml": xml for index, xml in enumerate(scenario.networks)}
        files |= {f"filters/{index}.xml": xml for index, xml in enumerate(scenario.filters)}
        said = {name: said.message for name, xml in files.items() if not (said := world.said[xml]).ok}
        files |= {f"guests/{guest.name}.xml": domain(scenario, index) for index, guest in enumerate(scenario.guests)}
        after = world.host.ask("read", paths=["ipv4/ip_forward", "ipv6/conf/all/forwarding"])
        return Measured(scenario, version, inventory(world), files, said, pairs, after)


def _pairs(world: World) -> tuple[Pair, ...]:
    members = world.members
    ask_all(members, "open", [{"ports": [PORT, *world.scenario.ports]}] * len(members))
    addresses = {member.name: _addresses(member.run("ip", "-json", "address")) for member in members}
    asked: list[tuple[str, int]] = [("icmp", 0), ("tcp", PORT), ("udp", PORT)]
    asked += [(protocol, port) for port in world.scenario.ports for protocol in ("tcp", "udp")]
    numbers = itertools.count(1)
    pairs: list[Pair] = []
    sent: dict[int, tuple[Pair, str]] = {}
    orders: list[dict[str, Any]] = []
    for source in members:
        own = [
            Pair(source.name, destination.name, address, 6 if ":" in address else 4)
            for destination in members
            if source is not destination
            for address in addresses[destination.name]
        ]
        pairs += own
        probes = []
        # ICMP to all comes first, because a kernel without a route tells it to a sender five times and then seldom.
        for (protocol, port), pair in itertools.product(asked, own):
            number = next(numbers)
            sent[number] = pair, protocol if port in (0, PORT) else f"{protocol}/{port}"
            aim = {"version": pair.version, "address": pair.address, "protocol": protocol, "port": port}
            probes.append({"number": number, **aim})
        orders.append({"probes": probes, "wait": WAIT, "tries": TRIES})
    heard = {int(key): text for each in ask_all(members, "probe", orders) for key, text in each.items()}
    arrived = {member.name: each for member, each in zip(members, ask_all(members, "arrived"), strict=True)}
    for number, (pair, name) in sent.items():
        source_seen = arrived[pair.destination].get(str(number))
        pair.heard[name] = heard[number]
        pair.verdicts[name] = verdict(pair.version, heard[number], arrived=source_seen is not None)
        if source_seen is not None:
            pair.seen[name] = source_seen
        # What ICMP was told about routes is true of all.
        elif heard[number] == "nothing" and pair.verdicts["icmp"] == "no-route":
            pair.verdicts[name] = "no-route"
    return tuple(pairs)


def _addresses(text: str) -> list[str]:
    """The addresses of a member, except its loopback and those that work only on one link."""
    return [
        each["local"]
        for link in json.loads(text)
        if link["ifname"] != "lo"
        for each in link["addr_info"]
        if each["scope"] != "link"
    ]
