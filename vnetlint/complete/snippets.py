"""Whole elements to insert: a network of each mode, and a guest's NIC of each kind."""

from __future__ import annotations

from typing import NamedTuple

from vnetlint.complete.names import Asking, NamingPlace, suggestions
from vnetlint.complete.pieces import InsertPiece, from_template
from vnetlint.model.addresses import new_mac, usable


class Snippet(NamedTuple):
    """An element to insert, without its first `<`, in lines with two spaces for each level."""

    label: str
    summary: str
    text: str
    since: str = ""
    """The version of libvirt that introduced it."""


_ADDRESS = """\
  <ip address='[[address]]' netmask='255.255.255.0'>
    <dhcp>
      <range start='[[start]]' end='[[end]]'/>
    </dhcp>
  </ip>
</network>"""

_BRIDGE = "  <bridge name='[[virbr]]'/>\n"

NETWORKS = (
    Snippet(
        "network (NAT)",
        "Guests reach the outside through the host's address.",
        f"network>\n  <name>[[name]]</name>\n  <forward mode='nat'/>\n{_BRIDGE}{_ADDRESS}",
    ),
    Snippet(
        "network (routed)",
        "Guests reach the outside with their own addresses; the router needs a route back.",
        f"network>\n  <name>[[name]]</name>\n  <forward mode='route'/>\n{_BRIDGE}{_ADDRESS}",
    ),
    Snippet(
        "network (isolated)",
        "Guests reach each other and the host only.",
        f"network>\n  <name>[[name]]</name>\n{_BRIDGE}{_ADDRESS}",
    ),
    Snippet(
        "network (open)",
        "As routed, but libvirt adds no firewall rules.",
        f"network>\n  <name>[[name]]</name>\n  <forward mode='open'/>\n{_BRIDGE}{_ADDRESS}",
    ),
    Snippet(
        "network (bridge of the host)",
        "Guests join a bridge that the host has, and with it its LAN.",
        "network>\n  <name>[[name]]</name>\n  <forward mode='bridge'/>\n  <bridge name='[[bridge]]'/>\n</network>",
    ),
    Snippet(
        "network (macvtap)",
        "Guests join the LAN of a NIC of the host; they do not reach the host.",
        "network>\n  <name>[[name]]</name>\n  <forward mode='bridge'>\n    <interface dev='[[nic]]'/>\n"
        "  </forward>\n</network>",
    ),
    Snippet(
        "network (pool of SR-IOV functions)",
        "Each guest gets a virtual function of a NIC.",
        "network>\n  <name>[[name]]</name>\n  <forward mode='hostdev' managed='yes'>\n    <pf dev='[[nic]]'/>\n"
        "  </forward>\n</network>",
    ),
)


_MODEL = "  <model type='virtio'/>\n"


def _nic(label: str, summary: str, kind: str, source: str, model: str = _MODEL, since: str = "") -> Snippet:
    text = f"interface type='{kind}'>\n  <mac address='[[mac]]'/>\n{source}{model}</interface>"
    return Snippet(f"interface ({label})", summary, text, since)


NICS = (
    _nic("network", "A NIC on a libvirt network.", "network", "  <source network='[[network]]'/>\n"),
    _nic("bridge", "A NIC on a bridge of the host.", "bridge", "  <source bridge='[[bridge]]'/>\n"),
    _nic("macvtap", "A NIC on the LAN of one of the host's.", "direct", "  <source dev='[[nic]]' mode='bridge'/>\n"),
    _nic("user", "A NIC that needs no privileges; nobody outside reaches it.", "user", ""),
    _nic(
        "passt",
        "A NIC that needs no privileges, and can forward ports.",
        "user",
        "  <backend type='passt'/>\n",
        since="9.0.0",
    ),
    _nic("ethernet", "A NIC on a tap device.", "ethernet", "  <target dev='[[tap]]' managed='no'/>\n"),
    Snippet(
        "interface (hostdev)",
        "A virtual function of a NIC of the host.",
        "interface type='hostdev' managed='yes'>\n  <mac address='[[mac]]'/>\n  <source>\n"
        "    <address type='pci' domain='0x0000' bus='[[bus]]' slot='[[slot]]' function='[[function]]'/>\n"
        "  </source>\n</interface>",
    ),
    _nic(
        "vhost-user",
        "A NIC on a switch in user space.",
        "vhostuser",
        "  <source type='unix' path='[[socket]]' mode='client'/>\n",
    ),
    _nic("vDPA", "A NIC on a vDPA device of the host.", "vdpa", "  <source dev='[[vdpa]]'/>\n", ""),
)


def pieces_of(snippet: Snippet, around: NamingPlace, quote: str, unit: str) -> tuple[InsertPiece, ...]:
    """Return the pieces of a snippet with values that are free in the project, and in the style of the document."""
    lines = snippet.text.split("\n")
    depths = [(len(line) - len(line.lstrip(" "))) // 2 for line in lines]
    text = "\n".join(unit * depth + line.lstrip(" ") for depth, line in zip(depths, lines, strict=True))
    return from_template(text.replace("'", quote), _values(snippet, around))


def _values(snippet: Snippet, around: NamingPlace) -> dict[str, str]:
    """The value of each hole: from the project and the host if they have one, else a usual one."""
    values = {
        "name": "lan", "address": "192.168.100.1", "start": "192.168.100.2", "end": "192.168.100.254",
        "virbr": "virbr1", "bridge": "br0", "nic": "eth0", "network": "default", "mac": "52:54:00:12:34:56",
        "tap": "tap0", "bus": "0x03", "slot": "0x10", "function": "0x0", "vdpa": "/dev/vhost-vdpa-0",
        "socket": "/var/run/openvswitch/vhost-user1",
    }  # fmt: skip
    for key, path in _FOUND.items():
        if first := next(suggestions(Asking(around, None, None, ""), path), None):
            values[key] = first.value
    for subnet in around.free_subnets[:1]:
        first_address, last = usable(subnet)
        values |= {"address": str(first_address), "start": str(first_address + 1), "end": str(last)}
    values["mac"] = new_mac(f"{around.path} {snippet.label}", around.taken_macs)
    values["name"] = _free_name(around)
    return values


_FOUND = {
    "network": "interface/source@network",
    "nic": "network/forward@dev",
    "bridge": "*bridge",
    "virbr": "*virbr",
}
"""Where the values of holes come from."""


def _free_name(around: NamingPlace) -> str:
    taken = around.project.networks.names
    return next(name for name in ("lan", *(f"lan{number}" for number in range(2, len(taken) + 3))) if name not in taken)
