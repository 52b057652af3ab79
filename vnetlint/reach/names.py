"""Whom a name or a pattern means, on the command line and in expectations.

A pattern is one of the shell (`web-*`), for the name of a guest or machine, or `host`, `internet` and `lan(eth0)`. It
may also be a kind of endpoint, such as `guest`, or a group as `vnetlint reach` shows it. `network:lan` means the guests
on the network `lan`; what follows the colon may be a pattern too.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from vnetlint.reach.answer import Endpoint
from vnetlint.reach.groups import Peers, name_of
from vnetlint.reach.reach import Reach
from vnetlint.validation import suggestion

ON_NETWORK = "network:"
"""What stands before the name of a network."""


def named(reach: Reach, pattern: str) -> tuple[Peers, ...]:
    """Return those whom a pattern names: of each group, the members that are named."""
    found = (
        _part_of(group, [each for each in group.members if _is_named(reach, group, each, pattern)])
        for group in reach.groups
    )
    return tuple(part for part in found if part is not None)


def groups_named(reach: Reach, *patterns: str) -> tuple[Peers, ...]:
    """Return the whole groups of those whom any of the patterns names."""
    return tuple(
        group
        for group in reach.groups
        if any(_is_named(reach, group, each, pattern) for each in group.members for pattern in patterns)
    )


def nobody(worlds: Iterable[Reach], pattern: str) -> str:
    """Return the message about a pattern that names nobody."""
    every = tuple(worlds)
    if pattern.startswith(ON_NETWORK):
        name = pattern.removeprefix(ON_NETWORK)
        known = {ON_NETWORK + each for reach in every for each in networks(reach)}
        return f"no guest is on a network named '{name}'{suggestion(pattern, sorted(known)) if known else ''}"
    names = {group.name for reach in every for group in reach.groups}
    return f"nobody is named '{pattern}'{suggestion(pattern, sorted(names)) if names else ''}"


def networks(reach: Reach) -> frozenset[str]:
    """Return the names of the networks that somebody is on."""
    return frozenset(name for endpoint in reach.endpoints for name in _networks_of(reach, endpoint))


def _part_of(group: Peers, members: list[Endpoint]) -> Peers | None:
    if len(members) == len(group.members):
        return group
    return Peers(name_of([each.name for each in members]), tuple(members)) if members else None


def _is_named(reach: Reach, group: Peers, endpoint: Endpoint, pattern: str) -> bool:
    if pattern.startswith(ON_NETWORK):
        wanted = pattern.removeprefix(ON_NETWORK)
        return any(fnmatchcase(name, wanted) for name in _networks_of(reach, endpoint))
    return pattern in (endpoint.kind, group.name) or fnmatchcase(endpoint.name, pattern)


def _networks_of(reach: Reach, endpoint: Endpoint) -> Iterator[str]:
    """Yield the names of the networks that a guest is on."""
    for nic in reach.stations[endpoint.name].nics:
        if nic.interface is not None and nic.interface.network is not None:
            yield nic.interface.network.value
        elif nic.network is not None and nic.network.name is not None:
            yield nic.network.name
