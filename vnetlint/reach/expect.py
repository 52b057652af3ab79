"""Whether who reaches whom is what a site expects.

`blocked` is a promise that nothing gets through: it has to hold for every protocol, every port that some rule singles
out, and every address of the receiver. `allowed` is about the receiver's usual address and a port that no rule singles
out, because a firewall that closes a few ports is no reason to say that somebody is not reached.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from vnetlint.dataclass import dataclass
from vnetlint.errors import ExpectationError
from vnetlint.project import Project
from vnetlint.reach.answer import Answer, Case, Endpoint, IpVersion, Protocol, Question, Unknown, Verdict
from vnetlint.reach.directory import ON_NETWORK
from vnetlint.reach.groups import Peers, name_of
from vnetlint.reach.matrix import PROTOCOLS
from vnetlint.reach.names import named, nobody
from vnetlint.reach.reach import Reach
from vnetlint.settings import Expectation
from vnetlint.xml.node import Attribute, Node

if TYPE_CHECKING:
    from vnetlint.host.firewall import FirewallRule

_Pair = tuple[Peers, Peers, Endpoint, Endpoint]
"""Two groups, each with the member that represents it."""
_VERSIONS: dict[str, IpVersion] = {"ipv4": 4, "ipv6": 6}


@dataclass(frozen=True)
class Breach:
    """What breaks an expectation, or would under some value of an unknown fact."""

    expectation: Expectation
    source: Peers
    target: Peers
    question: Question
    case: Case
    """The first case that breaks it."""
    missing: tuple[Unknown, str] | None
    """The unknown fact that decides, with the value that breaks it; None if every value does."""
    is_usual: bool
    """Whether it is broken if every unknown fact has its usual value."""
    others: int = 0
    """How many more groups break it together with the same guests."""

    @property
    def place(self) -> Node | Attribute | None:
        """The element that causes it; None if no element does."""
        return next((each.place for each in reversed(self.case.outcome.reasons) if each.place is not None), None)

    @property
    def why(self) -> str:
        """The reason: what lets the packets through at the element that causes it, or else what stops them."""
        reasons, place = self.case.outcome.reasons, self.place
        if self.case.outcome.verdict in ("allowed", "one-way") and self.expectation.verdict != "allowed":
            return next((each.text for each in reasons if each.place == place), "")
        return reasons[-1].text if reasons else ""

    @property
    def is_certain(self) -> bool:
        """Whether it is broken whatever the unknown facts are."""
        return self.missing is None

    @property
    def guests(self) -> tuple[Endpoint, ...]:
        """The guests at both ends, one for each group."""
        return tuple(each for each in (self.question.source, self.question.destination) if each.kind == "guest")


def worlds_of(project: Project, expectations: tuple[Expectation, ...]) -> tuple[Reach, ...]:
    """Return the model of each host of a project."""
    sites = dict.fromkeys(project.host_of(each) for each in (*project.guests.all, *project.networks.all))
    probes = any(each.startswith(ON_NETWORK) for one in expectations for each in (one.source, one.target))
    return tuple(Reach(project, site, probes=probes) for site in sites)


def breaches(worlds: Iterable[Reach], expectation: Expectation, pause: Callable[[], None]) -> tuple[Breach, ...]:
    """Return what breaks an expectation: one for each group of guests. It is about each host that has both ends.

    `pause` is called before each pair of groups. If it raises an exception, the call ends with it.

    Raises ExpectationError if an end names nobody.
    """
    every = tuple(worlds)
    ends = [(reach, _end(reach, expectation.source), _end(reach, expectation.target)) for reach in every]
    patterns = (expectation.source, expectation.source_place), (expectation.target, expectation.target_place)
    for side, (pattern, place) in enumerate(patterns, 1):
        if not any(each[side] for each in ends):
            raise ExpectationError(f"{place}: {nobody(every, pattern)}")
    if not any(True for _, sources, targets in ends for _ in _pairs(sources, targets)):
        text = f"no host has somebody else named '{expectation.target}' for '{expectation.source}' to reach"
        raise ExpectationError(f"{expectation.target_place}: {text}")
    return tuple(
        each
        for reach, sources, targets in ends
        for each in _by_guests(_breach(reach, expectation, *pair) for pair in _paused(_pairs(sources, targets), pause))
    )


def _end(reach: Reach, pattern: str) -> tuple[Peers, ...]:
    """Return whom a pattern names. A network without guests is represented by guests that it could have."""
    found = named(reach, pattern)
    real = [tuple(each for each in group.members if each.name not in reach.imagined) for group in found]
    if any(real) or not pattern.startswith(ON_NETWORK):
        return tuple(Peers(name_of([each.name for each in members]), members) for members in real if members)
    return tuple(Peers(group.first.name, group.members) for group in found)


def _pairs(sources: tuple[Peers, ...], targets: tuple[Peers, ...]) -> Iterator[_Pair]:
    """Yield the pairs of groups, each with two members that represent it. What is between others is not the host's."""
    for source in sources:
        for target in targets:
            ends = next(
                ((one, other) for one in source.members[:2] for other in target.members[:2] if one != other), None
            )
            if ends is not None and {"guest", "host"} & {each.kind for each in ends}:
                yield source, target, *ends


def _paused(found: Iterable[_Pair], pause: Callable[[], None]) -> Iterator[_Pair]:
    for each in found:
        pause()
        yield each


