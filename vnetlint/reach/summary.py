"""Whom a guest reaches, and who reaches it, in a few sentences."""

from collections.abc import Iterable, Iterator

from vnetlint.dataclass import dataclass
from vnetlint.model import Network
from vnetlint.reach.answer import Answer, Endpoint, IpVersion, Question
from vnetlint.reach.build.hostside import UPLINK
from vnetlint.reach.effects import nearest_lan
from vnetlint.reach.reach import Reach
from vnetlint.reach.words import VERDICTS, Words, listed, words_of, working
from vnetlint.reach.world import Lan

VERSIONS: tuple[IpVersion, ...] = (4, 6)
LAN = "the LAN of "
NO_ROUTE = Words(False, f": {VERDICTS['no-route']}")
MAX_NAMES = 8
"""The most others that one sentence names."""


@dataclass(frozen=True)
class Relation:
    """One way between a guest and somebody else."""

    other: str
    """The other, as a sentence names it: `the host`, `the LAN of eno1`."""
    is_plural: bool
    source: Endpoint
    target: Endpoint

    def ask(self, reach: Reach, version: IpVersion) -> Answer:
        """Return what happens to a TCP connection to a port that no rule singles out."""
        return reach.ask(Question(self.source, self.target, version, "tcp"))


@dataclass(frozen=True)
class Sentence:
    """A sentence about one IP version."""

    version: IpVersion
    text: str


def of_network(reach: Reach, network: Network) -> tuple[Sentence, ...]:
    """Return what guests of a network reach, and who reaches them, in a model that has guests to ask about."""
    guest = reach.guest_of(network)
    other: _Other = ("each other", False, reach.guest_of(network, other=True))
    return _sentences(reach, guest, [other, *_others(reach, guest)], "guests")


def of_guest(reach: Reach, guest: Endpoint) -> tuple[Sentence, ...]:
    """Return what a guest reaches, and who reaches it; groups of guests that are alike count as one."""
    others = list(_others(reach, guest))
    for group in reach.groups:
        rest = [each for each in group.members if each != guest]
        if group.first.kind == "guest" and rest:
            name = group.name if guest not in group.members else f"{len(rest)} guests like it"
            others.append((rest[0].name if len(rest) == 1 else name, len(rest) > 1, rest[0]))
    return _sentences(reach, guest, others, guest.name)


def why_unplugged(reach: Reach, guest: Endpoint) -> str | None:
    """Return why a guest is connected to nothing; None if it is, or if QEMU itself opens its connections."""
    nics = reach.stations[guest.name].nics
    if any(nic.port is not None or nic.unplugged is None for nic in nics) or reach.is_behind_program(guest):
        return None
    return next((nic.unplugged.text for nic in nics if nic.unplugged is not None), None)


_Other = tuple[str, bool, Endpoint]


def _others(reach: Reach, guest: Endpoint) -> Iterator[_Other]:
    yield "the host", False, reach.world.host.endpoint
    for lan in _lans(reach, guest):
        if lan.anyone is not None:
            yield "the LAN" if lan.name == UPLINK else f"{LAN}{lan.name}", False, lan.anyone.endpoint
    for machine in reach.world.machines:
        yield machine.endpoint.name, False, machine.endpoint
    yield "the Internet", False, reach.world.internet.endpoint


def _lans(reach: Reach, guest: Endpoint) -> list[Lan]:
    """Return the LANs of the host; where its NICs are not known, which may be on one LAN, the nearest to the guest."""
    lans = reach.world.lans
    if reach.world.inventory.interfaces is not None:
        return lans
    ports = [nic.port for nic in reach.stations[guest.name].nics if nic.port is not None]
    nearest = {lan.name for port in ports if (lan := nearest_lan(reach, port)) is not None}
    found = [each for each in lans if each.anyone is not None and each.anyone.endpoint.name in nearest]
    return found or [each for each in lans if each.name == UPLINK]


def _sentences(reach: Reach, guest: Endpoint, others: Iterable[_Other], name: str) -> tuple[Sentence, ...]:
    found = []
    plural = name == "guests"
    for version in VERSIONS:
        if not reach.has_address(guest, version) and not reach.is_behind_program(guest):
            found.append(Sentence(version, f"{name} {'have' if plural else 'has'} no address"))
            continue
        there = [each for each in others if reach.has_address(each[2], version)]
        out = [Relation(other, many, guest, end) for other, many, end in there]
        back = [Relation(other, many, end, guest) for other, many, end in there if other != "each other"]
        found += [
            Sentence(version, f"{name} {_verb(words, plural)} {_names(relations)}{words.end}")
            for words, relations in _alike(reach, out, version)
        ]
        found += [
            Sentence(version, f"{_names(relations)} {_verb(words, _is_plural(relations))} {name}{words.end}")
            for words, relations in _alike(reach, back, version)
        ]
    return tuple(found)


def _alike(reach: Reach, relations: list[Relation], version: IpVersion) -> list[tuple[Words, list[Relation]]]:
    """Return the relations that end in the same words, those that work first.

    Where several fail because there is no route, that is all that is said, because each LAN has its own reason.
    """
    answers = [(each, each.ask(reach, version)) for each in relations]
    lost = [each for each, answer in answers if working(answer) is None and answer.usual.verdict == "no-route"]
    table: dict[Words, list[Relation]] = {}
    for each, answer in answers:
        words = NO_ROUTE if len(lost) > 1 and each in lost else words_of(answer)
        table.setdefault(words, []).append(each)
    return sorted(table.items(), key=lambda item: not item[0].reaches)


def _verb(words: Words, plural: bool) -> str:
    if words.reaches:
        return "reach" if plural else "reaches"
    return "do not reach" if plural else "does not reach"


def _is_plural(relations: list[Relation]) -> bool:
    return len(relations) > 1 or relations[0].is_plural


def _names(relations: list[Relation]) -> str:
    names = [each.other for each in relations]
    lans = [name.removeprefix(LAN) for name in names if name.startswith(LAN)]
    if len(lans) > 1:
        first = next(place for place, name in enumerate(names) if name.startswith(LAN))
        names = [name for name in names if not name.startswith(LAN)]
        names.insert(first, f"the LANs of {_few(lans)}")
    return _few(names)


def _few(names: list[str]) -> str:
    if len(names) > MAX_NAMES:
        names = [*names[: MAX_NAMES - 1], f"{len(names) - MAX_NAMES + 1} more"]
    return listed(names)
