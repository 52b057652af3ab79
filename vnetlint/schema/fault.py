"""What can be wrong with a document, as the matcher says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from vnetlint.finding import Span
from vnetlint.xml.tree import Attribute, Node

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
class Fault:
    """One thing that is wrong, and what would be right.

    `node` is the element concerned, for what is missing the one that lacks it. `expected` are the names or values that
    may stand there, the nearest to what does first; `wanted` says in words what a value has to be.
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
    """The name that recovery took it for."""
    related: Node | None = None
    """The first of two duplicates; the element in which a misplaced one is missing."""
    allowed_in: tuple[str, ...] = ()
    """The elements in which a misplaced one may stand."""
    alternatives: tuple[str, ...] = ()
    """Other attributes of which any would do where one is missing."""


def paired(faults: list[Fault]) -> list[Fault]:
    """Join what is missing in one place with what is too much in another: it was moved, and that is one fault."""
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
