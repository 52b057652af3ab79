"""The elements that most documents have, which are offered before the rest."""

from collections.abc import Iterable, Sequence
from functools import cache

from vnetlint.complete.allowed import AllowedElement

_USUAL = {
    "domain": "name uuid title description metadata memory currentMemory vcpu os features cpu clock on_poweroff "
    "on_reboot on_crash devices memoryBacking cputune numatune blkiotune iothreads iothreadids maxMemory seclabel",
    "interface": "mac source target model driver address alias filterref vlan virtualport bandwidth mtu link boot "
    "teaming backend",
    "disk": "driver source target readonly shareable boot serial address alias iotune backingStore",
    "devices": "disk controller interface serial console channel input graphics video memballoon rng hostdev sound "
    "audio filesystem emulator tpm watchdog panic parallel redirdev memory",
}
"""By parent, in the order in which they are offered."""

VALUES = {
    "domain@type": "kvm", "disk@type": "file", "disk@device": "disk", "interface@type": "network",
    "filesystem@type": "mount", "channel@type": "unix", "serial@type": "pty", "console@type": "pty",
    "parallel@type": "pty", "channel/target@type": "virtio", "graphics@type": "vnc", "input@type": "tablet",
    "input@bus": "usb", "hostdev@mode": "subsystem", "hostdev@type": "pci", "controller@type": "usb",
    "sound@model": "ich9", "model@type": "virtio", "tpm/backend@type": "emulator", "tpm@model": "tpm-crb",
    "target@bus": "virtio", "watchdog@model": "i6300esb", "memballoon@model": "virtio", "rng@model": "virtio",
    "address@type": "pci", "forward@mode": "nat", "source@mode": "bridge",
}  # fmt: skip
"""The value that most documents have, by the last element of a path, or the last two, and the attribute."""

_USUAL_VALUES = {
    "os/type@arch": ("x86_64", "aarch64", "i686", "ppc64le", "ppc64", "s390x", "riscv64", "armv7l", "loongarch64"),
}
"""Of long lists, the values that most documents have."""

PARTS = {
    "network/ip": ("address", "netmask"),
    "network/forward": ("mode",),
    "network/bridge": ("name",),
    "network/route": ("address", "prefix", "gateway"),
    "dhcp/host": ("mac", "ip"),
    "nat/port": ("start", "end"),
    "dns/host": ("ip",),
    "devices/disk": ("type", "device"),
    "disk/driver": ("name", "type"),
    "disk/target": ("dev", "bus"),
    "devices/serial": ("type",),
    "devices/console": ("type",),
    "devices/channel": ("type",),
    "devices/hostdev": ("mode", "type", "managed"),
    "devices/input": ("type", "bus"),
    "interface/model": ("type",),
    "interface/source": ("network",),
    "interface/target": ("dev",),
    "interface/filterref": ("filter",),
    "filterref/parameter": ("name", "value"),
    "filter/rule": ("action", "direction"),
}
"""Optional attributes without which an element is seldom written, by the parent and the element."""


def usual_value(path: str) -> str:
    """Return the value that most documents have at a path such as `devices/interface@type`, or an empty text."""
    return VALUES.get(path) or VALUES.get(path.rpartition("/")[2], "")


def usual_values(path: str, values: Sequence[str]) -> list[str]:
    """Return values with the usual ones of a path first."""
    usual = _USUAL_VALUES.get(path, ())
    return [*(each for each in usual if each in values), *(each for each in values if each not in usual)]


def usual_first(parent: str, elements: Iterable[AllowedElement]) -> list[AllowedElement]:
    """Return elements with the required ones first, then the usual ones, then the rest in the order of the format."""
    ranks = _ranks(parent)
    return sorted(elements, key=lambda each: (not each.is_required, ranks.get(each.name, len(ranks))))


@cache
def _ranks(parent: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(_USUAL.get(parent, "").split())}
