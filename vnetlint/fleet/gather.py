"""The facts of one host, from its files, its inventory and what was found in them.

What is found on a host is judged on the host, where its text, configuration and suppressions are. Its facts contain the
findings, so that nothing of a file leaves the host but names, addresses and places.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from vnetlint import __version__
from vnetlint.cache.codec import plain_finding, written
from vnetlint.finding import Finding
from vnetlint.fleet.lans import Lans, device_of
from vnetlint.fleet.rows import Row
from vnetlint.host import Host
from vnetlint.model import Interface, Model, Network
from vnetlint.model.addresses import Subnet
from vnetlint.model.view import View, known
from vnetlint.project import Project
from vnetlint.settings import Settings
from vnetlint.xml.node import Attribute, Node
from vnetlint.xml.source import Source


class HostFacts(NamedTuple):
    """What the facts of a host are made from."""

    name: str
    models: Sequence[Model]
    sources: Sequence[Source]
    findings: Sequence[Finding]
    settings: Settings
    migration: str | None = None
    """The group of hosts between which its guests migrate; by default that of the inventory."""


def rows_of(facts: HostFacts) -> Iterator[Row]:
    """Yield the rows of a host."""
    project = Project.under(replace(facts.settings, one_host=True), facts.models)
    host = facts.settings.host
    yield _host(facts, host)
    for source in facts.sources:
        yield Row("file", facts.name, source.path, line_starts=tuple(source.lines.starts))
    for finding in facts.findings:
        yield _finding(facts.name, finding)
    yield from _elsewhere(project, facts.name)
    yield from _devices(host, facts.name)
    lans = Lans(host)
    for network in project.networks.all:
        if network.name:
            yield from _network(network, facts.name, lans)
    for nic in project.guests.interfaces:
        yield from _nic(nic, facts.name, project, lans)


def _host(facts: HostFacts, host: Host | None) -> Row:
    group = facts.migration or (host.inventory.migration_group if host else None)
    told = host is not None and host.inventory.networks is not None
    return Row(
        "host",
        facts.name,
        name=facts.name,
        migration=group,
        complete=facts.settings.complete or told,
        detail=f"{__version__} {_judged_by(facts.settings)}",
    )


def _judged_by(settings: Settings) -> str:
    """Return a hash of the rules that judged a host, so that a fleet knows whether others judged another one."""
    policies = sorted(each.text for each in settings.policies)
    chosen = "\0".join((*sorted(settings.rules), *settings.plugins, *policies))
    return sha256(chosen.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _elsewhere(project: Project, name: str) -> Iterator[Row]:
    """Yield the networks that the host has and no file defines."""
    for each in sorted(project.networks.names - project.networks.by_name.keys()):
        yield Row("network", name, name=each)


def _devices(host: Host | None, name: str) -> Iterator[Row]:
    """Yield the bridges and NICs of the host, and whether these are all that it has."""
    if host is None or host.inventory.interfaces is None:
        return
    for each in host.links:
        yield Row("device", name, name=each.name, complete=not host.inventory.partial)


def _network(network: Network, name: str, lans: Lans) -> Iterator[Row]:
    groups = sorted(each for each in network.portgroups_by_name if each)
    row = _row("network", name, network.name_node, network)._replace(
        name=network.name,
        uuid=str(network.uuid) if network.uuid else None,
        mode=network.mode,
        bridge=device_of(network) if not network.owns_bridge else network.bridge_name,
        mtu=lans.mtu(network),
        lan=lans.of_network(network),
        subnets=", ".join(sorted(str(each.subnet) for each in network.ips if each.subnet))
        if network.owns_bridge
        else None,
        detail=", ".join(groups),
    )
    yield row
    for ip in network.ips if network.owns_bridge else ():
        if ip.subnet is not None:
            router = lans.router() if ip.family in network.routed_families else None
            low, high = _ends(ip.subnet)
            yield _row("subnet", name, ip.node, ip)._replace(
                network=network.name, router=router, low=low, high=high, detail=str(ip.subnet)
            )


def _ends(subnet: Subnet) -> tuple[str, str]:
    """Return the first and the last address, as texts that sort as addresses do."""
    return f"{subnet.version}:{int(subnet[0]):032x}", f"{subnet.version}:{int(subnet[-1]):032x}"


def _nic(nic: Interface, name: str, project: Project, lans: Lans) -> Iterator[Row]:
    network, own = project.networks.of(nic), nic.bridge or nic.device
    named = nic.network or own
    device = device_of(network) if network else known(own.value) if own else None

    def row(kind: str, at: Attribute) -> Row:
        return _row(kind, name, at, nic)._replace(
            name=nic.domain.name,
            uuid=str(nic.domain.uuid) if nic.domain.uuid else None,
            mode=nic.type,
            network=known(nic.network.value) if nic.network else None,
            bridge=known(own.value) if own else None,
        )

    # The two NICs of a teaming pair have one address on purpose.
    if nic.mac and nic.mac_place and not nic.teaming:
        lan = lans.plugged(device, project.guests.plugs_of(nic)) if device else None
        yield row("nic", nic.mac_place)._replace(mac=nic.mac, lan=lan)
    if named is not None and known(named.value):
        yield row("use", named)


def _row(kind: str, host: str, at: Node | Attribute, view: View) -> Row:
    """Return a row about a place."""
    node = at.node if isinstance(at, Attribute) else at
    span = at.span if isinstance(at, Attribute) else at.open_span
    return Row(kind, host, view.path, span.start, span.end, node.path)


def _finding(host: str, finding: Finding) -> Row:
    detail = written(plain_finding(without_edits(finding))).decode()
    return Row("finding", host, finding.path, *finding.span, name=finding.rule, mode=finding.severity, detail=detail)


def without_edits(finding: Finding) -> Finding:
    """Return a finding whose fixes are only named: they are made on the host that has the files."""
    fixes = tuple(replace(each, edits=(), snippet="", safety="display") for each in finding.fixes)
    return replace(finding, fixes=fixes)
