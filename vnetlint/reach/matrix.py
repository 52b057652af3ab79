"""Who reaches whom, for all groups of a host at once."""

from collections.abc import Iterator
from dataclasses import replace

from vnetlint.dataclass import dataclass
from vnetlint.reach.answer import Answer, IpVersion, Protocol, Question
from vnetlint.reach.groups import Peers
from vnetlint.reach.reach import Reach

PROTOCOLS: tuple[Protocol, ...] = ("icmp", "tcp", "udp")


@dataclass(frozen=True)
class Cell:
    """What one group reaches of another over one IP version, by protocol."""

    source: Peers
    target: Peers
    version: IpVersion
    answers: tuple[Answer, ...]

    @property
    def is_uniform(self) -> bool:
        """Whether the protocols fare alike."""
        return len({tuple(case.outcome.verdict for case in each.cases) for each in self.answers}) == 1


def cells(
    reach: Reach,
    sources: tuple[Peers, ...],
    targets: tuple[Peers, ...],
    version: IpVersion,
    *,
    protocols: tuple[Protocol, ...] = PROTOCOLS,
    port: int | None = None,
) -> Iterator[Cell]:
    """Yield the cells of the matrix of some groups, row by row; a group of one has none with itself."""
    asked = protocols[:1] if reach.ignores_protocols else protocols
    for source in sources:
        for target in targets:
            to = source.other if source is target else target.first
            if to is None or (
                source.first.kind != "guest" and to.kind != "guest" and "host" not in (source.first.kind, to.kind)
            ):
                continue
            answers = [reach.ask(Question(source.first, to, version, each, port)) for each in asked]
            if len(asked) < len(protocols):
                question = answers[0].question
                answers = [replace(answers[0], question=replace(question, protocol=each)) for each in protocols]
            yield Cell(source, target, version, tuple(answers))
