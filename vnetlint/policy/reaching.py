"""The assertion `reach`: what is to become of connections from or to an element."""

from collections.abc import Iterator
from typing import cast

from vnetlint.api import IpVersion, arrives, reaches
from vnetlint.model import Domain, Network, View
from vnetlint.policy.table import ReachTable
from vnetlint.policy.violation import Assertion, PolicyValueError, Violation
from vnetlint.policy.vocabulary import Subject
from vnetlint.project import Project

_VERSIONS: dict[str | None, tuple[IpVersion, ...]] = {"ipv4": (4,), "ipv6": (6,), None: (4, 6)}
_WORDS = {"host": "the host", "lan": "the LAN", "internet": "the internet"}


def reach(table: ReachTable, of: Subject) -> Assertion:
    """Return the assertion about who reaches whom. Raises PolicyValueError if the model cannot be asked that."""
    if of.on not in (Network, Domain) or "name" not in of.values or "uuid" not in of.values:
        raise PolicyValueError(("reach",), f"'reach' is about networks and guests, and not about {of.words}")
    if "this" not in (table.source, table.target):
        raise PolicyValueError(("reach",), "expected 'this' as 'from' or 'to', which is the element that is selected")
    if table.port is not None and table.protocol not in ("tcp", "udp"):
        raise PolicyValueError(("reach", "port"), "'port' needs the protocol 'tcp' or 'udp'")
    versions = _VERSIONS[table.family]
    expected = f"{table.source} to {table.target} {table.verdict}"

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        assert project is not None
        if _is_broken(table, cast("Network | Domain", view), project, versions):
            words = {**_WORDS, "this": cast("Network | Domain", view).label}
            message = f"{words[table.source]} to {words[table.target]}: expected '{table.verdict}'"
            yield Violation(
                view.mode_place if isinstance(view, Network) else view.node, message, {"expected": expected}
            )

    return Assertion(find, needs_project=True)


def _is_broken(table: ReachTable, view: Network | Domain, project: Project, versions: tuple[IpVersion, ...]) -> bool:
    """Whether an expectation is broken for certain; what depends on an unknown fact does not count."""
    one = view if table.source == "this" else table.source
    other = view if table.target == "this" else table.target
    asked = {name: each for name in ("protocol", "port") if (each := getattr(table, name)) is not None}
    if all(reaches(project, one, other, version, **asked) is None for version in versions):
        return False
    if table.verdict == "blocked":
        return arrives(project, one, other, versions=versions, **asked) == ""
    return arrives(project, one, other, table.verdict, versions=versions, **asked) is None
