"""The matrix of who reaches whom as a table that fits a terminal, with its legend and its reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vnetlint.reach import Reach
from vnetlint.reach.answer import Answer, IpVersion, Outcome, Reason, Unknown
from vnetlint.reach.blocks import blocks
from vnetlint.reach.groups import Peers
from vnetlint.reach.kinds import kinds_of
from vnetlint.reach.matrix import Cell
from vnetlint.reach.signs import SIGNS, TRANSLATED, Sign, letter
from vnetlint.reach.words import conditions
from vnetlint.report.display import clean

_FIRST, *_OTHERS = SIGNS.values()
_LEGEND = (
    _FIRST,
    TRANSLATED,
    *_OTHERS,
    Sign("|", "left of it within one of these groups, right of it between two"),
    Sign("/", "ICMP, TCP and UDP apart"),
)
_NARROWEST = 40
MAX_PAIRS = 10_000
"""The most pairs that are asked about one by one: those of a hundred ends."""


class Chosen(NamedTuple):
    """The groups that are asked about."""

    sources: tuple[Peers, ...]
    targets: tuple[Peers, ...]
    kinds: tuple[tuple[Peers, ...], ...] = ()
    """The groups of each kind, if only the first two of each are asked about."""


@dataclass
class Table:
    """What the tables of one run share: the width, and the numbers of unknown facts."""

    width: int
    kinds: tuple[tuple[Peers, ...], ...] = ()
    """The groups of each kind, if only the first two of each are asked about."""
    unknown: dict[str, dict[Unknown, None]] = field(default_factory=dict)
    """The unknown facts by their keys, in the order of their numbers; those of one key share a number."""
    used: set[str] = field(default_factory=set)

    def number(self, fact: Unknown) -> int:
        """Return the number of an unknown fact, by which cells refer to it."""
        self.unknown.setdefault(fact.key, {})[fact] = None
        return list(self.unknown).index(fact.key) + 1

    def footer(self) -> str:
        """Return the legend of what the tables used, and the unknown facts."""
        legend = ", ".join(f"{sign.letter} {sign.words}" for sign in _LEGEND if sign.letter in self.used)
        lines = [f"{legend}"] if legend else []
        for number, (key, facts) in enumerate(self.unknown.items(), 1):
            first = next(iter(facts))
            alike = f", and alike for {len(facts) - 1} more" if len(facts) > 1 else ""
            text = f"  {number} if {first.with_value(first.values[0])}{alike}"
            lines.append(f"{clean(text)} (not known: {clean(key)} in the inventory)")
        return "\n".join(lines) + "\n" if lines else ""


class Grid(NamedTuple):
    """The table of one IP version: a row for each sender, a column for each receiver."""

    rows: list[tuple[Peers, ...]]
    """The groups of each row; those that fare alike share one."""
    columns: list[tuple[Peers, ...]]
    signs: list[list[str]]
    """The texts of the cells, by row."""


def grid(shared: Table, reach: Reach, found: list[Cell]) -> Grid:
    """Return what the table of one IP version shows."""
    signs = {(cell.source, cell.target): _sign(shared, cell) for cell in found}
    ends = {id(each) for pair in signs for each in pair}
    among = [each for each in reach.groups if id(each) in ends]
    rows = [each for each in blocks(among, signs) if any((each[0], other) in signs for other in among)]
    columns = [each for each in blocks(among, signs) if any((other, each[0]) in signs for other in among)]
    texts = [[_between(signs, row, column) for column in columns] for row in rows]
    shared.used |= {sign for row in texts for text in row for sign in text if sign in "|/"}
    return Grid(rows, columns, texts)


def table(shared: Table, reach: Reach, version: IpVersion, found: list[Cell]) -> str:
    """Return the table of one IP version as text that fits the width."""
    if not reach.has_guests_with(version):
        return f"IPv{version}: no guest has an address.\n\n"
    rows, columns, texts = grid(shared, reach, found)
    names, heads = [name(shared, each) for each in rows], [name(shared, each) for each in columns]
    left = max(map(len, names), default=0)
    if left + sum(max(len(head), 3) + 2 for head in heads) > max(shared.width, _NARROWEST):
        numbers = {each: str(place) for place, each in enumerate(dict.fromkeys((*rows, *columns)), 1)}
        names = [f"{numbers[each]:>3} {name(shared, each)}" for each in rows]
        heads = [numbers[each] for each in columns]
        left = max(map(len, names), default=0)
    widths = [
        max(len(head), *map(len, column)) + 2 for head, column in zip(heads, zip(*texts, strict=True), strict=True)
    ]
    lines = [_line(f"IPv{version}".ljust(left), heads, widths)]
    lines += [_line(each.ljust(left), row, widths) for each, row in zip(names, texts, strict=True)]
    return "\n".join(lines) + "\n\n"


def _line(head: str, cells: Iterable[str], widths: Iterable[int]) -> str:
    return (head + "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))).rstrip()


def name(shared: Table, block: tuple[Peers, ...]) -> str:
    """Return the name of groups that fare alike: up to two of their names, and how many there are."""
    asked = {id(each) for each in block}
    block = tuple(each for kind in shared.kinds if id(kind[0]) in asked for each in kind) or block
    if len(block) == 1:
        return clean(block[0].name)
    members = sum(len(each.members) for each in block)
    return clean(
        f"{block[0].name}, {block[1].name}" + (f", {len(block) - 2} more ({members})" if len(block) > 2 else "")
    )


def _between(signs: dict[tuple[Peers, Peers], str], row: tuple[Peers, ...], column: tuple[Peers, ...]) -> str:
    """Return the cell of two blocks; of a block with itself, what holds within a group and between two, as `Y|R`."""
    found = dict.fromkeys(signs.get((one, other), "") for one in row for other in column)
    if row != column:
        return next(iter(found))
    within = dict.fromkeys(signs.get((each, each), "") for each in row)
    between = dict.fromkeys(signs.get((one, other), "") for one in row[:2] for other in row[:2] if one is not other)
    both = [*within, *between]
    return both[0] if len(set(both)) == 1 else "|".join(each or " " for each in both)


def _sign(shared: Table, cell: Cell) -> str:
    """Return the sign of a cell: one letter, or one for each protocol where they differ."""
    signs = [_letter(shared, answer) for answer in cell.answers]
    return signs[0] if len(set(signs)) == 1 else "/".join(signs)


def _letter(shared: Table, answer: Answer) -> str:
    usual = answer.usual
    letters = letter(usual.verdict, is_translated=usual.is_translated)
    shared.used |= set(letters)
    numbers = set() if answer.verdict is not None else {shared.number(fact) for fact in answer.depends_on}
    return letters + ",".join(map(str, sorted(numbers)))


def chosen(model: Reach, sources: Sequence[Peers], targets: Sequence[Peers]) -> Chosen:
    """Return the groups to ask about: all, or of more than MAX_PAIRS pairs the first two of each kind."""
    if len(sources) * len(targets) <= MAX_PAIRS:
        return Chosen(tuple(sources), tuple(targets))
    kinds = kinds_of(model)
    shown = {id(group) for kind in kinds for group in kind[:2]}
    sources, targets = ([each for each in ends if id(each) in shown] for ends in (sources, targets))
    return Chosen(tuple(sources), tuple(targets), kinds)


def reasons(reach: Reach, found: Iterable[Cell]) -> str:
    """Return the reasons of all cells, each with the place of its element."""
    return "".join(line + "\n" for cell in found for line in _of_cell(cell))


def _of_cell(cell: Cell) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    for answer in cell.answers:
        key = tuple((case.assumed, case.outcome) for case in answer.cases)
        if key in seen:
            continue
        seen.add(key)
        alone = len({tuple((c.assumed, c.outcome) for c in each.cases) for each in cell.answers}) == 1
        protocol = "" if alone else f", {answer.question.protocol.upper()}"
        to = answer.question.destination.name
        head = f"{clean(answer.question.source.name)} → {clean(to)} {answer.address or ''}".rstrip()
        for case in answer.cases:
            condition = f", {conditions(case.assumed)}" if case.assumed else ""
            yield f"{head}, IPv{cell.version}{protocol}{condition}: {_words(case.outcome)}"
            yield from (f"    {line}" for line in map(_reason, case.outcome.reasons))
    yield ""


def _words(outcome: Outcome) -> str:
    seen = f", seen as {outcome.source}" if outcome.source is not None and outcome.is_translated else ""
    return f"{outcome.verdict}{seen}"


def _reason(reason: Reason) -> str:
    node = reason.node
    if node is None:
        return clean(reason.text)
    place = node.document.source.lines.position(node.start)
    return f"{clean(node.document.source.path)}:{place.line}:{place.column}: {clean(reason.text)}"
