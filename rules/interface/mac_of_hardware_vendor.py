"""A guest's MAC address is in a range for hardware, so a real card may have it.

Guests have ranges of their own: QEMU's is 52:54:00. Two machines with the same address on a LAN lose each other's
packets. The address of a machine that now runs as a guest is also in such a range, and works as long as the machine
stays off. VMware generates addresses of its own in 00:0c:29 and 00:50:56, and libvirt's driver for it takes one of them
for generated unless `type='static'` says that it is to stay.

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
- `own`: the starts of addresses, of three octets, that the site gives to its guests.
```toml
[options.mac-of-hardware-vendor]
own = ["00:1b:21"]
```

## Fix safety
Choice: the guest may give its interface another name, and what knows it by its address, such as a licence or a DHCP
reservation, no longer does.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- https://standards.ieee.org/products-programs/regauth/
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.api import Interface, Problem, Project, edit, fix, new_mac, option, problem, rule


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
    if place is None or mac is None or interface.type in ("hostdev", None) or interface.direct_mode == "passthrough":
        return
    # The second bit of the first octet marks addresses that no maker gave, the first those of groups.
    if (
        int(mac[:2], 16) & 3
        or (mac[:8] in VMWARE and place.node.get("type") == "static")
        or mac[:8] in VIRTUAL.union(map(str.lower, options.own))
        or project.guests.attachment_of(interface) == "hostdev"
    ):
        return
    fresh = new_mac(mac, project.guests.interfaces_by_mac)
    ours = mac[:8] in VMWARE
    yield problem(
        place,
        f"'{mac[:8]}' is "
        + ("VMware's range, which may give another guest" if ours else "a range for hardware, so a real card may have")
        + " this MAC address",
        fix(f"Set the address to {fresh}", edit.set_attribute(place.node, "address", fresh), safety="choice"),
        fix("Set type='static'", edit.set_attribute(place.node, "type", "static"), safety="choice") if ours else (),
        confidence="low",
    )


VMWARE = ("00:0c:29", "00:50:56")
"""The ranges from which VMware generates addresses, and takes those of a definition for generated ones."""


# Ranges that Xen, VMware, VirtualBox, Hyper-V, Parallels, oVirt and old versions of libvirt give their guests.
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
        # `zero-mac` has what starts so most often.
        "00:00:00",
    )
)
