"""Which values libvirt takes although its schema rejects them, and what it reads there.

Such a document works as it stands; only validating it, as `virsh edit` does, stumbles. Each entry was put to libvirt
with the value as it is and with what it is read as, and what it kept was the same. Nothing is here of which the author
may have expected more: a `<filterref>` with an empty name is taken too, and leaves the guest without its filter.
"""

import re
from collections.abc import Mapping, Sequence

from vnetlint.model.addresses import parse_mac
from vnetlint.schema.fault import Fault
from vnetlint.schema.refused import path_of
from vnetlint.xml.tree import Node

ABSENT = "as if it were not there"
NO_ELEMENT = "as if its element were not there"

_EMPTY: Mapping[str, tuple[str, ...]] = {
    "domain": ("uuid", "title", "currentMemory", "on_crash", "on_poweroff", "on_reboot"),
    "domain/blkiotune": ("weight",),
    "domain/blkiotune/device": ("weight", "read_bytes_sec", "read_iops_sec", "write_bytes_sec", "write_iops_sec"),
    "domain/cputune": ("shares", "period", "quota", "global_period", "global_quota", "iothread_period",
                       "iothread_quota"),
    "domain/devices": ("emulator",),
    "domain/devices/controller": ("pcihole64",),
    "domain/devices/memory/source": ("alignsize", "nodemask", "pagesize"),
    "domain/devices/shmem": ("size",),
    "domain/features/smm": ("tseg",),
    "domain/devices/disk": ("serial", "wwn"),
    "domain/devices/disk/iotune": (
        "read_bytes_sec", "read_bytes_sec_max", "read_iops_sec", "read_iops_sec_max", "size_iops_sec",
        "total_bytes_sec", "total_bytes_sec_max", "total_iops_sec", "total_iops_sec_max", "write_bytes_sec",
        "write_bytes_sec_max", "write_iops_sec", "write_iops_sec_max"),
    "domain/memtune": ("hard_limit", "soft_limit", "swap_hard_limit"),
    "domain/os": ("kernel", "initrd", "dtb", "initdir"),
    "filter": ("uuid",),
    "network": ("uuid",),
}  # fmt: skip
"""Elements that are read as absent where they are empty, by the path of their parent."""

_EMPTY_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "domain/devices/disk/source/readahead": ("size",),
    "domain/devices/disk/source/timeout": ("seconds",),
    "domain/devices/filesystem/binary": ("path",),
    "domain/devices/filesystem/binary/thread_pool": ("size",),
    "domain/devices/filesystem/driver": ("queue",),
    "domain/devices/graphics": ("listen",),
    "domain/devices/graphics/listen": ("address", "socket"),
    "domain/devices/hostdev": ("managed",),
    "domain/devices/interface": ("managed",),
    "domain/devices/interface/downscript": ("path",),
    "domain/devices/interface/guest": ("dev",),
    "domain/devices/interface/ip": ("family",),
    "domain/devices/interface/link": ("state",),
    "domain/devices/interface/mtu": ("size",),
    "domain/devices/interface/model": ("type",),
    "domain/devices/interface/script": ("path",),
    "domain/devices/interface/source": ("portid",),
    "domain/devices/interface/teaming": ("type",),
    "domain/devices/interface/vlan": ("trunk",),
    "domain/devices/rng/rate": ("bytes", "period"),
    "domain/devices/serial/target/model": ("name",),
    "domain/devices/video/model": ("vgamem",),
    "domain/memoryBacking/access": ("mode",),
    "domain/memoryBacking/allocation": ("mode", "threads"),
    "domain/memoryBacking/source": ("type",),
    "domain/os": ("firmware",),
    "domain/os/smbios": ("mode",),
    "filter": ("chain", "priority"),
    "filter/rule": ("statematch",),
    "network": ("connections", "ipv6"),
    "network/bridge": ("delay", "macTableManager", "name", "stp", "zone"),
    "network/dns/srv": ("port", "priority", "weight"),
    "network/forward": ("dev", "managed", "mode"),
    "network/forward/driver": ("model",),
    "network/forward/interface": ("connections",),
    "network/ip": ("family", "netmask"),
    "network/mac": ("address",),
    "network/mtu": ("size",),
    "network/portgroup": ("default",),
    "network/portgroup/vlan": ("trunk",),
    "network/vlan": ("trunk",),
}
"""Attributes that are read as absent where they are empty, by the path of their element."""

