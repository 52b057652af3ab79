"""Edits and fixes that more than one rule offers: settings, addresses, and another network or NIC for a guest.

Functions that return `Fix` offer one. Functions that return `Edits` make the edits of one, for a title of the rule's
own; `fix` makes no offer if one of them cannot be made.
"""

from vnetlint.finding import Fix, Safety
from vnetlint.model import Interface, Network
from vnetlint.model.addresses import Subnet
from vnetlint.model.network import Forward, Ip
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, el
from vnetlint.xml.node import Attribute, Node


def fix(title: str, *edits: Edits, safety: Safety) -> tuple[Fix, ...]:
    """Offer a fix made of all these edits; none if one of them cannot be made."""
    return (Fix(title, tuple(each for group in edits for each in group), safety),) if all(edits) and edits else ()


def advise(title: str, snippet: str) -> tuple[Fix, ...]:
    """Offer a remedy that no edit can make: XML with a value to choose, or a command to run."""
    return (Fix(title, (), "display", snippet),)


def set_child(parent: Node, name: str, attribute: str, value: str) -> Edits:
    """Set an attribute of a child element, and add the child if there is none."""
    child = parent.child(name)
    return edit.set_attribute(child, attribute, value) if child else edit.insert(parent, el(name, {attribute: value}))


def drop(place: Attribute, safety: Safety, purpose: str = "") -> tuple[Fix, ...]:
    """Offer to remove an attribute, or its element if that holds nothing else."""
    what = f"<{place.node.name}>" if _is_alone(place) else f"'{place.name}' from <{place.node.name}>"
    return fix(f"Remove {what}{purpose}", remove_setting(place), safety=safety)


def drop_served(node: Node) -> tuple[Fix, ...]:
    """Offer to remove what a `<dhcp>` serves, or the `<dhcp>` if it holds nothing else."""
    dhcp = node.parent
    gone = dhcp if dhcp is not None and len(dhcp.children) == 1 else node
    return fix(f"Remove <{gone.name}>", edit.remove(gone), safety="choice")


def remove_setting(place: Attribute) -> Edits:
    """Remove an attribute, or its element if that holds nothing else."""
    return edit.remove(place.node) if _is_alone(place) else edit.remove_attribute(place)


def _is_alone(place: Attribute) -> bool:
    return len(place.node.attributes) == 1 and not place.node.children


def renumber(network: Network, old: Subnet, new: Subnet, safety: Safety) -> tuple[Fix, ...]:
    """Offer to move a network to another subnet of at least the same size; every address keeps its host part."""
    moved = (
        edit.set_attribute(place.node, place.name, str(new[int(address) & int(new.hostmask)]))
        for place, address in network.addresses_in(old)
    )
    return fix(f"Renumber the subnet {old} to {new}", *moved, safety=safety)


def renumber_privately(network: Network, ip: Ip, new: Subnet | None) -> tuple[Fix, ...]:
    """Offer to move a network to a private subnet; without one that is free, show what to write."""
    if ip.subnet is None or new is None:
        return advise("Choose a private subnet", "<ip address='192.168.20.1' prefix='24'/>")
    return renumber(network, ip.subnet, new, "choice")


def release(forward: Forward, title: str, safety: Safety = "choice") -> tuple[Fix, ...]:
    """Offer to remove the device that a network's traffic is limited to; libvirt writes it twice."""
    edits = (
        edit.remove_attribute(place) if place.node == forward.node else edit.remove(place.node)
        for place in forward.egress_places
    )
    return fix(title, *edits, safety=safety)


def join_nic(interface: Interface, nic: str) -> tuple[Edits, ...]:
    """Put an interface on a NIC of the host by macvtap, in place of the bridge that it joins."""
    source = edit.replace(interface.source, el("source", {"dev": nic, "mode": "bridge"})) if interface.source else ()
    return edit.set_attribute(interface.node, "type", "direct"), source


def join_network(interface: Interface, name: str) -> tuple[Edits, ...]:
    """Plug an interface into a network, in place of the source that it has."""
    source = el("source", {"network": name})
    named = edit.replace(interface.source, source) if interface.source else edit.insert(interface.node, source)
    if interface.type == "network":
        return (named,)
    return edit.set_attribute(interface.node, "type", "network"), named
