"""The faults that the matcher reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.finding import Span
from vnetlint.xml.edit import Element, written
from vnetlint.xml.node import Attribute, Node

FaultKind = Literal[
    "unknown-element",
    "misplaced-element",
    "duplicate-element",
    "missing-element",
    "unknown-attribute",
    "missing-attribute",
    "bad-value",
    "unexpected-text",
]


@dataclass(frozen=True, slots=True)
class Form:
    """What an element should have in place of something with the right words in the wrong form."""

    on: Node
    element: Element | None
    """The child to have; None for an attribute."""
    attribute: str = ""
    value: str = ""
    moved: tuple[Attribute, ...] = ()
    """The attributes that the child gets."""

    @property
    def name(self) -> str:
        """The name of the child or of the attribute."""
        return self.attribute if self.element is None else self.element.name

    @property
    def text(self) -> str:
        """How it is written: `mode='nat'` or `<name>lan</name>`."""
        return f"{self.attribute}='{self.value}'" if self.element is None else written(self.element)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, and what was expected.

    `node` is the element concerned; if something is missing, the element that lacks it. `expected` has the names or
    values that are allowed, the most similar first. `wanted` is the datatype of a value in words.
    """

    kind: FaultKind
    node: Node
    span: Span
    name: str
    """Of the element or attribute that is wrong or missing."""
    attribute: Attribute | None = None
    expected: tuple[str, ...] = ()
    wanted: str = ""
    meant: str = ""
    """The name that the matcher read it as."""
    related: Node | None = None
    """The first of two duplicates; the element in which a misplaced one is missing."""
    allowed_in: tuple[str, ...] = ()
    """The elements that allow a misplaced one."""
    alternatives: tuple[str, ...] = ()
    """Other attributes, any of which can be set instead of a missing one."""
    form: Form | None = None
    """How it is allowed, if only its form is wrong."""


def paired(faults: list[Fault]) -> list[Fault]:
    """Return the faults with a missing element and a misplaced one of its name joined into one: it has to move."""
    missing = [fault for fault in faults if fault.kind == "missing-element"]
    if not missing:
        return faults
    strays: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.kind == "misplaced-element":
            strays.setdefault(fault.name, []).append(fault)
    if not strays:
        return faults
    gone: set[int] = set()
    found: dict[int, Fault] = {}
    for lack in missing:
        for name in lack.expected:
            stray = next(
                (each for each in strays.get(name, ()) if lack.node.name in each.allowed_in and id(each) not in found),
                None,
            )
            if stray is not None:
                gone.add(id(lack))
                found[id(stray)] = replace(stray, related=lack.node)
                break
    return [found.get(id(fault), fault) for fault in faults if id(fault) not in gone]
