"""The layer of ebtables: a root chain for each direction, which jumps to the chains of protocols."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from vnetlint.dataclass import dataclass
from vnetlint.model.filterchains import CHAIN_PRIORITIES
from vnetlint.reach.filters.expand import PlacedRule
from vnetlint.reach.filters.frame import Direction, Missing
from vnetlint.reach.filters.match import ARP, Headers, matches

_VISITORS = {"ipv4": 0x0800, "ipv6": 0x86DD, "arp": ARP, "rarp": 0x8035, "vlan": 0x8100}
"""The type of the frames that visit a chain; all visit those of `mac`, and only spanning tree those of `stp`."""


@dataclass(frozen=True)
class Possible:
    """One thing that may happen: a verdict, or None to go on, with the rule that decides it."""

    verdict: str | None
    rule: PlacedRule | None = None
    missing: Missing | None = None
    """What is not known and decides whether it happens."""
    end: PlacedRule | None = None
    """The last rule of a chain that accepted because none of its rules decided."""


@dataclass(frozen=True)
class Chains:
    """The chains of one direction."""

    root: tuple[PlacedRule, ...]
    subchains: dict[str, tuple[PlacedRule, ...]]
    order: tuple[tuple[int, str], ...]
    """The subchains' names, each with its priority, in the order in which they are visited."""

    def outcomes(self, packet: Headers, *, backwards: bool) -> list[Possible]:
        """Return what may become of a packet: one thing, or several if something is not known.

        The root chain's own rules come by priority. The jump to a chain comes before rules of the same priority.
        """
        found: list[Possible] = []
        open_question: Missing | None = None
        for step in self._steps(packet):
            if isinstance(step, PlacedRule):
                # The root chain was called for every frame of the port, and what returns from it is accepted.
                possible = [_with("accept", each) for each in run((step,), packet, backwards=backwards)]
            else:
                possible = self._together(step, packet, backwards)
            open_question = open_question or next((each.missing for each in possible if each.missing), None)
            # What comes after a step that is not certain to go on depends on what decides there.
            found += [replace(each, missing=each.missing or open_question) for each in possible if each.verdict]
            if all(each.verdict for each in possible):
                return found
        return [*found, Possible("accept", missing=open_question)]

    def _steps(self, packet: Headers) -> Iterator[PlacedRule | list[str]]:
        visited = [each for each in self.order if _visits(packet, each[1])]
        groups = [(priority, [name for _, name in group]) for priority, group in groupby(visited, lambda each: each[0])]
        for rule in self.root:
            while groups and groups[0][0] <= rule.priority:
                yield groups.pop(0)[1]
            yield rule
        for _, names in groups:
            yield names

    def _together(self, names: Sequence[str], packet: Headers, backwards: bool) -> list[Possible]:
        """Visit chains of one priority. Their order is an accident of libvirt's, so it must not matter."""
        visits = [self._visited(self.subchains[name], packet, backwards) for name in names]
        ends = [[each for each in possible if each.verdict is not None] for possible in visits]
        on = [each for possible in visits for each in possible if each.verdict is None]
        goes_on = all(any(each.verdict is None for each in possible) for possible in visits)
        if len({each.verdict for end in ends for each in end}) > 1 and sum(map(bool, ends)) > 1:
            order = Missing("the order of the chains " + " and ".join(f"'{name}'" for name in sorted(names)))
            ends = [[replace(each, missing=each.missing or order) for each in end] for end in ends]
        return [*(each for end in ends for each in end), *(on if goes_on else [])]

    def _visited(self, rules: Sequence[PlacedRule], packet: Headers, backwards: bool) -> list[Possible]:
        """Visit one chain. What none of its rules decides is accepted, which is the policy of ebtables for a chain."""
        end = Possible("accept", end=rules[-1])
        possible = run(rules, packet, backwards=backwards)
        return [end if each.verdict is None else _with(None, each) for each in possible]


def _with(verdict: str | None, one: Possible) -> Possible:
    """Replace the verdict `return` by what it means here."""
    return replace(one, verdict=verdict) if one.verdict == "return" else one


def run(rules: Sequence[PlacedRule], packet: Headers, *, backwards: bool) -> list[Possible]:
    """Return what may happen to a packet in rules that follow each other; `return` and None go on after them."""
    found: list[Possible] = []
    for rule in rules:
        matched = matches(rule, packet.swapped() if backwards and rule.direction == "inout" else packet)
        if matched is False or rule.action == "continue":
            continue
        verdict = "drop" if rule.action == "reject" else rule.action
        found.append(Possible(verdict, rule, matched if isinstance(matched, Missing) else None))
        if matched is True:
            return found
    return [*found, Possible(None)]


def _visits(packet: Headers, chain: str) -> bool:
    prefix = _protocol(chain)
    return prefix == "mac" or packet.ethertype == _VISITORS.get(prefix)


def _protocol(chain: str) -> str:
    return next((each for each in CHAIN_PRIORITIES if chain.startswith(each)), "")


def chains_of(rules: Sequence[PlacedRule], direction: Direction) -> Chains:
    """Return the chains that libvirt makes of a filter's rules for one direction."""
    own = sorted(
        (each for each in rules if each.layer == "ethernet" and each.direction in (direction, "inout")),
        key=lambda each: each.priority,
    )
    subchains: dict[str, tuple[PlacedRule, ...]] = {}
    priorities: dict[str, int] = {}
    for rule in own:
        if rule.chain != "root":
            subchains[rule.chain] = (*subchains.get(rule.chain, ()), rule)
            # Filters that share a chain may differ in its priority. The last rule wins.
            priorities[rule.chain] = rule.chain_priority
    order = tuple(sorted((priority, name) for name, priority in priorities.items()))
    return Chains(tuple(each for each in own if each.chain == "root"), subchains, order)


def refused(rules: Sequence[PlacedRule]) -> str | None:
    """Return a chain that libvirt cannot make before a rule of it, because filters disagree about its priority."""
    own = sorted((each for each in rules if each.layer == "ethernet"), key=lambda each: each.priority)
    for direction in ("in", "out"):
        priorities = {each.chain: each.chain_priority for each in own if each.direction in (direction, "inout")}
        made = {name: number for name, number in priorities.items() if name != "root"}
        for rule in sorted(own, key=lambda each: each.chain != "root"):
            at = rule.priority if rule.chain == "root" else max(rule.priority, rule.chain_priority)
            made = {name: number for name, number in made.items() if number > at}
            if rule.chain in made and rule.direction in (direction, "inout"):
                return rule.chain
    return None
