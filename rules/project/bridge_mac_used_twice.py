"""Two networks set the same MAC address for their bridges.

A copied network keeps its `<mac>`, and libvirt accepts the duplicate. Where the two networks meet, for example in a
guest on both, neighbours mistake one bridge for the other.

## What to do
Remove `<mac>` from one of the networks, so that libvirt generates an address, or set another address. If the two
networks never meet, both can stay as they are.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <bridge name='virbr6'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: info: the bridge of network 'lab' has the same MAC address 52:54:00:0a:0b:0c [bridge-mac-used-twice]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Fix safety
Choice: guests that know the bridge by its MAC address then see another one.

## Libvirt
Never: two bridges with the same address start.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, related, rule


@rule("bridge-mac-used-twice", code="VN3402", on=Network, severity="info", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    other, node = project.identities.bridge_mac_rivals.get(network), network.node.child("mac")
    if node is None or other is None:
        return
    yield problem(
        node,
        f"the bridge of {other.label} has the same MAC address {network.mac}",
        fix("Remove <mac>, so that libvirt chooses an address", edit.remove(node), safety="choice"),
        related=(related(other.node.child("mac") or other, f"{other.label} sets it here"),),
    )
