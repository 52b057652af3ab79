"""Guests of two hosts have the same MAC address on one LAN, so they get each other's traffic.

The switches of a LAN send frames for an address to where it sent last, so both guests lose packets, and both get the
same DHCP lease. No host sees this: each has the address once. It happens to guests that are copied to another host.

Two hosts are on one LAN if their inventories give the `lan` of the bridge or NIC, or of the bridge's port, one name.
NICs in different VLANs are not on one LAN. Where a LAN or VLAN is not known, nothing is reported. A guest of one name
or UUID that two hosts have is one guest, such as one that a cluster may start on either.

## What to do
Remove `<mac>` from the copy, so that libvirt generates an address, or set another one. `vnetlint check --facts` reports this (docs/fleets.md).

## Bad
```xml a/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml a/web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```
```json a/host.json
{"version": 1, "name": "a",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
```
```xml b/shop.xml
<domain type='kvm'>
  <name>shop</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0A:0B:0C'/>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```json b/host.json
{"version": 1, "name": "b",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
```

## Report
```text
b:shop.xml:5:12: warning: MAC address 52:54:00:0a:0b:0c is already used by guest 'web' of host 'a' on LAN 'office' [mac-on-one-lan-twice]
```

## Good
```xml a/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml a/web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```
```json a/host.json
{"version": 1, "name": "a",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
```
```xml b/shop.xml
<domain type='kvm'>
  <name>shop</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0A:0B:0C'/>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```json b/host.json
{"version": 1, "name": "b",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "branch"}, {"name": "br0", "kind": "bridge"}]}
```

## Libvirt
Never: each host has the address once.

Not seen: it takes two hosts.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
"""

from vnetlint.api import declare

MAC_ON_ONE_LAN_TWICE = declare(
    "mac-on-one-lan-twice", __name__, code="VN5010", severity="warning", when="never", since="0.1", suppressible=False
)
