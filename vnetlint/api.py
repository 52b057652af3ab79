"""All that a rule may import: the views of the model, the project and host, findings, fixes and edits."""

from typing import TYPE_CHECKING, Any

from vnetlint.finding import Confidence, Edit, Fix, Problem, Related, Safety, Severity, Span, When
from vnetlint.model import Domain, Filter, Interface, Network
from vnetlint.model.addresses import (
    IFNAMSIZ,
    Address,
    Subnet,
    blocks,
    free_range,
    move_into,
    new_mac,
    next_free,
    parse_address,
    parse_mac,
    read_netmask,
    usable,
    without,
)
from vnetlint.model.domain import FilterParameter, FilterRef, PortRange
from vnetlint.model.filter import PROTOCOLS, FilterRule
from vnetlint.model.filtertree import SHIPPED, Kind, Tree
from vnetlint.model.names import Names, is_too_long
from vnetlint.model.network import Forward, Ip, Mode, PortGroup, Range, Route, StaticHost
from vnetlint.model.plug import Plug
from vnetlint.model.services import SERVICES
from vnetlint.model.subnets import holds, overlap
from vnetlint.model.view import View, has_strays, known
from vnetlint.project import EXTERNAL_NETWORKS, Project, Taken
from vnetlint.rulebook.rule import declare, option, rule
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, Element, el
from vnetlint.xml.tree import Attribute, Node

__all__ = [
    "EXTERNAL_NETWORKS",
    "IFNAMSIZ",
    "PROTOCOLS",
    "SERVICES",
    "SHIPPED",
    "Address",
    "Attribute",
    "Domain",
    "Edit",
    "Edits",
    "Element",
    "Filter",
    "FilterParameter",
    "FilterRef",
    "FilterRule",
    "Fix",
    "Forward",
    "Host",
    "Interface",
    "Ip",
    "Kind",
    "Mode",
    "Names",
    "Network",
    "Node",
    "Place",
    "Plug",
    "PortGroup",
    "PortRange",
    "Problem",
    "Project",
    "Range",
    "Related",
    "Route",
    "Safety",
    "Severity",
    "Span",
    "StaticHost",
    "Subnet",
    "Taken",
    "Tree",
    "View",
    "When",
    "advise",
    "blocks",
    "declare",
    "drop",
    "drop_served",
    "edit",
    "el",
    "fix",
    "free_range",
    "has_strays",
    "heard",
    "holds",
    "is_too_long",
    "known",
    "move_into",
    "new_mac",
    "next_free",
    "option",
    "overlap",
    "parse_address",
    "parse_mac",
    "problem",
    "read_netmask",
    "related",
    "release",
    "remove_setting",
    "renumber",
    "rule",
    "usable",
    "without",
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


def heard(text: str, *values: object) -> str:
    """Fill in what libvirt says. Where a value is unknown, keep the longest part that is certain."""
    parts = text.format(*("\0" if value is None else value for value in values)).split("\0")
    return parts[0] if len(parts) == 1 else max(parts, key=len).strip(" '")


def set_child(parent: Node, name: str, attribute: str, value: str) -> Edits:
    """Give an attribute of a child element a value, and make the child where there is none."""
    child = parent.child(name)
    return edit.set_attribute(child, attribute, value) if child else edit.insert(parent, el(name, {attribute: value}))


def drop(place: Attribute, safety: Safety, purpose: str = "") -> tuple[Fix, ...]:
    """Offer to remove an attribute, and its element too where it holds nothing else."""
    what = f"<{place.node.name}>" if _is_alone(place) else f"'{place.name}' from <{place.node.name}>"
    return fix(f"Remove {what}{purpose}", remove_setting(place), safety=safety)


def drop_served(node: Node) -> tuple[Fix, ...]:
    """Offer to remove what a `<dhcp>` serves, and the `<dhcp>` where it has nothing else."""
    dhcp = node.parent
    gone = dhcp if dhcp is not None and len(dhcp.children) == 1 else node
    return fix(f"Remove <{gone.name}>", edit.remove(gone), safety="choice")


def remove_setting(place: Attribute) -> Edits:
    """Remove an attribute, or its element where it holds nothing else."""
    return edit.remove(place.node) if _is_alone(place) else edit.remove_attribute(place)


def _is_alone(place: Attribute) -> bool:
    return len(place.node.attributes) == 1 and not place.node.children


def renumber(network: Network, old: Subnet, new: Subnet, safety: Safety) -> tuple[Fix, ...]:
    """Move a network from one subnet to another of at least its size: every address keeps its host part."""
    moved = (
        edit.set_attribute(place.node, place.name, str(new[int(address) & int(new.hostmask)]))
        for place, address in network.addresses_in(old)
    )
    return fix(f"Renumber the subnet {old} to {new}", *moved, safety=safety)


def release(forward: Forward, title: str, safety: Safety = "choice") -> tuple[Fix, ...]:
    """Remove the device that a network's traffic is limited to; libvirt writes it twice."""
    edits = (
        edit.remove_attribute(place) if place.node is forward.node else edit.remove(place.node)
        for place in forward.egress_places
    )
    return fix(title, *edits, safety=safety)


def related(at: Place, message: str) -> Related:
    """Point at another place that explains the finding."""
    node, span = _located(at)
    return Related(message, node.document.source.path, span)


def _located(at: Place) -> tuple[Node, Span]:
    if isinstance(at, Attribute):
        return at.node, at.span
    node = at.node if isinstance(at, View) else at
    return node, node.open_span
