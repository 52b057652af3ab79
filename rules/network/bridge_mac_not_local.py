"""A network's bridge has a MAC address from a range for hardware.

A real card may have the same address. If both are on one segment, each loses packets to the other. Without `<mac>`,
libvirt generates an address that starts with 52:54:00, which is QEMU's own range.

## What to do
Remove `<mac>`, or set an address that starts with 52:54:00. If this is intended, make sure that no card with this
address is on the same segment.

## Bad
```xml
<network>
  <name>lab</name>
  <mac address='00:1b:21:3c:4d:5e'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:8: info: '00:1b:21' is a range for hardware, so a real card may have this MAC address [bridge-mac-not-local]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <mac address='52:54:00:3c:4d:5e'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: the bridge gets another address, which guests and switches have to learn.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("bridge-mac-not-local", code="VN1704", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    node, mac = network.node.child("mac"), network.mac
    # In the first octet the lowest bit marks multicast addresses, the next one those that no vendor assigned.
    if node is None or mac is None or not network.owns_bridge or int(mac[:2], 16) & 3 or mac[:8] == "00:00:00":
        return
    yield problem(
        node.attributes["address"],
        f"'{mac[:8]}' is a range for hardware, so a real card may have this MAC address",
        fix("Remove <mac>, so that libvirt generates an address", edit.remove(node), safety="choice"),
        confidence="low",
    )
