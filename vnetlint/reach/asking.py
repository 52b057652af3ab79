"""The questions of rules: who reaches whom among a few documents, however large the project is."""

from collections.abc import Iterable, Set
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack
from weakref import WeakKeyDictionary

from vnetlint.model import Domain, Network
from vnetlint.model.addresses import Subnet
from vnetlint.project import Project
from vnetlint.reach.answer import Answer, Case, Endpoint, IpVersion, Protocol, Question, Unknown, Verdict
from vnetlint.reach.effects import lan_of
from vnetlint.reach.reach import Reach
from vnetlint.reach.station import Nic, Station, StationRoute, whole
from vnetlint.reach.words import conditions

if TYPE_CHECKING:
    from vnetlint.host import Host
    from vnetlint.host.excerpt import Concern, Excerpts

Who = Network | Domain | Literal["host", "lan", "internet"]
"""Who is asked about: a guest that a network may have, a guest of the files, the host, or who is outside."""


class Asked(TypedDict, total=False):
    """What else a question tells."""

    protocol: Protocol
    port: int
    address: str
    """The receiver's address."""
    by: Domain | Literal["host"]
    """Who is the router between both, by a route that each sets by hand: the host, or a guest near them."""


class _Kept:
    """What is kept of one project for the next questions."""

    def __init__(self, host: "Host | None") -> None:
        self.worlds: dict[tuple[Network | Domain, ...], Reach] = {}
        self.answers: dict[tuple[object, ...], Answer | None] = {}
        self._host = host

    def excerpt(self, networks: Iterable[Network], domains: Iterable[Domain], more: Set[str]) -> "Host | None":
        """Return the host, without what has nothing to do with documents and more networks if it is large."""
        # Most projects have no host, and what an inventory is made of takes long to load.
        return self._excerpts.of(_concern(networks, domains, more)) if self._host is not None else None

    @cached_property
    def _excerpts(self) -> "Excerpts":
        """The tables to make excerpts from the host."""
        from vnetlint.host.excerpt import Excerpts

        assert self._host is not None
        return Excerpts(self._host)


_kept: WeakKeyDictionary[Project, _Kept] = WeakKeyDictionary()


def _kept_of(project: Project) -> _Kept:
    if project not in _kept:
        _kept[project] = _Kept(project.host)
    return _kept[project]


def reaches(
    project: Project, source: Who, target: Who, version: IpVersion = 4, **asked: Unpack["Asked"]
) -> Answer | None:
    """Return whether one can open a connection to another; None if the model does not know one of them.

    If both are one network, they are two of its guests.
    """
    answers, key = _kept_of(project).answers, (source, target, version, *sorted(asked.items()))
    if key not in answers:
        answers[key] = _answer(project, source, target, version, **asked)
    return answers[key]


def _answer(project: Project, source: Who, target: Who, version: IpVersion, **asked: Unpack["Asked"]) -> Answer | None:
    by = asked.get("by")
    documents = tuple(dict.fromkeys(each for each in (source, target, by) if isinstance(each, Network | Domain)))
    # Routes that are set by hand would change what the next question finds.
    reach = _world(project, documents) if by is None else _made(project, documents)
    one, other = _end(reach, source, target), _end(reach, target, source, second=source is target)
    if one is None or other is None:
        return None
    if by is not None:
        router = _end(reach, by, by)
        first, second = reach.stations[one.name], reach.stations[other.name]
        if router is None or not _join_by(reach.stations[router.name], first, second, version):
            return None
        _join_by(reach.stations[router.name], second, first, version)
    return reach.ask(
        Question(one, other, version, asked.get("protocol", "tcp"), asked.get("port"), asked.get("address"))
    )


def arrives(
    project: Project,
    source: Who,
    target: Who,
    *verdicts: Verdict,
    versions: tuple[IpVersion, ...] = (4, 6),
    by_firewall: bool = False,
    **asked: Unpack["Asked"],
) -> str | None:
    """Return when one reaches another over one of the IP versions: "" if always, " if …" if a fact decides, else None.

    Without other verdicts, what arrives counts although the reply may not. With `by_firewall`, only what the host's own
    firewall decides counts. Without an inventory nothing is known of the host, so it is taken to be a usual one, and
    only what is not usual is a condition.
    """
    found = [
        _condition(answer, verdicts or ("allowed", "one-way"), by_firewall, project.host is not None)
        for version in versions
        if (answer := reaches(project, source, target, version, **asked)) is not None
    ]
    return min((each for each in found if each is not None), key=bool, default=None)


