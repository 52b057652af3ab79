"""All that a rule may import: the views of the model, the project and host, findings, fixes and edits."""

from typing import TYPE_CHECKING, Any

from vnetlint.finding import Confidence, Edit, Fix, Problem, Related, Safety, Severity, Span, When
from vnetlint.model import Domain, Filter, Interface, Network
from vnetlint.model.addresses import IFNAMSIZ, Address, Subnet, move_into, new_mac, next_free
from vnetlint.model.names import Names, is_too_long
from vnetlint.model.network import Forward, Ip
from vnetlint.model.view import View, known
from vnetlint.project import Project, Taken
from vnetlint.registry import declare, rule
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, el
from vnetlint.xml.tree import Attribute, Node

__all__ = [
    "IFNAMSIZ",
    "Address",
    "Attribute",
    "Domain",
    "Edit",
    "Edits",
    "Filter",
    "Fix",
    "Forward",
    "Host",
    "Interface",
    "Ip",
    "Names",
    "Network",
    "Node",
    "Place",
    "Problem",
    "Project",
    "Related",
    "Safety",
    "Severity",
    "Span",
    "Subnet",
    "Taken",
    "View",
    "When",
    "advise",
    "declare",
    "edit",
    "el",
    "fix",
    "is_too_long",
    "known",
    "move_into",
    "new_mac",
    "next_free",
    "problem",
    "related",
    "rule",
]  # fmt: skip

if TYPE_CHECKING:
    from vnetlint.host import Host
else:
    # Named in annotations only: loading the inventory's model takes longer than linting a file.
    Host = Any

Place = View | Node | Attribute
"""What a finding can point at: an element, by its start tag, or an attribute."""


def problem(
    at: Place,
    message: str,
    *fixes: tuple[Fix, ...],
    related: tuple[Related, ...] = (),
    severity: Severity | None = None,
    when: When | None = None,
    libvirt_message: str | None = None,
    confidence: Confidence = "high",
) -> Problem:
    """Say what is wrong at a place. The first of the fixes is the one that `--fix` applies; the others are offered."""
    node, span = _located(at)
    return Problem(
        path=node.document.source.path,
        span=span,
        element=node.path,
        message=message,
        fixes=tuple(each for group in fixes for each in group),
        related=related,
        severity=severity,
        when=when,
        libvirt_message=libvirt_message,
        confidence=confidence,
    )


def fix(title: str, *edits: Edits, safety: Safety) -> tuple[Fix, ...]:
    """Offer a fix made of all these edits, or none where one of them cannot be made."""
    return (Fix(title, tuple(each for group in edits for each in group), safety),) if all(edits) and edits else ()


def advise(title: str, snippet: str) -> tuple[Fix, ...]:
    """Show what to do where no edit can: a choice to make or a command to run."""
    return (Fix(title, (), "display", snippet),)


def related(at: Place, message: str) -> Related:
    """Point at another place that explains the finding."""
    node, span = _located(at)
    return Related(message, node.document.source.path, span)


def _located(at: Place) -> tuple[Node, Span]:
    if isinstance(at, Attribute):
        return at.node, at.span
    node = at.node if isinstance(at, View) else at
    return node, node.open_span
