"""Which values libvirt takes although its schema rejects them, and what it reads there.

Such a document works as it stands; only validating it, as `virsh edit` does, stumbles. Each entry was put to libvirt
with the value as it is and with what it is read as, and what it kept was the same. Nothing is here of which the author
may have expected more: a `<filterref>` with an empty name is taken too, and leaves the guest without its filter.
"""

import re
from collections.abc import Mapping

from vnetlint.schema.fault import Fault
from vnetlint.schema.refused import path_of
from vnetlint.xml.tree import Node

ABSENT = "as if it were not there"

_EMPTY: Mapping[str, tuple[str, ...]] = {
    "domain": ("uuid", "title", "currentMemory", "on_crash", "on_poweroff", "on_reboot"),
    "domain/blkiotune": ("weight",),
    "domain/blkiotune/device": ("weight", "read_bytes_sec", "read_iops_sec", "write_bytes_sec", "write_iops_sec"),
    "domain/cputune": ("shares", "period", "quota", "global_period", "global_quota", "iothread_period",
                       "iothread_quota"),
    "domain/devices": ("emulator",),
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

_BRIDGES = ("network/bridge@name", "domain/devices/interface/source@bridge")
_DEVICE = re.compile(r"(?!\.\.?$)[!-.0-9;-~]{1,15}")
"""A name that the kernel takes for a device, of ASCII; the schema allows fewer marks."""

_MEDIA = ("domain/devices/disk/source@file", "domain/devices/disk/source@dev")
_REMOVABLE = ("cdrom", "floppy")

_TCP_FLAGS = ("filter/rule/tcp@flags", "filter/rule/tcp-ipv6@flags")
_FLAGS = re.compile(r"(?P<mask>[A-Z,]*)/(?P<set>[A-Z,]*)")


def taken_as(fault: Fault) -> str | None:
    """Give what libvirt reads where it takes what the schema rejects: ABSENT, or a value; None where it may not."""
    if fault.kind != "bad-value":
        return None
    node = fault.node
    path = path_of(node)
    if fault.attribute is not None:
        return _attribute_taken_as(node, f"{path}@{fault.name}", fault.attribute.value)
    is_empty = not node.text and not node.children
    return ABSENT if is_empty and node.name in _EMPTY.get(path.rpartition("/")[0], ()) else None


def _attribute_taken_as(node: Node, place: str, value: str) -> str | None:
    if place in _MEDIA:
        drive = node.parent.get("device") if node.parent is not None else None
        return ABSENT if not value and drive in _REMOVABLE else None
    if place in _BRIDGES:
        return value if _DEVICE.fullmatch(value) else None
    if place in _TCP_FLAGS and (flags := _FLAGS.fullmatch(value)):
        return f"{flags['mask'] or 'NONE'}/{flags['set'] or 'NONE'}"
    return None
