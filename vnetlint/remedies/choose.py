"""What `vnetlint mode` converts a network to: the mode that is asked for, and the bridge, NIC or subnet that it needs.

What is not asked for comes from the network itself, then from the host's inventory if only one choice is left there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_interface
from typing import Literal

from vnetlint.errors import UserError
from vnetlint.model import Network
from vnetlint.model.addresses import IFNAMSIZ, Subnet
from vnetlint.model.network import Mode
from vnetlint.model.view import known
from vnetlint.project import Project
from vnetlint.remedies.conversion import Target

Aim = Literal["nat", "routed", "isolated", "open", "bridged", "macvtap"]
"""A mode as people call it. `bridged` joins a bridge of the host, `macvtap` a NIC."""

AIMS: Mapping[Aim, Mode] = {
    "nat": "nat",
    "routed": "route",
    "isolated": "isolated",
    "open": "open",
    "bridged": "bridge",
    "macvtap": "bridge",
}
"""The modes that a network can be converted to, with libvirt's names."""

_ROOM = {4: 30, 6: 126}
"""The longest prefixes with room for the host and a guest."""


class ChoiceError(UserError):
    """The conversion needs a bridge, NIC or subnet that nobody named, or that cannot be used."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user asks for."""

    aim: Aim
    uplink: str | None = None
    """The bridge or NIC of the host."""
    subnet: str | None = None


def target_for(network: Network, wish: Wish, project: Project) -> Target:
    """Return what a network has to become. Raises ChoiceError if something is missing or cannot be used."""
    if wish.uplink is not None and wish.aim not in ("bridged", "macvtap"):
        raise ChoiceError(f"--uplink {wish.uplink}: only bridged and macvtap networks have one; remove the option")
    if wish.subnet is not None and wish.aim in ("bridged", "macvtap"):
        raise ChoiceError(
            f"--subnet {wish.subnet}: a {wish.aim} network has the addresses of the LAN; remove the option"
        )
    if wish.uplink is not None:
        _check_name(wish.uplink)
    if wish.aim == "bridged":
        return _on_bridge(network, wish.uplink, project)
    if wish.aim == "macvtap":
        return _on_nic(network, wish.uplink, project)
    return Target(AIMS[wish.aim], subnet=_subnet(network, wish, project))


def has_mode(network: Network, target: Target) -> bool:
    """Whether a network is connected as wanted already. Its mode may be unstated, because `nat` is the default."""
    if network.mode != target.mode or network.attachment != target.attachment:
        return False
    if target.attachment == "host-bridge":
        return network.bridge_name == target.bridge
    return not target.nics or _own_nics(network) == target.nics


def _check_name(name: str) -> None:
    if not 0 < len(name.encode()) < IFNAMSIZ or name in (".", "..") or any(c in "/:" or c.isspace() for c in name):
        raise ChoiceError(
            f"--uplink '{name}': invalid name of an interface: expected 1 to {IFNAMSIZ - 1} characters without blanks, "
            "'/' and ':'"
        )


# -- a bridge of the host ------------------------------------------------------------------------------------------


def _on_bridge(network: Network, uplink: str | None, project: Project) -> Target:
    current = network.host_bridge.value if network.host_bridge else None
    bridge = uplink or current or _only_bridge(project)
    host = project.host
    if uplink is not None and host is not None and host.is_plain(uplink):
        upper = host.upper(uplink)
        instead = f"it is a port of '{upper.name}', so use --uplink {upper.name}" if upper else "use the mode macvtap"
        raise ChoiceError(f"--uplink {uplink}: a NIC of the host, not a bridge: {instead}")
    link = host.link(bridge) if host else None
    tags = bool(project.has_libvirt("11.0.0")) and not (host and host.inventory.bridge_vlan_filtering is False)
    target = Target("bridge", bridge=bridge, tags=tags)
    return target if link is None or link.kind == "other" else replace(target, is_switch=link.kind == "ovs")


def _only_bridge(project: Project) -> str:
    """Return the only bridge of the host that leads out of it. Raises ChoiceError if there is none, or several."""
    if project.host is None:
        raise ChoiceError(
            "bridged: missing bridge of the host: pass --uplink, such as --uplink br0, or --host INVENTORY"
        )
    found = [each for each in project.host.uplinked_bridges if project.bridges.maker_of(each) is None]
    if len(found) == 1:
        return found[0]
    raise ChoiceError(f"bridged: {_found(found, 'bridge with a NIC among its ports')}: pass --uplink BRIDGE")


