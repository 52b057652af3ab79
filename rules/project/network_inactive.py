"""A guest's interface names a network that is not running, so the guest does not start.

libvirt does not start networks on demand. A network that was defined and never started, or was not started after the
last boot because it is not marked for autostart, refuses every guest. Where the guest is marked and its network is not,
the guest is missing after the next boot, which is a warning. The rule needs an inventory of the host.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
    <interface type='network'>
      <source network='dmz'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "networks": [{"name": "lab", "active": false, "autostart": false},
                            {"name": "dmz", "active": true, "autostart": false}],
 "guests": [{"name": "web", "autostart": true}]}
```

## Report
```text
web.xml:5:15: error: network 'lab' is not running on the host [network-inactive]
web.xml:8:15: warning: guest 'web' starts with the host and its network 'dmz' does not [network-inactive]
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
It is shown only: the XML is right, and the command is for the host.

## Libvirt
When the guest starts: `Requested operation is not valid: network 'lab' is not active`; where the interface names the
network's bridge instead, `Cannot get interface MTU on 'virbr1': No such device`

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
    covers=("B048",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, host = interface.network or interface.host_bridge, project.host
    found = (host.network(place.value) if interface.network else host.maker_of(place.value)) if host and place else None
    if place is None or host is None or found is None:
        return
    name, said = quote(found.name), NOT_ACTIVE if interface.network else NO_BRIDGE
    if found.active is False:
        autostart = "" if found.autostart else f" && virsh net-autostart {name}"
        yield problem(
            place,
            f"network '{found.name}' is not running on the host",
            advise(
                "Start the network on the host" + (", now and at boot" if autostart else ""),
                f"virsh net-start {name}{autostart}",
            ),
            libvirt_message=said.format(place.value),
        )
    elif found.autostart is False and host.starts_guest(interface.domain.name):
        yield problem(
            place,
            f"guest '{interface.domain.name}' starts with the host and its network '{found.name}' does not",
            advise("Start the network with the host", f"virsh net-autostart {name}"),
            severity="warning",
            libvirt_message=said.format(place.value),
        )


NOT_ACTIVE = "Requested operation is not valid: network '{}' is not active"
NO_BRIDGE = "Cannot get interface MTU on '{}': No such device"
