"""Another mode for a network: what libvirt needs for it is set, what it refuses or ignores with it is removed.

`vnetlint mode` and the fixes of rules share this. Everything else in the file stays as it is, comments included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.model import Interface, Network
from vnetlint.model.addresses import Subnet, free_range
from vnetlint.model.network import OWN_BRIDGE_MODES, SWITCHES, Attachment, Forward, Mode
from vnetlint.model.plug import Plug
from vnetlint.model.view import known
from vnetlint.remedies.offers import join_nic
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, Element, el
from vnetlint.xml.node import Attribute, Node


@dataclass(frozen=True, slots=True)
class Target:
    """The mode that a network gets, and what it is connected to in that mode."""

    mode: Mode
    bridge: str | None = None
    """The host's bridge to join, with mode `bridge`. Without one, that mode is macvtap."""
    is_switch: bool | None = None
    """Whether the bridge is an Open vSwitch; None if that is unknown."""
    nics: tuple[str, ...] = ()
    """The NICs for macvtap."""
    subnet: Subnet | None = None
    """The subnet for a network that has no `<ip>`."""
    tags: bool = False
    """Whether libvirt is known to set VLAN tags on Linux bridges, as it does since 11.0.0."""

    @property
    def attachment(self) -> Attachment:
        """What guests are plugged into with this mode."""
        if self.mode in OWN_BRIDGE_MODES:
            return "own-bridge"
        if self.mode == "hostdev":
            return "hostdev"
        return "host-bridge" if self.mode == "bridge" and self.bridge else "macvtap"


class Change(NamedTuple):
    """One step of a conversion."""

    kind: Literal["set", "add", "remove"]
    place: str
    """The element from the root, such as `forward/nat`, or the attribute, such as `bridge@stp`."""
    words: str
    """What is done, and for all but the mode itself why."""
    edits: Edits


class _Unfit(NamedTuple):
    """What the new mode cannot have."""

    place: Node | Attribute
    why: str


def to_mode(network: Network, target: Mode | Target) -> tuple[Edits, ...]:
    """Return the edits that give a network another mode; one of them is empty if it cannot be made."""
    changes = conversion(network, target if isinstance(target, Target) else Target(target))
    return tuple(each.edits for each in changes)


@lru_cache(maxsize=32)
def conversion(network: Network, target: Target) -> tuple[Change, ...]:
    """Return the changes that give a network another mode, in the order of the elements; none if it is as wanted.

    A change without edits cannot be made: the element is half typed, or its document declares entities. The last ones
    are kept, because a rule may offer the same conversion for thousands of elements of one network.
    """
    if target.attachment == "macvtap" and target.mode == "bridge" and network.isolates_ports:
        # The mode in which macvtap does what `<port isolated='yes'/>` does on a bridge.
        target = replace(target, mode="private")
    unfit = tuple(_unfit(network, target))
    leaving = [each.place for each in unfit if isinstance(each.place, Node)]
    return (
        *_mode(network, target, leaving),
        *_removals(
            network, unfit, leaving, is_filled=bool(_missing_nics(network, target)) or _translates(network, target)
        ),
        *_bridge(network, target, leaving),
        *_address(network, target, leaving),
        *_switch(network, target, leaving),
    )


def translate_ipv6(forward: Forward, value: Literal["yes", "no"], leaving: Sequence[Node] = ()) -> Edits:
    """Set whether NAT translates IPv6 too."""
    if forward.nat is None:
        return edit.insert(forward.node, el("nat", {"ipv6": value}), leaving=leaving)
    return edit.set_attribute(forward.nat, "ipv6", value)


def to_nat(network: Network) -> tuple[Edits, ...]:
    """Make a routed network, or one whose IPv6 NAT leaves routed, a NAT network that translates both families."""
    forward = network.forward
    if network.mode != "nat" or forward is None:
        return to_mode(network, "nat")
    written = () if forward.node.get("mode") else (edit.set_attribute(forward.node, "mode", "nat"),)
    sixth = any(ip.family == "ipv6" for ip in network.ips) and not forward.translates_ipv6
    return (*written, *((translate_ipv6(forward, "yes"),) if sixth else ()))


def to_macvtap(user: Network | Interface, nic: str) -> tuple[Edits, ...]:
    """Put an interface, or the guests of a network, on a NIC of the host instead of the host's bridge."""
    return join_nic(user, nic) if isinstance(user, Interface) else to_mode(user, Target("bridge", nics=(nic,)))


