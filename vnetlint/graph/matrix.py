"""Who reaches whom, as a page shows it: groups, and a cell for each pair of them, IP version and protocol."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vnetlint.graph.parts import Topology, place_of
from vnetlint.project import Project
from vnetlint.reach import Reach
from vnetlint.reach.answer import Answer, Endpoint, IpVersion, Outcome, Protocol, Reason, Verdict
from vnetlint.reach.groups import Peers
from vnetlint.reach.matrix import PROTOCOLS, cells
from vnetlint.reach.signs import Sign, letter

MAX_GROUPS = 150
VERSIONS: tuple[IpVersion, ...] = (4, 6)
DEPENDS = Sign("?", "depends on a fact that is not known")
"""What is shown of answers whose verdict depends on an unknown fact. A table names the fact instead."""


@dataclass(frozen=True)
class CellReason:
    """One step of an explanation, and where the element is that causes it."""

    text: str
    place: str | None = None
    """`path:line`."""


@dataclass(frozen=True)
class CellCase:
    """What happens under a condition; the condition is empty if nothing unknown decides."""

    condition: str
    verdict: Verdict
    source: str | None = None
    """The sender's address as the receiver sees it."""
    reasons: tuple[CellReason, ...] = ()
    is_translated: bool = False
    """Whether NAT changes the sender's address."""


@dataclass(frozen=True)
class MatrixCell:
    """The answer for a pair of groups."""

    cases: tuple[CellCase, ...]
    depends_on: tuple[str, ...] = ()
    """The inventory's keys of the facts that decide and are not known."""

    @property
    def verdict(self) -> Verdict | None:
        """The verdict if all cases have the same."""
        found = {case.verdict for case in self.cases}
        return found.pop() if len(found) == 1 else None

    @property
    def letter(self) -> str:
        """What stands in the cell: the letter of the usual case, which comes first, if all cases have one verdict."""
        usual = self.cases[0]
        return DEPENDS.letter if self.verdict is None else letter(usual.verdict, is_translated=usual.is_translated)


Rows = tuple[tuple[MatrixCell | None, ...], ...]
"""A row for each sending group, in it a cell for each receiving one; None if there is nothing to ask."""


@dataclass(frozen=True)
class Matrix:
    """The groups, and the cells of each IP version and protocol that was asked about."""

    groups: tuple[Peers, ...]
    views: Mapping[tuple[IpVersion, Protocol], Rows]


def matrix_of(project: Project) -> Matrix | None:
    """Return who reaches whom in a project; None if it has no guests, or more groups than a page can show."""
    model = Reach(project)
    if not model.world.guests or len(model.groups) > MAX_GROUPS:
        return None
    places = {id(group): number for number, group in enumerate(model.groups)}
    size = len(model.groups)
    views: dict[tuple[IpVersion, Protocol], Rows] = {}
    for version in VERSIONS:
        found = list(cells(model, model.groups, model.groups, version))
        for number, protocol in enumerate(PROTOCOLS):
            rows: list[list[MatrixCell | None]] = [[None] * size for _ in range(size)]
            for cell in found:
                rows[places[id(cell.source)]][places[id(cell.target)]] = cell_of(cell.answers[number])
            views[version, protocol] = tuple(map(tuple, rows))
    return Matrix(model.groups, views)


def cell_of(answer: Answer) -> MatrixCell:
    """Return the cell that shows an answer."""
    cases = tuple(
        _case(" and ".join(fact.text.format(value) for fact, value in each.assumed), each.outcome)
        for each in answer.cases
    )
    return MatrixCell(cases, tuple(fact.key for fact in answer.depends_on))


def _case(condition: str, outcome: Outcome) -> CellCase:
    reasons = tuple(map(_reason, outcome.reasons))
    return CellCase(condition, outcome.verdict, outcome.source, reasons, outcome.is_translated)


def _reason(reason: Reason) -> CellReason:
    return CellReason(reason.text, place_of(reason.place))


def nodes_of(endpoints: Iterable[Endpoint], topology: Topology) -> tuple[str, ...]:
    """Return the identifiers of the nodes that stand for endpoints, each once."""
    guests: dict[str, str] = {}
    exact: dict[int, str] = {}
    for node in topology.nodes:
        for member in node.members:
            guests.setdefault(member.name, node.key)
            exact[id(member.view)] = node.key
    found: dict[str, None] = {}
    for each in endpoints:
        if each.kind == "guest":
            key = exact.get(id(each.view)) if each.view is not None else None
            key = key or guests.get(each.name, "")
        elif each.kind == "lan":
            key = f"lan:{each.name.removeprefix('lan(').removesuffix(')')}"
        else:
            key = f"machine:{each.name}" if each.kind == "machine" else each.kind
        if key in topology.ids:
            found[topology.ids[key]] = None
    return tuple(found)
