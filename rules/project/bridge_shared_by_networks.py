"""Two bridged networks join the same bridge of the host, so their guests share one segment.

libvirt allows this. Guests of both networks see each other's frames, whatever the names of the networks suggest. Port
groups and limits apply only to the guests of the network that has them. Networks that set VLANs on Open vSwitch, or on
the bridge, are separated and not reported.

## What to do
Use one network for all guests of the bridge, with a `<portgroup>` for each kind of guest. If the guests must be
separated, let one of the networks join another bridge of the host. If the shared segment is intended, both networks can
stay.

## Bad
```xml office.xml
<network>
  <name>office</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml servers.xml
<network>
  <name>servers</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Report
```text
servers.xml:4:11: info: network 'office' joins bridge 'br0' too, so the guests of both are on one segment [bridge-shared-by-networks]
```

## Good
```xml office.xml
<network>
  <name>office</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml servers.xml
<network>
  <name>servers</name>
  <forward mode='bridge'/>
  <bridge name='br1'/>
</network>
```

## Fix safety
Shown only: guests refer to both networks by name, so only a person can decide which of them to change.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#using-an-existing-host-bridge
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, advise, problem, related, rule


@rule(
    "bridge-shared-by-networks",
    code="VN3710",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    place, other = network.host_bridge, project.bridges.sharers.get(network)
    if place is None or other is None:
        return
    yield problem(
        place,
        f"{other.label} joins bridge '{place.value}' too, so the guests of both are on one segment",
        advise("Let one network serve all guests of the bridge, with a port group for each kind", GROUP),
        related=(related(other.bridge or other, f"{other.label} joins it here"),),
    )


GROUP = "<portgroup name='GROUP'/>"
