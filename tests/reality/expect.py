"""Expectations: lines that say what is known of a scenario.

    g1 -> internet v4 allowed as 192.168.50.10
    lanhost -> g1 v6 tcp/22 rejected
    g1 -> host=192.168.60.10 v4 dropped on 12.8

A line without a protocol is about ICMP, TCP and UDP. The receiver's address is its first one unless it is written. `on`
limits a line to one version of libvirt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .probe import PROTOCOLS, Pair

_LINE = re.compile(
    r"(?P<source>\S+) -> (?P<destination>[^\s=]+)(?:=(?P<address>\S+))? v(?P<version>[46])"
    r"(?: (?P<protocol>(?:icmp|tcp|udp)(?:/\d+)?))? (?P<verdict>allowed|one-way|rejected|dropped|no-route)"
    r"(?: as (?P<seen>\S+))?(?: on (?P<libvirt>\S+))?"
)


@dataclass(frozen=True)
class Expectation:
    """A line about a pair."""

    text: str
    source: str
    destination: str
    address: str | None
    version: int
    protocols: tuple[str, ...]
    verdict: str
    seen: str | None


def expectations(text: str, libvirt: str) -> Iterator[Expectation]:
    """The lines that are about a version of libvirt."""
    for line in filter(None, map(str.strip, text.splitlines())):
        read = _LINE.fullmatch(line)
        if read is None:
            raise ValueError(f"not an expectation: {line!r}")
        if read["libvirt"] not in (None, libvirt):
            continue
        protocols = (read["protocol"],) if read["protocol"] else PROTOCOLS
        who = read["source"], read["destination"], read["address"], int(read["version"])
        yield Expectation(line, *who, protocols, read["verdict"], read["seen"])


def broken(text: str, libvirt: str, pairs: Sequence[Pair]) -> list[str]:
    """The expectations that do not hold, with what was measured instead."""
    found = []
    for each in expectations(text, libvirt):
        pair = _pair(each, pairs)
        if pair is None:
            found.append(f"{each.text}: nobody has that address")
            continue
        for protocol in each.protocols:
            got, seen = pair.verdicts.get(protocol), pair.seen.get(protocol)
            if got != each.verdict or (each.seen is not None and seen != each.seen):
                found.append(
                    f"{each.text}: {protocol} to {pair.address} is {got} as {seen} ({pair.heard.get(protocol)})"
                )
    return found


def _pair(wanted: Expectation, pairs: Sequence[Pair]) -> Pair | None:
    return next(
        (
            pair
            for pair in pairs
            if (pair.source, pair.destination, pair.version) == (wanted.source, wanted.destination, wanted.version)
            and wanted.address in (None, pair.address)
        ),
        None,
    )