def _found(names: Sequence[str], what: str) -> str:
    if not names:
        return f"the inventory lists no {what}"
    return f"the inventory lists more than one {what} ({', '.join(names)})"


# -- a NIC of the host ---------------------------------------------------------------------------------------------


def _own_nics(network: Network) -> tuple[str, ...]:
    """The devices that a network names already, each once."""
    forward = network.forward
    named = [place.value for place in forward.egress_places] if forward else []
    cards = [name for node in forward.node.all("pf") if (name := known(node.get("dev")))] if forward else []
    return tuple(dict.fromkeys((*named, *cards)))


def _on_nic(network: Network, uplink: str | None, project: Project) -> Target:
    host, own = project.host, _own_nics(network)
    is_direct = network.attachment == "macvtap" and network.mode is not None
    mode: Mode = network.mode if is_direct and network.mode else "bridge"
    if uplink is None and (is_direct or own):
        return Target(mode, nics=own if is_direct else own[:1])
    nic = uplink or _only_nic(project)
    upper = host.upper(nic) if host else None
    if upper is not None:
        instead = f"`bridged --uplink {upper.name}`" if upper.kind != "bond" else f"--uplink {upper.name}"
        raise ChoiceError(
            f"--uplink {nic}: a port of the {upper.kind} '{upper.name}', which macvtap cannot use: use {instead}"
        )
    link = host.link(nic) if host else None
    if link is not None and link.kind in ("bridge", "ovs"):
        raise ChoiceError(f"--uplink {nic}: a bridge of the host, not a NIC: use `bridged --uplink {nic}`")
    return Target(mode, nics=(nic,))


def _only_nic(project: Project) -> str:
    """Return the only NIC of the host that macvtap can use. Raises ChoiceError if there is none, or several."""
    if project.host is None:
        raise ChoiceError("macvtap: missing NIC of the host: pass --uplink, such as --uplink eth1, or --host INVENTORY")
    found = [each.name for each in project.host.free_nics]
    spare = [each.name for each in project.host.spare_nics]
    for names in (spare, found):
        if len(names) == 1:
            return names[0]
    raise ChoiceError(f"macvtap: {_found(spare or found, 'wired NIC that is a port of nothing')}: pass --uplink NIC")


# -- a subnet ------------------------------------------------------------------------------------------------------


def _subnet(network: Network, wish: Wish, project: Project) -> Subnet | None:
    """Return the subnet for a network that has no address; None if it has one, or is isolated and needs none."""
    given = _parsed(wish.subnet) if wish.subnet is not None else None
    if network.ips and network.owns_bridge:
        own = [ip.subnet for ip in network.ips]
        if given is not None and given not in own:
            shown = " and ".join(str(each) for each in own if each) or "an <ip>"
            raise ChoiceError(f"--subnet {wish.subnet}: {network.label} has {shown} already; remove the option")
        return None
    if given is not None:
        user = project.subnets.user_of(given, network)
        if user is not None:
            raise ChoiceError(f"--subnet {wish.subnet}: overlaps {user}")
        return given
    if wish.aim == "isolated":
        return None
    spare = project.subnets.spare
    if spare is None:
        raise ChoiceError(f"{wish.aim}: found no free private subnet: pass --subnet, such as --subnet 10.20.30.0/24")
    return spare


def _parsed(written: str) -> Subnet:
    try:
        subnet = ip_interface(written).network
    except ValueError:
        subnet = None
    if subnet is None or "/" not in written:
        raise ChoiceError(
            f"--subnet '{written}': invalid subnet: expected an address and a prefix, such as 10.20.30.0/24"
        )
    if str(subnet) != written and str(ip_interface(written).ip) != str(subnet.network_address):
        raise ChoiceError(f"--subnet {written}: not the first address of a subnet: expected {subnet}")
    address = subnet.network_address
    if subnet.prefixlen > _ROOM[subnet.version]:
        raise ChoiceError(
            f"--subnet {written}: no room for guests: expected a prefix of at most {_ROOM[subnet.version]}"
        )
    if address.is_multicast or address.is_loopback or address.is_unspecified or address.is_link_local:
        raise ChoiceError(
            f"--subnet {written}: cannot be used for guests: expected a private subnet, such as 10.20.30.0/24"
        )
    return subnet