def _breach(
    reach: Reach, expectation: Expectation, source: Peers, target: Peers, one: Endpoint, other: Endpoint
) -> Breach | None:
    """Return what breaks an expectation between two groups, what is certain first."""
    possible: Breach | None = None
    for answer in _answers(reach, expectation, one, other):
        broken = [each for each in answer.cases if not _is_kept(expectation, each.outcome.verdict)]
        if broken:
            kept = next((each for each in answer.cases if each not in broken), None)
            missing = _difference(broken[0], kept) if kept is not None else None
            is_usual = broken[0] is answer.cases[0]
            found = Breach(expectation, source, target, answer.question, broken[0], missing, is_usual)
            if found.is_certain:
                return found
            possible = possible or found
    return possible


def _difference(broken: Case, kept: Case) -> tuple[Unknown, str]:
    """Return the first fact that has another value in the other case, and its value in this one."""
    others = dict(kept.assumed)
    return next((fact, value) for fact, value in broken.assumed if others.get(fact, value) != value)


def _is_kept(expectation: Expectation, verdict: Verdict) -> bool:
    if expectation.verdict == "blocked":
        return verdict not in ("allowed", "one-way")
    return verdict == expectation.verdict


def _answers(reach: Reach, expectation: Expectation, one: Endpoint, other: Endpoint) -> Iterator[Answer]:
    """Yield the answers to all questions that an expectation is about."""
    for version in _versions(reach, expectation, one, other):
        for protocol in _protocols(reach, expectation):
            for port in _ports(reach, expectation, protocol):
                for address in _addresses(reach, expectation, version, other):
                    yield reach.ask(Question(one, other, version, protocol, port, address))


def _versions(reach: Reach, expectation: Expectation, one: Endpoint, other: Endpoint) -> tuple[IpVersion, ...]:
    """Return the IP versions that an expectation is about: the one that it names, else those that both ends have.

    Without any, it is all of them: nothing is reached then, except from a guest whose network is QEMU's own.
    """
    if expectation.family is not None:
        return (_VERSIONS[expectation.family],)
    every = tuple(_VERSIONS.values())
    both = tuple(each for each in every if _has(reach, one, each) and _has(reach, other, each))
    return both if both and expectation.verdict != "blocked" else every


def _has(reach: Reach, endpoint: Endpoint, version: IpVersion) -> bool:
    return any(nic.addresses(version) for nic in reach.stations[endpoint.name].nics)


def _protocols(reach: Reach, expectation: Expectation) -> tuple[Protocol, ...]:
    if expectation.protocol is not None:
        return (expectation.protocol,)
    return PROTOCOLS[:1] if reach.ignores_protocols else PROTOCOLS


def _ports(reach: Reach, expectation: Expectation, protocol: Protocol) -> tuple[int | None, ...]:
    if expectation.port is not None or protocol == "icmp" or expectation.verdict == "allowed":
        return (expectation.port,)
    return (None, *_told_apart(reach))


@lru_cache(maxsize=1)
def _told_apart(reach: Reach) -> tuple[int, ...]:
    """Return a port of each range that firewalls, network filters and opened ports tell apart."""
    rules = [rule for chain in reach.world.inventory.firewall or () for rule in chain.rules]
    rules += [rule for station in reach.world.stations() for rule in station.firewall]
    ranges = (*_ranges(rules), *_filtered(reach.project), *_opened(reach))
    bounds = {bound for first, last in ranges for bound in (first, last + 1)}
    return tuple(sorted(each for each in bounds if 0 < each < 65536))


def _ranges(rules: "Iterable[FirewallRule]") -> Iterator[tuple[int, int]]:
    for rule in rules:
        yield from rule.ports or ()
        yield from _ranges(rule.rules)


def _filtered(project: Project) -> Iterator[tuple[int, int]]:
    """Yield the ranges of ports in network filters; a variable may be any number that a guest gives to one."""
    for rule in (rule for each in project.filters.all for rule in each.rules):
        first = rule.match.get("dstportstart") if rule.match else None
        last = rule.match.get("dstportend") if rule.match else None
        if first is not None and first.isdecimal():
            yield int(first), int(last) if last is not None and last.isdecimal() else int(first)
    for interface in (interface for each in project.guests.all for interface in each.interfaces):
        for value in (one.value for reference in interface.filterrefs for one in reference.parameters):
            if value is not None and value.isdecimal():
                yield int(value), int(value)


def _opened(reach: Reach) -> Iterator[tuple[int, int]]:
    """Yield the ranges of ports that guests open on the host."""
    for interface in (nic.interface for guest in reach.world.guests for nic in guest.nics if nic.interface):
        for each in interface.port_ranges:
            if each.first is not None:
                yield each.first, each.last or each.first


def _addresses(
    reach: Reach, expectation: Expectation, version: IpVersion, endpoint: Endpoint
) -> tuple[str | None, ...]:
    if expectation.verdict == "allowed" or endpoint.kind in ("lan", "internet"):
        return (None,)
    found = [each for each in reach.addresses(endpoint) if (":" in each) == (version == 6)]
    return tuple(found) or (None,)


def _by_guests(found: Iterable[Breach | None]) -> Iterator[Breach]:
    """Yield one breach for each group of guests, that of the sender if both are guests: the first that is certain."""
    table: dict[tuple[str, str], list[Breach]] = {}
    for each in filter(None, found):
        group, end = (each.source, "from") if each.source.first.kind == "guest" else (each.target, "to")
        table.setdefault((group.name, end), []).append(each)
    for alike in table.values():
        first = next((each for each in alike if each.is_certain), alike[0])
        yield replace(first, others=sum(each.is_certain == first.is_certain for each in alike) - 1)
