"""The network interfaces of a machine, from `ip -j -d address` and sysfs."""

import json
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from posixpath import basename
from typing import Any

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.system import Questions
from vnetlint.host.names import kind_of

_KINDS = {"bridge": "bridge", "bond": "bond", "vlan": "vlan", "veth": "veth", "dummy": "dummy"}
_WITH_PARENT = ("vlan", "macvlan", "macvtap", "ipvlan")
_OVS = "ovs-system"


def collect_links(questions: Questions) -> list[PlainPart] | None:
    """Return the interfaces, or None if they cannot be listed."""
    text = questions.ask("interfaces", "ip", "-j", "-d", "address")
    links = parsed(text, links_of)
    if text is not None and links is None:
        questions.remark("interfaces", "ip: the output is not JSON")
    for link in links or ():
        link.update(_in_sysfs(questions, link))
    return with_ports(links, _switches(questions)) if links is not None else None


def parsed(text: str | None, read: Any) -> Any:
    """Return what a function reads in the JSON of a command, or None if it cannot read it."""
    try:
        return None if text is None else read(json.loads(text or "[]"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def links_of(data: Iterable[Mapping[str, Any]]) -> list[PlainPart]:
    """Return the interfaces in the output of `ip -j -d address`."""
    return [_link(each) for each in data if each.get("ifname")]


def _link(each: Mapping[str, Any]) -> PlainPart:
    info = each.get("linkinfo", {})
    flags = each.get("flags", ())
    found: PlainPart = {"name": each["ifname"], "kind": _kind(each, info)}
    if addresses := [f"{one['local']}/{one['prefixlen']}" for one in each.get("addr_info", ()) if _is_lasting(one)]:
        found["addresses"] = addresses
    if each.get("master") and each["master"] != _OVS:
        found["master"] = each["master"]
    if 68 <= each.get("mtu", 0) <= 65535:
        found["mtu"] = each["mtu"]
    found["up"] = "UP" in flags and "LOWER_UP" in flags and "NO-CARRIER" not in flags
    if info.get("info_kind") in _WITH_PARENT and each.get("link"):
        found["parent"] = each["link"]
    return found


def _kind(each: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    kind, name = info.get("info_kind"), each["ifname"]
    if kind == "veth" and "link_netnsid" in each:
        # Its peer is in another namespace. In a container it is the NIC; a host names those of its containers so.
        return kind_of(name) or "nic"
    if kind == "tun":
        return "tap" if info.get("info_data", {}).get("type") == "tap" else "other"
    if kind is None:
        return "nic" if each.get("link_type") == "ether" else "other"
    return _KINDS.get(kind, "other")


def _is_lasting(address: Mapping[str, Any]) -> bool:
    """Whether an address is neither link-local of IPv6, which every interface has, nor one that changes by itself."""
    is_local = address["family"] == "inet6" and ip_address(address["local"]).is_link_local
    return address["family"] in ("inet", "inet6") and not is_local and not address.get("temporary")


def with_ports(links: list[PlainPart], switches: Mapping[str, Iterable[str]]) -> list[PlainPart]:
    """Return interfaces with the ports of each bridge. `switches` has the ports of each Open vSwitch by its name."""
    made = [each for each in links if each["name"] != _OVS]
    for switch, ports in switches.items():
        for each in made:
            if each["name"] == switch:
                each["kind"] = "ovs"
            elif each["name"] in ports:
                each["master"] = switch
    for each in made:
        if each["kind"] in ("bridge", "ovs"):
            each["ports"] = [port["name"] for port in made if port.get("master") == each["name"]]
    return made


def _switches(questions: Questions) -> dict[str, list[str]]:
    """Return the ports of each Open vSwitch; none if it does not run, which another question notes."""
    done = questions.system.run(("ovs-vsctl", "--timeout=5", "list-br"))
    names = done.stdout.split() if done.code == 0 else []
    return {name: questions.system.run(("ovs-vsctl", "list-ports", name)).stdout.split() for name in names}


def _in_sysfs(questions: Questions, link: PlainPart) -> PlainPart:
    """Return what sysfs and procfs know about an interface."""
    system, folder, found = questions.system, f"/sys/class/net/{link['name']}", PlainPart()
    if (accepts := questions.number(f"/proc/sys/net/ipv6/conf/{link['name']}/accept_ra")) in (0, 1, 2):
        found["accept_ra"] = accepts
    device = system.target(f"{folder}/device")
    if link["kind"] != "nic" or not system.paths(folder):
        return found
    if wireless := system.paths(f"{folder}/wireless") or system.paths(f"{folder}/phy80211"):
        found["wireless"] = bool(wireless)
    if device is None or "/pci" not in device:
        return {**found, "vfs": []}
    if is_pci(basename(device)):
        found |= {"is_vf": bool(system.paths(f"{folder}/device/physfn")), "pci": basename(device)}
    virtual = (system.target(each) for each in system.paths(f"{folder}/device/virtfn*"))
    return {**found, "vfs": [basename(each) for each in virtual if each]}


def is_pci(name: str) -> bool:
    """Whether a name is the address of a PCI device, such as 0000:03:00.0."""
    return name.count(":") == 2 and name.count(".") == 1 and not name.startswith("virtio")