def share_nic(user: Network | Interface) -> tuple[Edits, ...]:
    """Set macvtap mode `bridge`, in which guests share a NIC and reach each other, for an interface or a network."""
    if isinstance(user, Network):
        return to_mode(user, "bridge")
    return (edit.set_attribute(user.mode_node, "mode", "bridge") if user.mode_node else (),)


def addressed(subnet: Subnet) -> Element:
    """An `<ip>` with the first address of a subnet, and with DHCP if it is one of IPv4 with room for guests."""
    address, prefix = str(subnet[1]), str(subnet.prefixlen)
    if subnet.version == 6:
        return el("ip", {"family": "ipv6", "address": address, "prefix": prefix})
    leased = free_range(subnet, [subnet[1]])
    served = [el("dhcp", None, el("range", {"start": str(leased[0]), "end": str(leased[1])}))] if leased else []
    return el("ip", {"address": address, "prefix": prefix}, *served)


# -- what is set and added -----------------------------------------------------------------------------------------


def _mode(network: Network, target: Target, leaving: Sequence[Node]) -> Iterator[Change]:
    """Set the mode, with the NICs for macvtap and the translation of IPv6 for NAT."""
    nics = _missing_nics(network, target)
    sixth = _translates(network, target)
    listed = [el("interface", {"dev": nic}) for nic in nics]
    forward = network.forward
    if target.mode == "isolated" or (forward is None and target.mode == network.mode):
        return
    if forward is None:
        parts = [*listed, *([el("nat", {"ipv6": "yes"})] if sixth else [])]
        made = edit.insert(network.node, el("forward", {"mode": target.mode}, *parts), leaving=leaving)
        yield Change("set", "forward@mode", f"set the mode to '{target.mode}'{_added(nics, sixth)}", made)
        return
    if forward.node.get("mode") != target.mode:
        named = edit.set_attribute(forward.node, "mode", target.mode)
        yield Change("set", "forward@mode", f"set the mode to '{target.mode}'", named)
    if listed:
        added = edit.insert(forward.node, *listed, leaving=leaving)
        yield Change("add", "forward/interface", f"added {_nics(nics)}, which guests use by macvtap", added)
    if sixth:
        yield Change("add", "forward/nat@ipv6", SIXTH, translate_ipv6(forward, "yes", leaving))


SIXTH = "added <nat ipv6='yes'/>: without it the guests' IPv6 would be routed and not translated"


def _added(nics: Sequence[str], sixth: bool) -> str:
    if nics:
        return f" with {_nics(nics)}"
    return " with <nat ipv6='yes'/>, because IPv6 would be routed without it" if sixth else ""


def _nics(names: Sequence[str]) -> str:
    return " and ".join(f"<interface dev='{each}'/>" for each in names)


def _missing_nics(network: Network, target: Target) -> tuple[str, ...]:
    """The NICs for macvtap that the network does not name yet."""
    if target.attachment != "macvtap":
        return ()
    present = {place.value for place in network.forward.egress_places} if network.forward else set()
    return tuple(each for each in target.nics if each not in present)


def _translates(network: Network, target: Target) -> bool:
    """Whether IPv6 has to be translated, of a network that becomes a NAT network."""
    if target.mode != "nat" or network.mode == "nat":
        return False
    families = {ip.family for ip in network.ips}
    if not network.ips and target.subnet is not None:
        families.add("ipv6" if target.subnet.version == 6 else "ipv4")
    return "ipv6" in families and not (network.forward is not None and network.forward.translates_ipv6)


def _bridge(network: Network, target: Target, leaving: Sequence[Node]) -> Iterator[Change]:
    """Name the host's bridge."""
    name = target.bridge
    if target.attachment != "host-bridge" or name is None:
        return
    bridge = network.bridge
    if bridge is None:
        added = edit.insert(network.node, el("bridge", {"name": name}), leaving=leaving)
        yield Change("add", "bridge", f"added <bridge name='{name}'/>, the host's bridge that guests join", added)
    elif bridge.node.get("name") != name:
        named = edit.set_attribute(bridge.node, "name", name)
        before = f", was '{bridge.name}'" if bridge.name else ""
        yield Change("set", "bridge@name", f"set the bridge to '{name}', which guests join{before}", named)


def _address(network: Network, target: Target, leaving: Sequence[Node]) -> Iterator[Change]:
    """Add an address to a network that has none and needs one."""
    if target.attachment == "own-bridge" and not network.ips and target.subnet is not None:
        element = addressed(target.subnet)
        with_dhcp = " with DHCP" if element.children else ""
        words = f"added <ip> for {target.subnet}{with_dhcp}, because the network had no address"
        yield Change("add", "ip", words, edit.insert(network.node, element, leaving=leaving))


