"""Two networks have the same name, and libvirt refuses to define the second.

If both name and UUID are the same, the second definition replaces the first. If only the name is the same, libvirt
refuses the second. A definition without a UUID gets a new one each time, so it never replaces another.

In a project that is declared complete, the finding is an error. Otherwise it is an info, because files of one folder
may be two versions of one network, and files of several folders may be for several hosts.

## What to do
Rename one of the networks, and change the name in the guests that use it. If the second file is a new version of the
first, set the same `<uuid>` in both, so that it replaces the first.

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
  <name>lab</name>
  <uuid>7c1e0f0a-9a5e-4b7e-8d6c-3f2b1a0c9d8e</uuid>
  <bridge name='virbr5'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```toml
complete = true
```

## Report
```text
test.xml:2:3: error: network name 'lab' is already used in lab.xml [duplicate-network-name]
```

## Fixed
```xml test.xml
<network>
  <name>test</name>
  <uuid>7c1e0f0a-9a5e-4b7e-8d6c-3f2b1a0c9d8e</uuid>
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
```xml lab-new.xml
<network>
  <name>lab</name>
  <uuid>0ec73726-51e5-48d8-931c-1d35d7b6206e</uuid>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```toml
complete = true
```

## Fix safety
Choice: guests refer to the network by name, and both files may be meant to be one network. The new name is that of the
file, or the old one with a number. Setting the UUID of the first is offered too.

## Libvirt
At define of the second: `network 'lab' already exists with uuid 0ec73726-51e5-48d8-931c-1d35d7b6206e`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/conf/virnetworkobj.c, virNetworkObjAssignDefLocked()
"""

from collections.abc import Iterator

from vnetlint.api import Edits, Network, Problem, Project, edit, el, fix, problem, related, rule


@rule(
    "duplicate-network-name",
    code="VN3100",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    other = project.identities.network_namesakes.get(network)
    node = network.node.child("name")
    if other is None or node is None:
        return
    new = project.identities.new_network_names[network]
    yield problem(
        node,
        f"network name '{network.name}' is already used in {other.file_beside(network)}",
        fix(f"Rename the network to '{new}'", edit.set_text(node, new), safety="choice"),
        fix(f"Set the UUID {other.uuid}, so that it replaces the other", _same_uuid(network, other), safety="choice"),
        related=(related(other.name_node, "the other network"),),
        severity=None if project.complete else "info",
        libvirt_message=f"network '{network.name}' already exists with uuid" + (f" {other.uuid}" if other.uuid else ""),
        confidence="high" if project.complete else "low",
    )


def _same_uuid(network: Network, other: Network) -> Edits:
    if other.uuid is None:
        return ()
    node = network.node.child("uuid")
    if node is not None:
        return edit.set_text(node, str(other.uuid))
    return edit.insert(network.node, el("uuid", text=str(other.uuid)))
