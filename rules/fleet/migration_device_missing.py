"""A guest names a bridge or NIC that another host of its migration group does not have, so it cannot migrate there.

An interface of type `bridge` or `direct` names a device of the host, and the host that the guest migrates to needs a
device of that name. There is one finding for each device and host, on the first guest.

The hosts of a group are those whose inventory has the same `migration_group`, or whose facts were written with the same
`--group`. A device is missing only if the inventory lists the host's interfaces and is not `partial`.

## What to do
Make the device on the host, or put a network of one name in its place on all hosts: each host can then use a bridge of
its own. `vnetlint check --facts` reports this (docs/fleets.md).

## Bad
```xml a/web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```json a/host.json
{"version": 1, "name": "a", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
```
```xml b/lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br1'/>
</network>
```
```json b/host.json
{"version": 1, "name": "b", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br1", "lan": "office"}, {"name": "br1", "kind": "bridge"}]}
```

## Report
```text
a:web.xml:5:15: warning: device 'br0' is missing on host 'b' of group 'prod', and a guest of host 'a' may migrate there [migration-device-missing]
```

## Good
```xml a/web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```json a/host.json
{"version": 1, "name": "a", "migration_group": "prod",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
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
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}]}
```

## Libvirt
When a guest arrives at the other host: `Cannot get interface MTU on 'br0': No such device`. The guest stays where it is.

Not seen: it takes two hosts. A guest that starts without the bridge gets the same message.

## References
- https://libvirt.org/migration.html
- https://libvirt.org/formatdomain.html#bridge-to-lan
"""

from vnetlint.api import declare

MIGRATION_DEVICE_MISSING = declare(
    "migration-device-missing",
    __name__,
    code="VN5040",
    severity="warning",
    when="plug",
    since="0.1",
    suppressible=False,
)
