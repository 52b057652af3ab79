"""The one place where the harness asks the model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from tests.sources import named
from vnetlint.host import Host
from vnetlint.model import model_of
from vnetlint.project import Project
from vnetlint.reach import Reach
from vnetlint.reach.answer import Endpoint, EndpointKind, Protocol, Question
from vnetlint.xml.tree import parse

from .probe import Measured, Pair


def model(files: Mapping[str, str], inventory: Mapping[str, Any]) -> Reach:
    """The model of the project of files on the host of an inventory."""
    documents = [each for path, text in files.items() for each in parse(named(path, text))]
    models = tuple(found for each in documents if (found := model_of(each)) is not None)
    return Reach(Project(models, Host.of(inventory), complete=True))


def wrong(measured: Measured) -> list[str]:
    """Each answer of the model that differs from what was measured, in one line."""
    found = []
    reach = model(measured.files, measured.inventory)
    for pair in measured.pairs:
        if (pair.source, pair.destination) in measured.scenario.unsure:
            continue
        for name, verdict in pair.verdicts.items():
            answer = reach.ask(_question(measured, pair, name))
            outcomes = [(each.outcome.verdict, each.outcome.source) for each in answer.cases]
            seen, own = pair.seen.get(name), reach.addresses(answer.question.source)
            if any(said != verdict or not _is_source(source, seen, own) for said, source in outcomes):
                who = f"{pair.source} -> {pair.destination}={pair.address} v{pair.version} {name}"
                found.append(f"{who}: measured {verdict} as {seen}, predicted {outcomes}")
    return found


def _is_source(predicted: str | None, seen: str | None, own: Collection[str]) -> bool:
    """Whether a predicted source is the one that was seen; it may be a range, or any of several own addresses."""
    if predicted is None or seen is None:
        return predicted == seen
    if predicted in own:
        return seen in own
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
