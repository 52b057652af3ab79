"""What is not known: a run of the model asks for facts, and is repeated for each value that would change its way."""

from collections.abc import Callable
from itertools import groupby

from vnetlint.interruption import pause
from vnetlint.reach.answer import Case, Outcome, Unknown

MAX_CASES = 64
"""The most runs for one answer. Six independent unknown facts are asked for in full."""


class Facts:
    """The values of unknown facts during one run; a fact that is asked for first has its usual value."""

    def __init__(self, assumed: dict[Unknown, str]) -> None:
        self.assumed = dict(assumed)

    def ask(self, fact: Unknown) -> str:
        """Return the value of a fact in this run."""
        return self.assumed.setdefault(fact, fact.values[0])

    def holds(self, fact: Unknown) -> bool:
        """Whether a fact is true in this run."""
        return self.ask(fact) == "yes"


def explore(run: Callable[[Facts], Outcome]) -> tuple[Case, ...]:
    """Return the outcome for each combination of values of the facts that decide it, the usual ones first."""
    found: list[tuple[dict[Unknown, str], Outcome]] = []
    waiting: list[dict[Unknown, str]] = [{}]
    while waiting and len(found) < MAX_CASES:
        pause()
        start = waiting.pop(0)
        facts = Facts(start)
        outcome = run(facts)
        found.append((facts.assumed, outcome))
        prefix = dict(start)
        for fact, value in list(facts.assumed.items())[len(start) :]:
            waiting += [{**prefix, fact: other} for other in fact.values if other != value]
            prefix[fact] = value
    if len(found) == 1:
        return (Case(tuple(found[0][0].items()) if waiting else (), found[0][1]),)
    return tuple(
        Case(assumed, outcome) for assumed, outcome in _decided([(list(one.items()), out) for one, out in found])
    )


_Path = tuple[list[tuple[Unknown, str]], Outcome]


def _decided(paths: list[_Path]) -> list[tuple[tuple[tuple[Unknown, str], ...], Outcome]]:
    """Return the paths of a tree of decisions without the facts that change nothing.

    All paths begin with the same fact, because a run that has been told the same values asks for the same next.
    """
    if len(paths) == 1:
        return [((), paths[0][1])]
    fact = paths[0][0][0][0]
    order = {value: place for place, value in enumerate(fact.values)}
    ordered = sorted(paths, key=lambda path: order[path[0][0][1]])
    branches = {
        value: _decided([(steps[1:], outcome) for steps, outcome in group])
        for value, group in groupby(ordered, lambda path: path[0][0][1])
    }
    kinds = [[(assumed, (out.verdict, out.source)) for assumed, out in branch] for branch in branches.values()]
    if len(branches) == len(fact.values) and all(kind == kinds[0] for kind in kinds):
        return branches[fact.values[0]]
    return [(((fact, value), *assumed), out) for value, branch in branches.items() for assumed, out in branch]
