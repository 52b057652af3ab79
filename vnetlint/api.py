"""All that a rule may import: the views of the model, the project and the host, findings, fixes and edits.

It is also the API for plugins, which docs/plugins.md explains. What is in `__all__` keeps its name and meaning while
the first number of VERSION stays; the second one grows with each addition.
"""

from typing import TYPE_CHECKING, Any

from vnetlint.finding import Confidence, Edit, Fix, Problem, Related, Safety, Severity, Span, When
from vnetlint.model import Domain, Filter, Interface, Network
from vnetlint.model.addresses import (
    IFNAMSIZ,
    Address,
    OrderedAddresses,
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
from vnetlint.model.filterchains import ChainEnd, FrameRule, frame_rule_of, frame_rules_of
from vnetlint.model.filtertree import Tree
from vnetlint.model.hostdev import pci_attributes
from vnetlint.model.leases import widened
from vnetlint.model.names import Names, is_too_long
from vnetlint.model.network import SWITCHES, Forward, Ip, Mode, PortGroup, Range, Route, StaticHost
from vnetlint.model.plug import Plug
from vnetlint.model.repeats import repeats
from vnetlint.model.services import SERVICES
from vnetlint.model.shipped import SHIPPED, Kind
from vnetlint.model.subnets import holds, overlap
from vnetlint.model.view import View, has_strays, known
from vnetlint.project import EXTERNAL_NETWORKS, Project, Taken
from vnetlint.remedies import (
    Target,
    addressed,
    advise,
    drop,
    drop_served,
    fix,
    join_network,
    release,
    remove_setting,
    renumber,
    renumber_privately,
    set_child,
    share_nic,
    to_macvtap,
    to_mode,
    to_nat,
    translate_ipv6,
)
from vnetlint.rulebook.rule import declare, option, rule
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, Element, el
from vnetlint.xml.node import Attribute, Node

VERSION = "1.0"
"""The version of this API. A plugin states the one that it was written for."""

__all__ = [
    "EXTERNAL_NETWORKS",
    "IFNAMSIZ",
    "PROTOCOLS",
    "SERVICES",
    "SHIPPED",
    "SWITCHES",
    "VERSION",
    "Address",
    "Attribute",
    "ChainEnd",
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
    "FrameRule",
    "Host",
    "Interface",
    "Ip",
    "IpVersion",
    "Kind",
    "Mode",
    "Names",
    "Network",
    "Node",
    "OrderedAddresses",
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
    "Target",
    "Tree",
    "View",
    "When",
    "addressed",
    "advise",
    "arrives",
    "blocks",
    "declare",
    "drop",
    "drop_served",
    "edit",
    "el",
    "fix",
    "frame_rule_of",
    "frame_rules_of",
    "free_range",
    "has_strays",
    "heard",
    "holds",
    "is_too_long",
    "join_network",
    "known",
    "move_into",
    "new_mac",
    "next_free",
    "option",
    "overlap",
    "parse_address",
    "parse_mac",
    "pci_attributes",
    "problem",
    "reaches",
    "read_netmask",
    "related",
    "release",
    "remove_setting",
    "renumber",
    "renumber_privately",
    "repeats",
    "rule",
    "set_child",
    "share_nic",
    "to_macvtap",
    "to_mode",
    "to_nat",
    "translate_ipv6",
    "usable",
    "widened",
    "without",
]  # fmt: skip

if TYPE_CHECKING:
    from vnetlint.host import Host
    from vnetlint.reach.answer import IpVersion
    from vnetlint.reach.asking import arrives, reaches
else:
    # Named in annotations only: loading the inventory's model takes longer than linting a file.
    Host = Any
    IpVersion = int

    def reaches(*asked, **options):
        """Return who reaches whom, from the model that is loaded with the first question."""
        from vnetlint.reach import asking

        return asking.reaches(*asked, **options)

    def arrives(*asked, **options):
        """Return when one reaches another, from the same model."""
        from vnetlint.reach import asking

        return asking.arrives(*asked, **options)


Place = View | Node | Attribute
"""What a finding can point at: an element, of which the start tag is marked, or an attribute."""


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
    """Report what is wrong at a place. `--fix` applies the first of the fixes; the others are only offered."""
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


def heard(text: str, *values: object) -> str:
    """Return what libvirt says, with its values. If one is unknown, return the longest part that is certain."""
    parts = text.format(*("\0" if value is None else value for value in values)).split("\0")
    return parts[0] if len(parts) == 1 else max(parts, key=len).strip(" '")


def related(at: Place, message: str) -> Related:
    """Return another place that explains the finding, with a note."""
    node, span = _located(at)
    return Related(message, node.document.source.path, span)


def _located(at: Place) -> tuple[Node, Span]:
    if isinstance(at, Attribute):
        return at.node, at.span
    node = at.node if isinstance(at, View) else at
    return node, node.open_span
