"""Fixes that leave out what is faulty, with what has no meaning without it."""

from vnetlint.finding import Fix, Safety
from vnetlint.schema.fault import Fault
from vnetlint.xml import edit
from vnetlint.xml.node import Node

_NOTHING_WHEN_EMPTY = frozenset(
    ("nat", "dns", "dhcp", "bandwidth", "vlan", "metadata", "cputune", "memtune", "blkiotune", "numatune", "iotune")
)
"""Elements that have no meaning without content, and are removed with the last of it."""


def leave_out(fault: Fault, safety: Safety = "unsafe") -> tuple[Fix, ...]:
    """Return the fixes that remove the faulty attribute or element."""
    if fault.attribute is not None:
        fix = Fix(f"Remove '{fault.name}'", edit.remove_attribute(fault.attribute), safety)
    else:
        fix = removal(fault.node, safety)
    return (fix,) if fix.edits else ()


def removal(node: Node, safety: Safety) -> Fix:
    """Return the fix that removes an element, and the parents that have no meaning without it."""
    outer = node
    while (parent := outer.parent) is not None and _says_nothing_without(parent, outer):
        outer = parent
    if outer is node:
        return Fix(f"Remove <{node.name}>", edit.remove(node), safety)
    return Fix(f"Remove <{node.name}> with the <{outer.name}> around it", edit.remove(outer), safety)


def _says_nothing_without(parent: Node, child: Node) -> bool:
    source = parent.document.source
    around = source.text[parent.open_end : child.start] + source.text[child.end : parent.close_start]
    lone = parent.parent is not None and not parent.attributes and not around.strip()
    return lone and parent.name in _NOTHING_WHEN_EMPTY
