"""A guest's MAC address is in a range for hardware, so a real card may have it.

Guests have ranges of their own: QEMU's is 52:54:00. Two machines with the same address on a LAN lose each other's
packets. The address of a physical machine that now runs as a guest is also in such a range, and works while the machine
stays off. VMware generates addresses in 00:0c:29 and 00:50:56; libvirt's driver for VMware treats such an address as
generated unless `type='static'` is set.

## What to do
Set an address that begins with 52:54:00. If the guest has to keep its address, make sure that no other machine on the
LAN has it, and set `type='static'` for a guest of VMware. List ranges that the site gives to its guests in the option
`own`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='00:1b:21:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:12: info: '00:1b:21' is a range for hardware, so a real card may have this MAC address [mac-of-hardware-vendor]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:7b:8e:75'/>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
    <interface type='bridge'>
      <mac address='00:16:3e:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Options
- `own`: ranges that the site gives to its guests, as the first three octets of an address.
```toml
[options.mac-of-hardware-vendor]
own = ["00:1b:21"]
```

## Fix safety
Choice: the guest may rename its interface, and a licence or a DHCP reservation for the old address no longer applies.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- https://standards.ieee.org/products-programs/regauth/
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, new_mac, option, problem, rule
from vnetlint.dataclass import dataclass


@dataclass(frozen=True)
class Options:
    own: tuple[str, ...] = option((), pattern="^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){2}$")


@rule(
    "mac-of-hardware-vendor",
    code="VN2318",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    profile="strict",
    options=Options,
)
def check(interface: Interface, project: Project, options: Options) -> Iterator[Problem]:
    place, mac = interface.mac_place, interface.mac
    if place is None or mac is None or _is_of_guests(interface, mac, options) or _is_hardware(interface, project):
        return
    node, fresh, vmware = place.node, new_mac(mac, project.guests.interfaces_by_mac), mac[:8] in VMWARE
    if vmware and node.get("type") == "static":
        return
    reason = "VMware's range, so another guest may get" if vmware else "a range for hardware, so a real card may have"
    yield problem(
        place,
        f"'{mac[:8]}' is {reason} this MAC address",
        fix(f"Set the address to {fresh}", edit.set_attribute(node, "address", fresh), safety="choice"),
        fix("Set type='static'", edit.set_attribute(node, "type", "static"), safety="choice") if vmware else (),
        confidence="low",
    )


def _is_of_guests(interface: Interface, mac: str, options: Options) -> bool:
    # In the first octet, 2 marks addresses that no manufacturer assigned, and 1 those of groups.
    return bool(int(mac[:2], 16) & 3) or mac[:8] in VIRTUAL.union(map(str.lower, options.own))


def _is_hardware(interface: Interface, project: Project) -> bool:
    """Whether the guest uses the address of the host's own card."""
    passed = interface.type in ("hostdev", None) or interface.direct_mode == "passthrough"
    return passed or project.guests.attachment_of(interface) == "hostdev"


VMWARE = ("00:0c:29", "00:50:56")
"""The ranges in which VMware generates addresses; it treats addresses of a definition in them as generated too."""


# Ranges in which Xen, VMware, VirtualBox, Hyper-V, Parallels, oVirt and old versions of libvirt have their guests.
VIRTUAL = frozenset(
    (
        "00:16:3e",
        "00:05:69",
        "00:1c:14",
        "08:00:27",
        "00:15:5d",
        "00:1c:42",
        "00:1a:4a",
        "54:52:00",
        # `zero-mac` reports most addresses that begin with this.
        "00:00:00",
    )
)