def _condition(answer: Answer, verdicts: tuple[Verdict, ...], by_firewall: bool, is_told: bool) -> str | None:
    """Return the condition: the first deciding fact that is not as usual, else the first that decides."""
    fits = {
        case: case.outcome.verdict in verdicts
        and (not by_firewall or any(each.is_firewall for each in case.outcome.reasons))
        for case in answer.cases
    }
    matching = [case for case, fit in fits.items() if fit]
    if not matching:
        return None
    deciding = [(fact, value) for fact, value in matching[0].assumed if _decides(fits, fact)]
    unusual = [each for each in deciding if each[1] != each[0].values[0]]
    named = [*unusual, *(deciding if is_told else ())]
    return f" {conditions(named[:1])}" if named else ""


def _decides(fits: dict[Case, bool], fact: Unknown) -> bool:
    """Whether the value of an unknown fact decides if a case fits."""
    found = {frozenset(fit for case, fit in fits.items() if (fact, value) in case.assumed) for value in fact.values}
    return len(found) > 1


def _world(project: Project, documents: tuple[Network | Domain, ...]) -> Reach:
    """Return the model of a host with a few documents; it is kept for the next question about them."""
    kept = _kept_of(project).worlds
    if documents not in kept:
        kept[documents] = _made(project, documents)
    return kept[documents]


def _made(project: Project, documents: tuple[Network | Domain, ...]) -> Reach:
    domains = [each for each in documents if isinstance(each, Domain)]
    joined = (project.networks.of(each) for domain in domains for each in domain.interfaces)
    networks = tuple(dict.fromkeys(each for each in (*documents, *joined) if isinstance(each, Network)))
    forwarding = project.networks.forwarding_beside(documents[0])
    # Whether those run decides what the host forwards.
    more = {each.name for each in forwarding if each.name}
    host = _running(_kept_of(project).excerpt(networks, domains, more), networks)
    reach = Reach(Project((*networks, *domains), host, True, project.external, project.target), probes=True)
    reach.world.forwarding_networks += forwarding
    return reach


def _concern(networks: Iterable[Network], domains: Iterable[Domain], more: Set[str]) -> "Concern":
    """Return what documents, and more networks, have to do with the host."""
    from vnetlint.host.excerpt import Concern

    names: set[str | None] = {*more}
    subnets: set[Subnet | None] = set()
    for network in networks:
        places = (*(network.forward.devices if network.forward else ()), *network.lower_devices)
        names |= {network.name, network.bridge_name, *(each.value for each in places)}
        subnets |= {*(each.subnet for each in network.ips), *(each.subnet for each in network.routes)}
    for domain in domains:
        named = (each for one in domain.interfaces for each in (one.host_bridge, *one.lower_devices) if each)
        names |= {domain.name, *(each.value for each in named)}
    return Concern(frozenset(filter(None, names)), frozenset(filter(None, subnets)))


def _running(host: "Host | None", networks: tuple[Network, ...]) -> "Host | None":
    """Return the host as it is once networks run that may be stopped now."""
    names = {each.name for each in networks}
    known = host.inventory.networks if host is not None else None
    if host is None or not any(each.active is False and each.name in names for each in known or ()):
        return host
    running = tuple(each.model_copy(update={"active": None}) if each.name in names else each for each in known or ())
    return replace(host, inventory=host.inventory.model_copy(update={"networks": running}))


def _end(reach: Reach, who: Who, other: Who, second: bool = False) -> Endpoint | None:
    """Return who is asked about, as the model names it; `lan` is the one that is nearest to the other."""
    if isinstance(who, Network):
        probes = reach.world.probes.get(who)
        return probes[1 if second else 0].endpoint if probes else None
    if isinstance(who, Domain):
        return next((each.endpoint for each in reach.world.guests if each.endpoint.view is who), None)
    if who != "lan":
        return (reach.world.host if who == "host" else reach.world.internet).endpoint
    if isinstance(other, Network) and other in reach.world.probes:
        return lan_of(reach, other)
    return next((each.anyone.endpoint for each in reach.world.lans if each.anyone is not None), None)


def _join_by(router: Station, one: Station, other: Station, version: IpVersion) -> bool:
    """Set a route to the other by a router on the same segment; return whether there is one."""
    for nic in one.nics:
        gateway = next(
            (own.address for each in router.nics if _are_joined(nic, each) for own in each.addresses(version)), None
        )
        if gateway is not None:
            one.routes += [
                StationRoute(whole(version, own.address), gateway, nic)
                for each in other.nics
                for own in each.addresses(version)
            ]
            return True
    return False


def _are_joined(one: Nic, other: Nic) -> bool:
    return one.port is not None and other.port is not None and one.port.device is other.port.device
