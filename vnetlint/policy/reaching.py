"""The assertion `reach`: what is to become of connections from or to an element.

The other end is the host, the LAN, the internet, or what a pattern names, as in `[[expect]]`: the guests that a
network may have (`network:dmz`), or guests (`web-*`). A pattern that names none on the element's host asks nothing.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from vnetlint.api import IpVersion, arrives, reaches
from vnetlint.model import Domain, Network, View
from vnetlint.policy.table import ReachTable
from vnetlint.policy.violation import Assertion, PolicyValueError, Violation
from vnetlint.policy.vocabulary import Subject
from vnetlint.project import Project

if TYPE_CHECKING:
    from vnetlint.reach.asking import Who

MAX_OTHERS = 100
"""Different documents of a pattern that are asked about for each element. Each question takes a millisecond or two."""

_OWN = frozenset(("mac", "target", "alias", "address", "model", "driver", "boot", "rom", "link", "coalesce"))
"""What differs between guests' NICs and does not decide who reaches them."""

_VERSIONS: dict[str | None, tuple[IpVersion, ...]] = {"ipv4": (4,), "ipv6": (6,), None: (4, 6)}
_WORDS = {"host": "the host", "lan": "the LAN", "internet": "the internet"}
_ON_NETWORK = "network:"


def reach(table: ReachTable, of: Subject) -> Assertion:
    """Return the assertion about who reaches whom. Raises PolicyValueError if the model cannot be asked that."""
    if of.on not in (Network, Domain) or "name" not in of.values or "uuid" not in of.values:
        raise PolicyValueError(("reach",), f"'reach' is about networks and guests, and not about {of.words}")
    if "this" not in (table.source, table.target):
        raise PolicyValueError(("reach",), "expected 'this' as 'from' or 'to', which is the element that is selected")
    for key, end in (("from", table.source), ("to", table.target)):
        known = ["this", *_WORDS, _ON_NETWORK]
        if (
            end not in known[:-1]
            and not end.startswith(_ON_NETWORK)
            and (near := get_close_matches(end, known, n=1, cutoff=0.8))
        ):
            named = f"{near[0]}NAME" if near[0] == _ON_NETWORK else near[0]
            raise PolicyValueError(("reach", key), f"unknown end '{end[:60]}'; did you mean '{named}'?")
    if table.port is not None and table.protocol not in ("tcp", "udp"):
        raise PolicyValueError(("reach", "port"), "'port' needs the protocol 'tcp' or 'udp'")
    expected = f"{table.source} to {table.target} {table.verdict}"

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        assert project is not None
        this = cast("Network | Domain", view)
        for one, other in _pairs(table, this, project):
            if _is_broken(table, one, other, project):
                message = f"{_named(one)} to {_named(other)}: expected '{table.verdict}'"
                place = this.mode_place if isinstance(this, Network) else this.node
                yield Violation(place, message, {"expected": expected})
                # One is enough: what opens the way to one is what has to change.
                return

    return Assertion(find, needs_project=True)


def _named(who: "Who") -> str:
    return _WORDS[who] if isinstance(who, str) else who.label


def _pairs(table: ReachTable, this: Network | Domain, project: Project) -> "Iterator[tuple[Who, Who]]":
    """Yield those who are asked about: the element, and each other end on its host."""
    if table.source == table.target:
        yield this, this
        return
    for other in _others(table.target if table.source == "this" else table.source, this, project):
        yield (this, other) if table.source == "this" else (other, this)


def _others(end: str, this: Network | Domain, project: Project) -> "Iterator[Who]":
    if end in _WORDS:
        yield cast("Who", end)
        return
    host, asked = project.host_of(this), set[object]()
    pattern = end.removeprefix(_ON_NETWORK)
    found: tuple[Network | Domain, ...] = project.guests.all if pattern == end else project.networks.all
    for each in found:
        # A network has more than one guest, and a guest does not reach itself.
        if each is this and isinstance(each, Domain):
            continue
        if each.name is not None and fnmatchcase(each.name, pattern) and project.host_of(each) == host:
            kind = _plugged(each) if isinstance(each, Domain) else each
            if kind not in asked and len(asked) < MAX_OTHERS:
                asked.add(kind)
                yield each


def _plugged(guest: Domain) -> tuple[str, ...]:
    """Return how a guest is plugged in: guests that are alike in this are reached alike."""
    source = guest.node.document.source
    parts = (child for each in guest.interfaces for child in each.node.children if child.name not in _OWN)
    return (*(each.type or "" for each in guest.interfaces), *(source.excerpt(each.span) for each in parts))


def _is_broken(table: ReachTable, one: "Who", other: "Who", project: Project) -> bool:
    """Whether an expectation is broken for certain; what depends on an unknown fact does not count."""
    versions = _VERSIONS[table.family]
    asked = {name: each for name in ("protocol", "port") if (each := getattr(table, name)) is not None}
    if all(reaches(project, one, other, version, **asked) is None for version in versions):
        return False
    if table.verdict == "blocked":
        return arrives(project, one, other, versions=versions, **asked) == ""
    return arrives(project, one, other, table.verdict, versions=versions, **asked) is None
