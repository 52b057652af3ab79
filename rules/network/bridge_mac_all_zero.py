"""A bridge has the MAC address 00:00:00:00:00:00, which the kernel refuses, so the network does not start.

Some tools write zeros to mean "any". Without `<mac>`, libvirt chooses an address itself and saves it in the definition,
so that it stays the same.

## What to do
Remove `<mac>`. If the bridge needs a certain address, set one that no other machine has, such as one that starts with
52:54:00.

## Bad
```xml
<network>
  <name>lan</name>
  <bridge name='virbr5'/>
  <mac address='00:00:00:00:00:00'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: error: invalid MAC address '00:00:00:00:00:00': the kernel refuses it for a bridge [bridge-mac-all-zero]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <mac address='52:54:00:0a:0b:0c'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: the network does not start with this address.

## Libvirt
At start: `error creating bridge interface virbr5: Cannot assign requested address`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virnetdevbridge.c, virNetDevBridgeCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, rule


@rule("bridge-mac-all-zero", code="VN1305", on=Network, severity="error", when="start", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    node = network.node.child("mac")
    if node is None or network.mac != "00:00:00:00:00:00" or not network.owns_bridge:
        return
    yield problem(
        node,
        "invalid MAC address '00:00:00:00:00:00': the kernel refuses it for a bridge",
        fix("Remove <mac>, so that libvirt chooses one", edit.remove(node), safety="safe"),
        libvirt_message=heard(REFUSED, network.bridge_name),
    )


REFUSED = "error creating bridge interface {}: Cannot assign requested address"
