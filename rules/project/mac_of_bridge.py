"""A guest's interface has the MAC address of its network's bridge, so nobody reaches it.

The bridge delivers every frame for that address to the host. The guest starts and receives nothing, neither from the
host nor from other guests. The same happens if the interface names the bridge instead of the network.

## What to do
Remove `<mac>` from the interface, so that libvirt generates an address, or set another one. If a static DHCP entry or
the guest's own configuration needs this address, change the `<mac>` of the network instead.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0A:0B:0C'/>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:12: error: MAC address 52:54:00:0a:0b:0c is that of the bridge of network 'lab' [mac-of-bridge]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:69:fc:ca'/>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <mac address='52:54:00:0a:0b:0d'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: a static DHCP entry or the guest's own configuration may use the address. The new address is derived from the
guest's name, so every run proposes the same one.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- linux net/bridge/br_fdb.c, the bridge's own addresses are local
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, new_mac, problem, related, rule


@rule(
    "mac-of-bridge",
    code="VN3462",
    on=Interface,
    severity="error",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    mac, place, network = interface.mac, interface.mac_place, project.bridges.owner_for(interface)
    if mac is None or place is None or network is None or network.mac != mac:
        return
    fresh = new_mac(f"{interface.domain.name} {interface.node.path}", {*project.guests.interfaces_by_mac, mac})
    bridge = network.node.child("mac")
    yield problem(
        place,
        f"MAC address {mac} is that of the bridge of {network.label}",
        fix(f"Change it to {fresh}", edit.set_attribute(place.node, "address", fresh), safety="choice"),
        fix("Remove <mac>, so that libvirt generates an address", edit.remove(place.node), safety="choice"),
        related=(related(bridge or network, "the bridge gets it here"),),
    )
