"""What an assertion of a policy yields, and the error for a value that it cannot have."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from vnetlint.model import View
from vnetlint.project import Project
from vnetlint.xml.node import Attribute, Node


class Violation(NamedTuple):
    """What breaks an assertion: where, the usual message, and the values for a message of the rule's own."""

    place: Node | Attribute
    message: str
    values: Mapping[str, str]
    first: Node | Attribute | None = None
    """The earlier place that has the same value."""


Find = Callable[[View, Project | None], Iterator[Violation]]


class Assertion(NamedTuple):
    """An assertion, and whether it takes the other files of the project."""

    find: Find
    needs_project: bool


class PolicyValueError(ValueError):
    """The value of a key is invalid; `at` is the offset in it, or None if the key as a whole is meant."""

    def __init__(self, key: tuple[str | int, ...], message: str, at: int | None = None) -> None:
        super().__init__(message)
        self.key = key
        self.at = at
