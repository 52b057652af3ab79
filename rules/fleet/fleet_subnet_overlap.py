"""Routed networks of two hosts behind one router have overlapping subnets, so one of them gets no replies.

The guests of a routed or open network keep their addresses, and so does IPv6 that NAT does not translate. The router of
the LAN needs a route to each such subnet, and can have only one: the guests of the other host send packets and get no
replies.

Two hosts are behind one router if their default routes lead to one address on LANs that their inventories give one
name (`lan`). Where that is not known, nothing is reported.

## What to do
Give one of the networks another subnet, and set the route to it on the router. For networks of one name the finding is
an info: a site may announce the address of each guest, so that it can move between the hosts. `vnetlint check --facts` reports this (docs/fleets.md).

## Bad
```xml a/red.xml
<network>
  <name>red</name>
  <forward mode='route'/>
  <bridge name='virbr5'/>
  <ip address='10.1.0.1' prefix='24'/>
</network>
```
```json a/host.json
{"version": 1, "name": "a",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]}
```
```xml b/blue.xml
<network>
  <name>blue</name>
  <forward mode='route'/>
  <bridge name='virbr5'/>
  <ip address='10.1.0.1' prefix='24'/>
</network>
```
```json b/host.json
{"version": 1, "name": "b",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]}
```

## Report
```text
b:blue.xml:5:3: warning: subnet 10.1.0.0/24 is already used by network 'red' of host 'a', also behind 192.168.50.1 on LAN 'office' [fleet-subnet-overlap]
```

## Good
```xml a/red.xml
<network>
  <name>red</name>
  <forward mode='route'/>
  <bridge name='virbr5'/>
  <ip address='10.1.0.1' prefix='24'/>
</network>
```
```json a/host.json
{"version": 1, "name": "a",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]}
```
```xml b/blue.xml
<network>
  <name>blue</name>
  <forward mode='route'/>
  <bridge name='virbr5'/>
  <ip address='10.2.0.1' prefix='24'/>
</network>
```
```json b/host.json
{"version": 1, "name": "b",
 "interfaces": [{"name": "eth0", "master": "br0", "lan": "office"}, {"name": "br0", "kind": "bridge"}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]}
```

## Libvirt
Never: it compares subnets only with the routes of its own host.

Not seen: it takes two hosts.

## References
- https://libvirt.org/formatnetwork.html#connectivity
"""

from vnetlint.api import declare

FLEET_SUBNET_OVERLAP = declare(
    "fleet-subnet-overlap", __name__, code="VN5020", severity="warning", when="never", since="0.1", suppressible=False
)
