"""The blocks of a template: which statements belong together, and what is printed between them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field

from vnetlint.dataclass import dataclass
from vnetlint.finding import Span
from vnetlint.xml.template.condition import Condition, Equals, Not, Truth, parse_condition, scoped
from vnetlint.xml.template.piece import Piece, Step, Verb


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One branch of a conditional: its condition, the text that is then printed, and the conditionals in that text.

    The condition None is `else`.
    """

    condition: Condition | None
    span: Span
    choices: "tuple[Conditional, ...]" = ()


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """Branches, of which the first one whose condition is met is printed, or none. A loop runs once or not at all."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The conditionals of a template, in order. It is not `sound` if statements do not fit together."""

    choices: tuple[Conditional, ...]
    sound: bool

    def branch_at(self, offset: int) -> Branch | None:
        """Return the innermost branch around an offset, or None outside all branches."""
        found: Branch | None = None
        choices = self.choices
        while inner := next((each for choice in choices for each in choice.branches if _holds(each, offset)), None):
            found, choices = inner, inner.choices
        return found


def _holds(branch: Branch, offset: int) -> bool:
    return branch.span.start <= offset < branch.span.end


NEVER = Equals("\0never", ("\0",))
"""The condition of what a template does not print in place: a macro's body, the text before the first case."""

_LOOP_NAMES = re.compile(r"\(?\s*([\w$]+(?:\s*,\s*[\w$]+)*)\s*\)?\s*(?:\bin\b|:=)|\|([^|]*)\|")

_OVER = re.compile(r"\(?[\w$, ]+\)?\s+in\s+([\w.$]+)|([.$][\w.$]+)|([\w.@]+?)\.each(?:\s+do)?\s*\|[^|]*\|")
"""The name that a loop runs over, if it is a name: the loop does not run if the name counts as false."""


@dataclass(slots=True)
class _Open:
    """A block that has not ended yet, and its current branch."""

    verb: Verb
    start: int
    condition: Condition | None = None
    operand: str = ""
    names: frozenset[str] = frozenset()
    """The names of a loop's items."""
    number: int = 0
    branches: list[Branch] = field(default_factory=list)
    choices: list[Conditional] = field(default_factory=list)

    def turn(self, piece: Piece, condition: Condition | None) -> None:
        """End the branch at a statement, and begin the next one behind it."""
        self.end(piece.span.start)
        self.condition, self.start = condition, piece.span.end

    def end(self, at: int) -> None:
        self.branches.append(Branch(self.condition, Span(self.start, max(at, self.start)), tuple(self.choices)))
        self.choices = []

    def closed(self) -> Iterator[Conditional]:
        if self.verb is Verb.BLOCK:
            yield from (choice for branch in self.branches for choice in branch.choices)
        else:
            yield Conditional(tuple(self.branches))


def blocks_of(pieces: Iterable[Piece], size: int) -> Blocks:
    """Return the blocks of a text of `size` code points.

    A statement that closes nothing, or a block that does not end, makes them unsound, and its content is printed.
    """
    stack = [_Open(Verb.BLOCK, 0)]
    sound = True
    for number, piece in enumerate(pieces):
        for step in piece.steps:
            top = stack[-1]
            match step.verb:
                case Verb.ELIF | Verb.CASE | Verb.ELSE | Verb.END if len(stack) == 1:
                    sound = False
                case Verb.END:
                    top.end(piece.span.start)
                    stack.pop()
                    stack[-1].choices += top.closed()
                case Verb.ELIF | Verb.CASE | Verb.ELSE:
                    top.turn(piece, _following(step, top, stack))
                case _:
                    stack.append(_opened(step, piece, number, stack))
    while len(stack) > 1:
        sound = False
        top = stack.pop()
        top.end(size)
        stack[-1].choices += (choice for branch in top.branches for choice in branch.choices)
    return Blocks(tuple(stack[0].choices), sound)


def _opened(step: Step, piece: Piece, number: int, stack: list[_Open]) -> _Open:
    found = _Open(step.verb, piece.span.end, number=number)
    match step.verb:
        case Verb.IF:
            found.condition = _condition(step, stack)
        case Verb.LOOP:
            over = _OVER.fullmatch(step.argument.strip())
            found.condition = Truth(over[1] or over[2] or over[3] if over else f"\0loop {number}")
            names = (name for match in _LOOP_NAMES.finditer(step.argument) for name in match.groups() if name)
            found.names = frozenset(name.strip(" ()") for each in names for name in each.split(","))
        case Verb.SWITCH:
            found.condition, found.operand = NEVER, step.argument
        case Verb.HIDDEN:
            found.condition = NEVER
    return found


def _following(step: Step, top: _Open, stack: list[_Open]) -> Condition | None:
    if step.verb is Verb.ELIF:
        return _condition(step, stack)
    if step.verb is Verb.ELSE or not step.argument:
        return None
    condition = parse_condition(f"{top.operand} in [{step.argument}]")
    return condition if isinstance(condition, Equals) else Truth(f"{top.operand} case {step.argument}")


def _condition(step: Step, stack: list[_Open]) -> Condition:
    """Return the condition of a step. An item of a loop is another operand in every loop."""
    condition = parse_condition(step.argument)
    for block in stack:
        if block.verb is Verb.LOOP:
            condition = scoped(condition, block.names, f"\0{block.number}")
    return Not(condition) if step.negated else condition


def conditions_of(choices: Iterable[Conditional]) -> Iterator[Condition]:
    """Yield the conditions of all conditionals, outer ones first."""
    for choice in choices:
        for branch in choice.branches:
            if branch.condition is not None and branch.condition is not NEVER:
                yield branch.condition
            yield from conditions_of(branch.choices)
