"""A guest is on a network that does not start with its host, so after a reboot the guest does not start.

At boot libvirt starts the networks and guests that are marked for autostart. It does not start a network because a
guest needs it. The rule needs an inventory that lists the host's networks. The finding is a warning if the inventory
says that the guest is marked. Nothing is reported if it says that the guest is not marked.

## What to do
Mark the network on the host with `virsh net-autostart`. The XML needs no change. If this is intended, start the
network by hand before the guest.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
    <interface type='bridge'>
      <source bridge='virbr7'/>
    </interface>
  </devices>
</domain>
```
```xml mail.xml
<domain type='kvm'>
  <name>mail</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "networks": [{"name": "lab", "active": true, "autostart": false, "bridge": "virbr7"}],
 "guests": [{"name": "mail", "autostart": true}]}
```

## Report
```text
mail.xml:5:15: warning: network 'lab' does not start with the host, and this guest does not start without it [network-not-autostarted]
web.xml:5:15: info: network 'lab' does not start with the host, and this guest does not start without it [network-not-autostarted]
web.xml:8:15: info: network 'lab' does not start with the host, and this guest does not start without it [network-not-autostarted]
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
Never while the network runs. When the guest starts after a reboot of the host:
`Requested operation is not valid: network 'lab' is not active`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/manpages/virsh.html#net-autostart
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Problem, Project, advise, problem, rule


@rule(
    "network-not-autostarted",
    code="VN3561",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, host = interface.network or interface.host_bridge, project.host
    starts = host.starts_guest(interface.domain.name) if host else None
    if place is None or host is None or starts is False:
        return
    by_bridge = place == interface.host_bridge
    found = host.maker_of(place.value) if by_bridge else host.network(place.value)
    # A network that does not run now is reported by network-inactive.
    if found is not None and found.autostart is False and (found.active is not False or by_bridge):
        yield problem(
            place,
            f"network '{found.name}' does not start with the host, and this guest does not start without it",
            advise("Start the network with the host", f"virsh net-autostart {quote(found.name)}"),
            severity="warning" if starts else None,
            libvirt_message=f"Requested operation is not valid: network '{found.name}' is not active",
        )
