"""Whom a name or a pattern means, on the command line and in expectations.

A pattern is one of the shell (`web-*`), for the name of a guest or machine, or `host`, `internet` and `lan(eth0)`. It
may also be a kind of endpoint, such as `guest`, or a group as `vnetlint reach` shows it. `network:lan` means the guests
on the network `lan`; what follows the colon may be a pattern too.
"""

from collections.abc import Iterable

from vnetlint.reach.directory import ON_NETWORK
from vnetlint.reach.groups import Peers
from vnetlint.reach.reach import Reach
from vnetlint.validation import suggestion


def named(reach: Reach, pattern: str) -> tuple[Peers, ...]:
    """Return those whom a pattern names: of each group, the members that are named."""
    return reach.directory.named(pattern)


def groups_named(reach: Reach, *patterns: str) -> tuple[Peers, ...]:
    """Return the whole groups of those whom any of the patterns names."""
    return reach.directory.groups_named(patterns)


def nobody(worlds: Iterable[Reach], pattern: str) -> str:
    """Return the message about a pattern that names nobody."""
    every = tuple(worlds)
    if pattern.startswith(ON_NETWORK):
        name = pattern.removeprefix(ON_NETWORK)
        known = {ON_NETWORK + each for reach in every for each in reach.directory.networks}
        return f"no guest is on a network named '{name}'{suggestion(pattern, sorted(known)) if known else ''}"
    names = {group.name for reach in every for group in reach.groups}
    return f"nobody is named '{pattern}'{suggestion(pattern, sorted(names)) if names else ''}"
