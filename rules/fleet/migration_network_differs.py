"""A network has another mode, MTU, LAN, subnet or port group than on most hosts of its migration group.

libvirt compares only the names of networks. A guest arrives and is then on another LAN, has an address that does not
belong to the subnet, or an MTU that the bridge does not carry: small packets pass, and large ones are lost. A port group
that the host does not have is silently left out, and with it its VLAN. Each difference is a finding on the network that
differs from most hosts of the group, or from the first host if as many have the one as the other.

Another bridge under a network of mode `bridge` is an info: guests find it by the name of the network.

The hosts of a group are those whose inventory has the same `migration_group`, or whose facts were written with the same
`--group`. The MTU of a network that joins a bridge of the host is that of the bridge. What is not known on a host is
not compared.

## What to do
Make the network the same on all hosts of the group. `vnetlint check --facts` reports this (docs/fleets.md).

## Bad
```xml a/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json a/host.json
{"version": 1, "name": "a", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge", "mtu": 9000}]}
```
```xml b/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json b/host.json
{"version": 1, "name": "b", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge", "mtu": 9000}]}
```
```xml c/lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.3.0.1' prefix='24'/>
</network>
```
```json c/host.json
{"version": 1, "name": "c", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
```

## Report
```text
c:lan.xml:2:3: warning: network 'lan' has MTU 1500, but MTU 9000 on 2 of 3 hosts of group 'prod' [migration-network-differs]
c:lan.xml:2:3: warning: network 'lan' has mode nat, but mode bridge on 2 of 3 hosts of group 'prod' [migration-network-differs]
```

## Good
```xml a/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json a/host.json
{"version": 1, "name": "a", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge", "mtu": 9000}]}
```
```xml b/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json b/host.json
{"version": 1, "name": "b", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge", "mtu": 9000}]}
```

## Libvirt
Never: it compares only the names.

Not seen: it takes two hosts.

## References
- https://libvirt.org/migration.html
- https://libvirt.org/formatnetwork.html#connectivity
"""

from vnetlint.api import declare

MIGRATION_NETWORK_DIFFERS = declare(
    "migration-network-differs",
    __name__,
    code="VN5050",
    severity="warning",
    when="never",
    since="0.1",
    suppressible=False,
)