def _switch(network: Network, target: Target, leaving: Sequence[Node]) -> Iterator[Change]:
    """Declare an Open vSwitch, without which libvirt treats its bridge as one of Linux."""
    port = network.plugs[0].virtualport
    if target.attachment == "host-bridge" and target.is_switch and (port is None or port in leaving):
        added = edit.insert(network.node, el("virtualport", {"type": "openvswitch"}), leaving=leaving)
        words = f"added <virtualport type='openvswitch'/>, because '{target.bridge}' is an Open vSwitch"
        yield Change("add", "virtualport", words, added)


# -- what is removed -----------------------------------------------------------------------------------------------


def _removals(network: Network, unfit: Sequence[_Unfit], leaving: Sequence[Node], is_filled: bool) -> Iterator[Change]:
    """Remove what does not fit; a `<forward>` or `<portgroup>` that is empty then becomes an empty tag."""
    emptied = [group.node for group in network.portgroups if group.node.children]
    emptied += [network.forward.node] if network.forward and network.forward.node.children and not is_filled else []
    gone = frozenset(leaving)
    emptied = [each for each in emptied if gone.issuperset(each.children)]
    for each in unfit:
        change, parent = _removal(each), each.place.parent if isinstance(each.place, Node) else None
        if parent in emptied and change.edits:
            emptied.remove(parent)
            change = change._replace(edits=change.edits + edit.close_emptied(parent))
        yield change


def _removal(unfit: _Unfit) -> Change:
    place, why = unfit
    if isinstance(place, Attribute):
        words = f"removed '{place.name}' from <{place.node.name}>: {why}"
        return Change("remove", f"{_place(place.node)}@{place.name}".lstrip("/"), words, edit.remove_attribute(place))
    return Change("remove", _place(place), f"removed {_shown(place)}: {why}", edit.remove_but_comments(place))


def _place(node: Node) -> str:
    names = [each.name for each in (*reversed(list(node.ancestors())), node)]
    return "/".join(names[1:])


def _shown(node: Node) -> str:
    """The element with the attribute that tells it from others, and the names of its children."""
    name = next((each for each in ("address", "name", "dev", "type", "mode") if known(node.get(each))), None)
    tag = f"<{node.name} {name}='{node.get(name)}'>" if name else f"<{node.name}>"
    inner = dict.fromkeys(f"<{each.name}>" for each in node.children)
    group = (
        f" of <portgroup name='{node.parent.get('name')}'>" if node.parent and node.parent.name == "portgroup" else ""
    )
    return f"{tag}{f' with {_all(list(inner))}' if inner else ''}{group}"