DEFAULTED = frozenset(("domain/clock@offset",))
"""Attributes that the schema requires and libvirt has a default for, which is what everybody wants."""

_MACS = ("network/mac@address", "network/ip/dhcp/host@mac", "domain/devices/interface/mac@address")
"""MAC addresses of which libvirt takes one digit an octet."""

_DNS_NAMES = ("network/domain@name", "network/dns/forwarder@domain", "network/ip/dhcp/host@name")
_DNS_NAME = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}")
"""A name that dnsmasq takes; the schema allows no underscore."""

_BRIDGES = ("network/bridge@name", "domain/devices/interface/source@bridge")
_DEVICE = re.compile(r"(?!\.\.?$)[!-.0-9;-~]{1,15}")
"""A name that the kernel takes for a device, of ASCII; the schema allows fewer marks."""

_MEDIA = ("domain/devices/disk/source@file", "domain/devices/disk/source@dev")
_REMOVABLE = ("cdrom", "floppy")

_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ALL", "NONE")
_STATES = ("NEW", "ESTABLISHED", "RELATED", "INVALID", "NONE")
_SEPARATORS = re.compile(r"[\s,]+")

_RATE = re.compile(
    r"(?:domain/devices/interface|network(?:/portgroup)?)/bandwidth/(?:in|out)bound@(?:average|peak|floor)"
)
_MOST = 2**54
"""The highest rate that libvirt takes; the schema ends at 32 bits."""


def taken_as(fault: Fault) -> str | None:
    """Return what libvirt reads in place of what the schema rejects: a value, ABSENT, or NO_ELEMENT; None if unsure."""
    if fault.kind != "bad-value":
        return None
    node = fault.node
    path = path_of(node)
    if fault.attribute is not None:
        return _attribute_taken_as(node, f"{path}@{fault.name}", fault.attribute.value)
    if path == "network/dns/host/hostname" and _DNS_NAME.fullmatch(node.text.strip()):
        return node.text.strip()
    is_empty = not node.text and not node.children
    return ABSENT if is_empty and node.name in _EMPTY.get(path.rpartition("/")[0], ()) else None


def _attribute_taken_as(node: Node, place: str, value: str) -> str | None:
    path, _, name = place.partition("@")
    if not value and (name in _EMPTY_ATTRIBUTES.get(path, ()) or _is_empty_in_any_domain(path, name)):
        return ABSENT
    if place in _DNS_NAMES:
        return value if _DNS_NAME.fullmatch(value) else None
    if place in _MACS and (mac := parse_mac(value)) is not None:
        return None if int(mac[:2], 16) & 1 else mac
    if place in _MEDIA:
        drive = node.parent.get("device") if node.parent is not None else None
        return ABSENT if not value and drive in _REMOVABLE else None
    if place in _BRIDGES:
        return value if _DEVICE.fullmatch(value) else None
    if _RATE.fullmatch(place):
        return value if re.fullmatch("[0-9]{10,17}", value) and 2**32 <= int(value) <= _MOST else None
    if place == "network/forward@mode" and value == "none":
        return NO_ELEMENT
    return _in_capitals(name, value) if path.startswith("filter/rule/") else None


def _in_capitals(name: str, value: str) -> str | None:
    """Return the states or TCP flags that libvirt reads: in any case, between commas and blanks."""
    if name == "state":
        states = _words(value, _STATES)
        return "NONE" if states and "NONE" in states else ",".join(states or ()) or None
    if name == "flags" and value.count("/") == 1:
        halves = [_words(half, _FLAGS) for half in value.split("/")]
        return None if None in halves else "/".join(",".join(half or ()) or "NONE" for half in halves)
    return None


def _words(value: str, known: Sequence[str]) -> tuple[str, ...] | None:
    """Return the words of a list, each once; None if one is unknown."""
    words = tuple(dict.fromkeys(word.upper() for word in _SEPARATORS.split(value) if word))
    return words if all(word in known for word in words) else None


def _is_empty_in_any_domain(path: str, name: str) -> bool:
    """Whether an empty unit, or an empty alias of a device, is read as absent."""
    return path.startswith("domain/") and (name == "unit" or (name == "name" and path.endswith("/alias")))
