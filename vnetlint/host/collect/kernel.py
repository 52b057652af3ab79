"""What the kernel of a machine has and does: sysctls, its parts, PCI devices, IOMMU and vDPA."""

import re
from posixpath import basename

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.links import is_pci
from vnetlint.host.collect.system import Questions

_TRAFFIC_CONTROL = {
    "htb": "NET_SCH_HTB",
    "sfq": "NET_SCH_SFQ",
    "ingress": "NET_SCH_INGRESS",
    "police": "NET_ACT_POLICE",
}
_NETWORK_CLASS = "0x02"
"""The start of the class of a network card."""


def collect_kernel(questions: Questions) -> PlainPart:
    """Return what the files of the kernel say."""
    return {**_sysctls(questions), **_devices(questions), **_parts(questions)}


def _sysctls(questions: Questions) -> PlainPart:
    def flag(path: str) -> bool | None:
        number = questions.number(f"/proc/sys/net/{path}")
        return None if number is None else number > 0

    forwarding = {"ipv4": flag("ipv4/ip_forward"), "ipv6": flag("ipv6/conf/all/forwarding")}
    found: PlainPart = {"forwarding": {key: value for key, value in forwarding.items() if value is not None}}
    if not found["forwarding"]:
        questions.remark("sysctls", "/proc/sys/net cannot be read")
        return {}
    # Without the module br_netfilter there is no such file, and frames pass no firewall.
    found["bridge_netfilter"] = flag("bridge/bridge-nf-call-iptables") or False
    if (mode := questions.number("/proc/sys/net/ipv4/conf/all/rp_filter")) in (0, 1, 2):
        found["reverse_path_filter"] = mode
    if (start := questions.number("/proc/sys/net/ipv4/ip_unprivileged_port_start")) is not None:
        found["unprivileged_port_start"] = start
    return found


def _devices(questions: Questions) -> PlainPart:
    system, found = questions.system, PlainPart()
    if system.paths("/sys/class"):
        found["iommu"] = bool(system.paths("/sys/class/iommu/*"))
        found["pci_devices"] = [_device(questions, each) for each in system.paths("/sys/bus/pci/devices/*")
                                if _is_card(questions, each)]  # fmt: skip
    found["vdpa_devices"] = list(system.paths("/dev/vhost-vdpa-*"))
    return found


def _is_card(questions: Questions, path: str) -> bool:
    kind = questions.system.read(f"{path}/class") or ""
    return kind.startswith(_NETWORK_CLASS) and is_pci(basename(path))


def _device(questions: Questions, path: str) -> PlainPart:
    made: PlainPart = {"address": basename(path), "is_vf": bool(questions.system.paths(f"{path}/physfn"))}
    if driver := questions.system.target(f"{path}/driver"):
        made["driver"] = basename(driver)
    return made


def _parts(questions: Questions) -> PlainPart:
    release = (questions.system.read("/proc/sys/kernel/osrelease") or "").strip()
    text = questions.system.read(f"/boot/config-{release}")
    if text is None:
        questions.remark("parts of the kernel", f"/boot/config-{release} cannot be read")
        can_filter = questions.system.paths("/sys/class/net/*/bridge/vlan_filtering")
        return {"bridge_vlan_filtering": True} if can_filter else {}
    enabled = config_of(text)
    parts = [name for name, option in _TRAFFIC_CONTROL.items() if option in enabled]
    return {"traffic_control": parts, "bridge_vlan_filtering": "BRIDGE_VLAN_FILTERING" in enabled}


def config_of(text: str) -> frozenset[str]:
    """Return the options that the configuration of a kernel turns on, without `CONFIG_`."""
    return frozenset(re.findall(r"^CONFIG_(\w+)=[ym]$", text, re.MULTILINE))
