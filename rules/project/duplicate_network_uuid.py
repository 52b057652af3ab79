"""Two networks have the same UUID, and libvirt refuses to define the second.

A UUID belongs to one network. Usually the file was copied together with its UUID, or written by `virsh net-dumpxml`.

## What to do
Remove `<uuid>` from the copy, so that libvirt generates one. If the network was renamed, delete the file with the old
name instead.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <uuid>0ec73726-51e5-48d8-931c-1d35d7b6206e</uuid>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <uuid>0ec73726-51e5-48d8-931c-1d35d7b6206e</uuid>
  <bridge name='virbr5'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
test.xml:3:3: error: UUID 0ec73726-51e5-48d8-931c-1d35d7b6206e is already used by network 'lab' [duplicate-network-uuid]
```

## Fixed
```xml test.xml
<network>
  <name>test</name>
  <bridge name='virbr5'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <uuid>0ec73726-51e5-48d8-931c-1d35d7b6206e</uuid>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <bridge name='virbr5'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Fix safety
Choice: the network may have been renamed, so that the other file is out of date. Networks in different folders may be
on different hosts, so for those the finding is an info.

## Libvirt
At define of the second: `network 'lab' is already defined with uuid 0ec73726-51e5-48d8-931c-1d35d7b6206e`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/conf/virnetworkobj.c, virNetworkObjAssignDefLocked()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, related, rule


@rule(
    "duplicate-network-uuid",
    code="VN3101",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    other = project.identities.network_uuid_rivals.get(network)
    node = network.node.child("uuid")
    if other is None or node is None:
        return
    nearby = project.same_host(network, other)
    yield problem(
        node,
        f"UUID {network.uuid} is already used by {other.label}",
        fix("Remove <uuid>, so that libvirt generates one", edit.remove(node), safety="choice"),
        related=(related(other.node.child("uuid") or other, f"{other.label} sets it here"),),
        severity=None if nearby else "info",
        libvirt_message=f"network '{other.name}' is already defined with uuid {network.uuid}",
        confidence="high" if nearby else "low",
    )