def _all(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _unfit(network: Network, target: Target) -> Iterator[_Unfit]:
    """What the network has and the new mode cannot have, in the order of libvirt's elements."""
    if network.mode is None:
        return
    yield from _of_forward(network, target)
    yield from _of_bridge(network, target)
    if target.attachment != "own-bridge":
        yield from _of_own_network(network, target)
    if not (network.owns_bridge and target.attachment == "own-bridge"):
        yield from _of_plugs(network, target)


def _of_forward(network: Network, target: Target) -> Iterator[_Unfit]:
    if target.mode == "isolated":
        if network.mode != "isolated":
            yield from (_Unfit(node, "an isolated network has none") for node in network.node.all("forward"))
        return
    forward = network.forward
    if forward is None:
        return
    if (managed := forward.attribute("managed")) and network.mode == "hostdev" != target.mode:
        yield _Unfit(managed, f"it is for mode 'hostdev', and mode '{target.mode}' ignores it")
    yield from (_Unfit(place, _why_no_device(target)) for place in _unfit_devices(network, forward, target))
    for node in forward.node.children:
        if node.name == "nat" and target.mode != "nat":
            yield _Unfit(node, f"libvirt accepts it with mode 'nat' only, not with '{target.mode}'")
        elif node.name in ("pf", "address", "driver") and target.mode != "hostdev":
            yield _Unfit(node, "it is for mode 'hostdev', which hands out PCI devices")


def _unfit_devices(network: Network, forward: Forward, target: Target) -> Iterator[Node | Attribute]:
    """The device of `<forward>`, as its attribute and in its list, unless the new mode takes it."""
    if target.mode in ("nat", "route") and network.owns_bridge:
        return
    wanted: tuple[str, ...] = ()
    if target.attachment == "macvtap":
        present = tuple(place.value for place in forward.egress_places)
        wanted = target.nics or (present if network.attachment == "macvtap" else ())
    dev = forward.attribute("dev")
    # libvirt wants the attribute to be the first of the list.
    if dev is not None and (not wanted or dev.value != wanted[0]):
        yield dev
    yield from (node for node in forward.interfaces if node.get("dev") not in wanted)


def _why_no_device(target: Target) -> str:
    if target.attachment == "macvtap":
        return f"guests use {' and '.join(target.nics)} instead"
    if target.attachment == "host-bridge":
        return "guests join the bridge, and libvirt accepts either a bridge or devices"
    if target.mode == "open":
        return "libvirt accepts no device with mode 'open', which makes no firewall rules"
    return f"guests used it directly; in mode '{target.mode}' the host routes, through any device"


def _of_bridge(network: Network, target: Target) -> Iterator[_Unfit]:
    bridge = network.bridge
    if bridge is None or network.attachment == target.attachment == "own-bridge":
        return
    if target.attachment == "own-bridge":
        name = bridge.attribute("name")
        if name is not None and network.attachment == "host-bridge":
            why = "it is the host's, and libvirt makes a bridge of its own under a name that it chooses"
            yield _Unfit(bridge.node if len(bridge.node.attributes) == 1 else name, why)
    elif target.attachment == "host-bridge":
        settings = (place for each in ("stp", "delay", "zone") if (place := bridge.attribute(each)) and place.value)
        why = "the host makes the bridge and decides this"
        yield from (_Unfit(each, why) for each in settings if each.name != "delay" or bridge.number("delay") != 0)
    else:
        why = f"mode '{target.mode}' without a bridge uses the host's devices directly"
        yield from (_Unfit(node, why) for node in network.node.all("bridge"))


_OF_OWN_BRIDGE = {
    "mtu": "it is for a bridge that libvirt makes",
    "mac": "it is for a bridge that libvirt makes",
    "domain": "it is for the dnsmasq that libvirt runs on its own bridges",
    "dns": "it is for the dnsmasq that libvirt runs on its own bridges",
    "ip": "the LAN that guests join has the addresses and the DHCP server",
    "route": "the LAN that guests join has the routes",
}


def _of_own_network(network: Network, target: Target) -> Iterator[_Unfit]:
    """What is for a bridge that libvirt makes, with its addresses and its dnsmasq."""
    if (sixth := network.attribute("ipv6")) is not None and network.owns_bridge:
        yield _Unfit(sixth, f"it has no effect with mode '{target.mode}'")
    for node in network.node.children:
        why = _OF_OWN_BRIDGE.get("dns" if node.name.endswith(":options") else node.name)
        if why is not None:
            yield _Unfit(node, why)


def _of_plugs(network: Network, target: Target) -> Iterator[_Unfit]:
    """What decides how guests are plugged in, of the network and of its port groups."""
    own, direct = network.plugs[0], target.attachment in ("macvtap", "hostdev")
    switches = () if target.attachment == "host-bridge" and target.is_switch is False else SWITCHES[target.attachment]
    for plug in network.plugs:
        if direct and plug.bandwidth is not None:
            what = "macvtap" if target.attachment == "macvtap" else "PCI devices"
            yield _Unfit(plug.bandwidth, f"libvirt cannot limit a network that uses {what}")
        if plug.vlan is not None and not _tags(plug, own, target):
            yield _Unfit(plug.vlan, f"libvirt sets no VLAN tag {_where(target)}")
        if plug.virtualport is not None and plug.switch not in (*switches, *([""] if switches else [])):
            yield _Unfit(plug.virtualport, f"libvirt supports no virtual port of type '{plug.switch}' {_where(target)}")
    if network.port is not None and (direct or (target.attachment == "host-bridge" and target.is_switch)):
        instead = ", and mode 'private' isolates them" if network.isolates_ports and target.mode == "private" else ""
        yield _Unfit(network.port, f"libvirt cannot isolate ports {_where(target)}{instead}")


def _tags(plug: Plug, own: Plug, target: Target) -> bool:
    """Whether libvirt can set the VLAN of a plug in the new mode."""
    if target.mode in ("hostdev", "passthrough"):
        return plug is own or plug.switch is None
    if target.attachment != "host-bridge":
        return False
    switch = plug.switch if plug.switch is not None else own.switch
    if target.is_switch:
        return switch in (None, "openvswitch")
    return target.tags or (switch == "openvswitch" and target.is_switch is None)


def _where(target: Target) -> str:
    return {
        "own-bridge": f"with mode '{target.mode}'",
        "host-bridge": f"on the {'Open vSwitch' if target.is_switch else 'bridge'} '{target.bridge}'",
        "macvtap": f"on macvtap with mode '{target.mode}'",
        "hostdev": "on PCI devices",
    }[target.attachment]
