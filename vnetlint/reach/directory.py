"""The groups of a host by what may name their members: built once, and asked by each expectation."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from vnetlint.reach.answer import Endpoint
from vnetlint.reach.groups import Peers, name_of
from vnetlint.reach.station import Station

ON_NETWORK = "network:"
"""What stands before the name of a network."""
_Place = tuple[int, int]
"""The number of a group, and of a member in it."""
_Table = Mapping[str, list[_Place]]


class Directory:
    """Whom a pattern names. Each pattern is looked up once."""

    def __init__(self, groups: tuple[Peers, ...], stations: Mapping[str, Station]) -> None:
        self._groups = groups
        self._known: dict[str, tuple[Peers, ...]] = {}
        self._members = _table(groups, lambda each: (each.name,))
        self._kinds = _table(groups, lambda each: (each.kind,))
        self._networks = _table(groups, lambda each: _networks_of(stations[each.name]))
        self._whole: dict[str, list[_Place]] = defaultdict(list)
        for number, group in enumerate(groups):
            self._whole[group.name] += ((number, place) for place in range(len(group.members)))

    @property
    def networks(self) -> Iterable[str]:
        """The names of the networks that somebody is on."""
        return self._networks.keys()

    def named(self, pattern: str) -> tuple[Peers, ...]:
        """Return those whom a pattern names: of each group, the members that are named."""
        if pattern not in self._known:
            self._known[pattern] = tuple(self._parts(self._places(pattern)))
        return self._known[pattern]

    def groups_named(self, patterns: Iterable[str]) -> tuple[Peers, ...]:
        """Return the whole groups of those whom any of the patterns names."""
        numbers = {number for pattern in patterns for number, _ in self._places(pattern)}
        return tuple(self._groups[number] for number in sorted(numbers))

    def _places(self, pattern: str) -> set[_Place]:
        if pattern.startswith(ON_NETWORK):
            return _matching(self._networks, pattern.removeprefix(ON_NETWORK))
        exact = (*self._kinds.get(pattern, ()), *self._whole.get(pattern, ()))
        return {*exact, *_matching(self._members, pattern)}

    def _parts(self, places: Iterable[_Place]) -> Iterator[Peers]:
        parts: defaultdict[int, list[Endpoint]] = defaultdict(list)
        for number, place in sorted(places):
            parts[number].append(self._groups[number].members[place])
        for number, members in parts.items():
            group = self._groups[number]
            whole = len(members) == len(group.members)
            yield group if whole else Peers(name_of([each.name for each in members]), tuple(members))


def _table(groups: tuple[Peers, ...], names: Callable[[Endpoint], Iterable[str]]) -> _Table:
    found: defaultdict[str, list[_Place]] = defaultdict(list)
    for number, group in enumerate(groups):
        for place, member in enumerate(group.members):
            for name in names(member):
                found[name].append((number, place))
    return found


def _matching(table: _Table, pattern: str) -> set[_Place]:
    """Return the places of the names that match a pattern of the shell."""
    if not any(each in pattern for each in "*?["):
        return set(table.get(pattern, ()))
    return {place for name, places in table.items() if fnmatchcase(name, pattern) for place in places}


def _networks_of(station: Station) -> Iterator[str]:
    """Yield the names of the networks that a guest is on."""
    for nic in station.nics:
        if nic.interface is not None and nic.interface.network is not None:
            yield nic.interface.network.value
        elif nic.network is not None and nic.network.name is not None:
            yield nic.network.name
