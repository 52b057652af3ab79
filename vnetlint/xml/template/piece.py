"""A piece of a template, and what statements do, in whichever language."""

from enum import Enum, auto

from vnetlint.dataclass import dataclass
from vnetlint.finding import Span


class Verb(Enum):
    """What a statement does to the text around it."""

    IF = auto()
    ELIF = auto()
    ELSE = auto()
    END = auto()
    LOOP = auto()
    SWITCH = auto()
    CASE = auto()
    HIDDEN = auto()
    """Opens a block that prints nothing in place, such as a macro."""
    BLOCK = auto()
    """Opens a block that prints what it holds."""


@dataclass(frozen=True, slots=True)
class Step:
    """A verb with its argument: the condition, or what a loop runs over."""

    verb: Verb
    argument: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A delimited part of a template: a value that is printed, or a statement and its steps."""

    span: Span
    prints: bool
    steps: tuple[Step, ...] = ()
