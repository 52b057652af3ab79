"""A guest names a network that another host of its migration group does not have, so it cannot migrate there.

The host that a guest migrates to looks its networks up by name. Without one the migration fails, often at the worst
moment: when a host is emptied for maintenance. There is one finding for each network and host, on the first guest.

The hosts of a group are those whose inventory has the same `migration_group`, or whose facts were written with the same
`--group`. If nothing says that all networks of the host are known, the finding is an info: neither does its inventory
list its networks, nor are its files declared complete.

## What to do
Define the network on the host, with the same mode, MTU and LAN as elsewhere. `vnetlint check --facts` reports this (docs/fleets.md).

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
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```
```json a/host.json
{"version": 1, "name": "a", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "networks": []}
```
```json b/host.json
{"version": 1, "name": "b", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "networks": []}
```
```xml b/empty.xml
<network>
  <name>empty</name>
  <bridge name='virbr9'/>
</network>
```

## Report
```text
a:web.xml:5:15: warning: network 'lan' is missing on host 'b' of group 'prod', and a guest of host 'a' may migrate there [migration-network-missing]
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
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```
```json a/host.json
{"version": 1, "name": "a", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "networks": []}
```
```json b/host.json
{"version": 1, "name": "b", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "networks": []}
```
```xml b/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Libvirt
When a guest arrives at the other host: `Network not found: no network with matching name 'lan'`. The guest stays where it is.

Not seen: it takes two hosts. A guest that starts without its network gets the same message.

## References
- https://libvirt.org/migration.html
- libvirt src/conf/domain_conf.c, virDomainNetCreatePort()
"""

from vnetlint.api import declare

MIGRATION_NETWORK_MISSING = declare(
    "migration-network-missing",
    __name__,
    code="VN5030",
    severity="warning",
    when="plug",
    since="0.1",
    suppressible=False,
)
