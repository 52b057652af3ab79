"""Two networks use the same bridge name, and libvirt refuses to define the second.

A network that creates its bridge needs a name that no network defined earlier uses, not even an inactive one. A network
with forward mode `bridge` may be defined later and join that bridge, so for such a pair the order decides. The files do
not show the order, so the pair is only a warning.

## What to do
Change the bridge name of one network, or remove `name` from its `<bridge>`, so that libvirt chooses a free one. If a
network with forward mode `bridge` should join the bridge of the other network, define the network that creates the
bridge first.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='on' delay='0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <bridge name='virbr5' stp='on' delay='0'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
test.xml:3:11: error: bridge name 'virbr5' is already used by network 'lab' [bridge-name-in-use]
```

## Fixed
```xml test.xml
<network>
  <name>test</name>
  <bridge name='virbr1' stp='on' delay='0'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='on' delay='0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <bridge stp='on' delay='0'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Fix safety
Choice: a firewall or a guest's `<source bridge=…>` may use the name. The new name is free in the project and in the
host's inventory. Networks in different folders may be on different hosts, so for those the finding is an info.

## Libvirt
At define of the second: `bridge name 'virbr5' already in use.`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/virnetworkobj.c, virNetworkObjBridgeInUse()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, related, rule


@rule(
    "bridge-name-in-use",
    code="VN3010",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    rival, place = (
        project.identities.bridge_rivals.get(network),
        network.bridge.attribute("name") if network.bridge else None,
    )
    if place is None or rival is None:
        return
    nearby, joins = project.same_host(rival, network), not rival.owns_bridge
    new, named = project.identities.new_bridges[network], rival.label
    yield problem(
        place,
        f"bridge name '{place.value}' is already used by {named}"
        + (", which must not be defined first" if joins else ""),
        fix(f"Rename the bridge to {new}", edit.set_attribute(place.node, "name", new), safety="choice"),
        fix("Remove the bridge name, so that libvirt chooses one", edit.remove_attribute(place), safety="choice"),
        related=(related(rival.bridge or rival, f"{named} names it here"),),
        severity="info" if not nearby else "warning" if joins else None,
        libvirt_message=f"bridge name '{place.value}' already in use.",
    )
