"""Edits and fixes that more than one rule offers: settings, addresses, and another mode for a network or guest.

Functions that return `Fix` offer one. Functions that return `Edits` make the edits of one, for a title of the rule's
own; `fix` makes no offer if one of them cannot be made.
"""

from vnetlint.finding import Fix, Safety
from vnetlint.model import Interface, Network
from vnetlint.model.addresses import Subnet
from vnetlint.model.network import Forward, Ip, Mode
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, el
from vnetlint.xml.tree import Attribute, Node


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
        edit.remove_attribute(place) if place.node is forward.node else edit.remove(place.node)
        for place in forward.egress_places
    )
    return fix(title, *edits, safety=safety)


def set_mode(network: Network, mode: Mode) -> Edits:
    """Set the forward mode of a network that has a `<forward>`."""
    return edit.set_attribute(network.forward.node, "mode", mode) if network.forward else ()


def to_nat(network: Network) -> tuple[Edits, ...]:
    """Make a routed or open network a NAT network. Without `<nat ipv6='yes'/>`, IPv6 would still be routed."""
    forward = network.forward
    if forward is None or all(ip.family != "ipv6" for ip in network.ips):
        return (set_mode(network, "nat"),)
    translated = edit.set_attribute(forward.nat, "ipv6", "yes") if forward.nat else ()
    return set_mode(network, "nat"), translated or edit.insert(forward.node, el("nat", {"ipv6": "yes"}))


def to_nat_in(network: Network, subnet: Subnet) -> tuple[Edits, ...]:
    """Make a network on a bridge or NIC of the host a NAT network, with the first address of a subnet."""
    if network.forward is None:
        return ((),)
    forward, ip = el("forward", {"mode": "nat"}), el("ip", {"address": str(subnet[1]), "prefix": str(subnet.prefixlen)})
    if network.bridge is None:
        return (edit.replace(network.forward.node, forward, ip),)
    return edit.replace(network.forward.node, forward), edit.replace(network.bridge.node, ip)


def to_isolated(network: Network) -> tuple[Edits, ...]:
    """Make a network isolated: remove `<forward>`, and the `<bridge>` that names a bridge of the host."""
    joined = network.bridge if network.attachment == "host-bridge" else None
    return tuple(edit.remove(each.node) for each in (network.forward, joined) if each)


def to_macvtap(user: Network | Interface, nic: str) -> tuple[Edits, ...]:
    """Put an interface, or the guests of a network, on a NIC of the host instead of the host's bridge."""
    if isinstance(user, Interface):
        source = edit.replace(user.source, el("source", {"dev": nic, "mode": "bridge"})) if user.source else ()
        return edit.set_attribute(user.node, "type", "direct"), source
    if user.forward is None or user.bridge is None:
        return ((),)
    return edit.insert(user.forward.node, el("interface", {"dev": nic})), edit.remove(user.bridge.node)


def join_network(interface: Interface, name: str) -> tuple[Edits, ...]:
    """Plug an interface into a network, in place of the source that it has."""
    source = el("source", {"network": name})
    named = edit.replace(interface.source, source) if interface.source else edit.insert(interface.node, source)
    if interface.type == "network":
        return (named,)
    return edit.set_attribute(interface.node, "type", "network"), named
