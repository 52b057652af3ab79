"""The one place where the harness asks the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from vnetlint.reach.answer import Answer, Endpoint, EndpointKind, Protocol, Question

from .probe import Measured, Pair


def predict(files: Mapping[str, str], inventory: Mapping[str, Any], question: Question) -> Answer | None:
    """The model's answer to a question about the project of files on the host of an inventory; None if it has none."""
    return None


def wrong(measured: Measured) -> list[str]:
    """Each answer of the model that differs from what was measured, in one line."""
    found = []
    for pair in measured.pairs:
        if (pair.source, pair.destination) in measured.scenario.unsure:
            continue
        for name, verdict in pair.verdicts.items():
            question = _question(measured, pair, name)
            answer = predict(measured.files, measured.inventory, question)
            if answer is None:
                continue
            outcomes = [(each.outcome.verdict, each.outcome.source) for each in answer.cases]
            seen = pair.seen.get(name)
            if any(said != verdict or not _is_source(source, seen) for said, source in outcomes):
                who = f"{pair.source} -> {pair.destination}={pair.address} v{pair.version} {name}"
                found.append(f"{who}: measured {verdict} as {seen}, predicted {outcomes}")
    return found


def _is_source(predicted: str | None, seen: str | None) -> bool:
    """Whether a predicted source, which may be a range, is the one that was seen."""
    if predicted is None or seen is None:
        return predicted == seen
    first, _, last = predicted.partition("-")
    low, mid, high = (int(ip_address(each)) for each in (first, seen, last or first))
    return low <= mid <= high


def _question(measured: Measured, pair: Pair, name: str) -> Question:
    protocol, _, port = name.partition("/")
    kinds: dict[str, Protocol] = {"icmp": "icmp", "tcp": "tcp", "udp": "udp"}
    source, destination = (_endpoint(measured, each) for each in (pair.source, pair.destination))
    return Question(source, destination, pair.version, kinds[protocol], int(port) if port else None, pair.address)


def _endpoint(measured: Measured, name: str) -> Endpoint:
    guests: Sequence[str] = [guest.name for guest in measured.scenario.guests]
    kind: EndpointKind = "host" if name == "host" else "guest" if name in guests else "machine"
    return Endpoint(kind, name)
