"""Guests that no file defines, to ask what a network means for any guest on it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from vnetlint.inputkey import FileKey
from vnetlint.model import Domain, Network
from vnetlint.project import Project
from vnetlint.reach.answer import Endpoint
from vnetlint.reach.reach import Reach
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


@dataclass(frozen=True)
class Probe:
    """Two guests with the same interface, in a world without other guests."""

    reach: Reach
    first: Endpoint
    second: Endpoint


def probe(project: Project, interface: str, name: str) -> Probe:
    """Return two guests that have one interface each, as XML."""
    return _placed(project, [(name, interface)])[0]


def probes(project: Project, networks: Iterable[Network]) -> dict[Network, Probe]:
    """Return two guests on each network; of networks with one name, on the first, because libvirt has only one.

    A guest in mode 'passthrough' has a NIC to itself, so it is in a world of its own.
    """
    named: dict[str, Network] = {}
    for network in networks:
        if network.name:
            named.setdefault(network.name, network)
    shared = [each for each in named.values() if each.mode != "passthrough"]
    alone = [[each] for each in named.values() if each.mode == "passthrough"]
    return {
        network: placed
        for together in (shared, *alone)
        for network, placed in zip(together, _placed(project, [_on(each) for each in together]), strict=True)
    }


def _on(network: Network) -> tuple[str, str]:
    name = network.name or ""
    return name, f"<interface type='network'><source network={quoteattr(name)}/></interface>"


def _placed(project: Project, wanted: list[tuple[str, str]]) -> list[Probe]:
    """Return the pairs of guests for interfaces, all in one world."""
    pairs = [
        (_domain(f"a guest of {name}", interface), _domain(f"another guest of {name}", interface))
        for name, interface in wanted
    ]
    others = tuple(each for each in project.models if not isinstance(each, Domain))
    models = (*others, *(domain for pair in pairs for domain in pair))
    reach = Reach(replace(project, models=models, complete=True))
    return [Probe(reach, *(reach.stations[domain.name or ""].endpoint for domain in pair)) for pair in pairs]


def _domain(name: str, interface: str) -> Domain:
    text = f"<domain type='kvm'><name>{escape(name)}</name><devices>{interface}</devices></domain>"
    return Domain(parse(Source(FileKey("(a guest)"), text))[0].root)
