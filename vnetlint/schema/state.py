"""The state of matching: what may follow, the faults so far, and their cost. The cheapest explanation is reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vnetlint.schema.fault import Fault
from vnetlint.schema.pattern import (
    Pattern,
)
from vnetlint.xml.node import Node

FAULT = 10
WRONG_CHOICE = 25
"""The cost of a wrong choice between alternatives: it has to explain more than two faults."""
STATES = 6
AHEAD = 20
"""How much more than the cheapest explanation another one may cost and still be followed."""

Chain = tuple["Chain | None", tuple[Fault, ...]]
"""Faults in reverse order, shared between states."""


class MatchOutcome(NamedTuple):
    """The faults of a node by one definition, and their cost."""

    cost: int
    faults: Chain | None
    wrong: frozenset[str] = frozenset()
    """The attributes with invalid values. Alternatives differ in these."""


class MatchState(NamedTuple):
    """One explanation of the content read so far, and what may follow."""

    pattern: Pattern
    cost: int
    faults: Chain | None
    origin: Pattern
    """The content before its first child."""


GOOD = MatchOutcome(0, None)
BAD = MatchOutcome(FAULT, None)


def unchained(chain: Chain | None) -> Iterator[Fault]:
    """The faults of a chain of chains, in order."""
    pieces: list[tuple[Fault, ...]] = []
    while chain is not None:
        pieces.append(chain[1])
        chain = chain[0]
    for piece in reversed(pieces):
        yield from piece


def joined(chain: Chain | None, more: Chain | None) -> Chain | None:
    """Return a chain with the faults of a child after those before it."""
    if more is None:
        return chain
    return chain, tuple(unchained(more))


def cheapest(states: dict[tuple[Pattern, Pattern], MatchState]) -> list[MatchState]:
    """Return the states that are worth following, the cheapest first."""
    if len(states) < 2:
        return list(states.values())
    ordered = sorted(states.values(), key=lambda state: state.cost)
    return [state for state in ordered[:STATES] if state.cost <= ordered[0].cost + AHEAD]


def best_of(outcomes: list[MatchOutcome]) -> list[int]:
    """Return the indexes of the best outcomes: those without a fault, else those of least cost.

    Where one alternative allows the value of an attribute and another does not, the other has to explain two faults
    more: a value that somebody chose from a list is seldom wrong.
    """
    if len(outcomes) == 1:
        return [0]
    common = frozenset.intersection(*(outcome.wrong for outcome in outcomes))
    costs = [
        outcome.cost + (WRONG_CHOICE - FAULT) * len(outcome.wrong - common) if outcome.cost else 0
        for outcome in outcomes
    ]
    least = min(costs)
    return [number for number, cost in enumerate(costs) if cost == least]


def is_another(node: Node, outcome: MatchOutcome) -> bool:
    """Whether a node shares only its name with the definition: it has as many faults as attributes and children."""
    parts = len(node.values) + len(node.children)
    return parts > 1 and outcome.cost >= parts * FAULT


def blame(state: MatchState, *faults: Fault) -> MatchState:
    """Return a state with more faults, and their cost."""
    return state._replace(cost=state.cost + FAULT * len(faults), faults=(state.faults, faults))
