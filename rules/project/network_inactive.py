"""A guest's interface names a network that is not running, so the guest does not start.

libvirt does not start networks on demand. Every guest is refused by a network that was defined and never started, or
that was not started after the last boot because it is not marked for autostart. The rule needs an inventory of the
host.

## What to do
Start the network on the host with `virsh net-start`. Mark it with `virsh net-autostart`, so that it also starts at
boot. The XML needs no change.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "networks": [{"name": "lab", "active": false, "autostart": false}]}
```

## Report
```text
web.xml:5:15: error: network 'lab' is not running on the host [network-inactive]
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "networks": [{"name": "lab", "active": true, "autostart": true}]}
```

## Fix safety
Shown only: the XML is right, and the command has to run on the host.

## Libvirt
When the guest starts: `Requested operation is not valid: network 'lab' is not active`; where the interface names the
network's bridge instead, `Cannot get interface MTU on 'virbr1': No such device`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/manpages/virsh.html#net-autostart
- libvirt src/network/bridge_driver.c, networkAllocatePort()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Problem, Project, advise, problem, rule


@rule(
    "network-inactive",
    code="VN3481",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, host = interface.network or interface.host_bridge, project.host
    found = (host.network(place.value) if interface.network else host.maker_of(place.value)) if host and place else None
    if place is None or found is None or found.active is not False:
        return
    name, said = quote(found.name), NOT_ACTIVE if interface.network else NO_BRIDGE
    at_boot, autostart = ("", "") if found.autostart else (", now and at boot", f" && virsh net-autostart {name}")
    yield problem(
        place,
        f"network '{found.name}' is not running on the host",
        advise(f"Start the network on the host{at_boot}", f"virsh net-start {name}{autostart}"),
        libvirt_message=said.format(place.value),
    )


NOT_ACTIVE = "Requested operation is not valid: network '{}' is not active"
NO_BRIDGE = "Cannot get interface MTU on '{}': No such device"
