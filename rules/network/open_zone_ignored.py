"""An open network names a firewalld zone, and libvirt before 10.8.0 does not add its bridge to that zone.

`zone` on `<bridge>` is meant mainly for open networks, whose traffic libvirt leaves to the host's firewall. Older
versions skip everything about the firewall there, including the zone, so the bridge ends up in firewalld's default
zone. The finding is an info where neither the inventory nor `target-libvirt` names the version.

## What to do
Update libvirt to 10.8.0 or newer, which uses the zone. Until then, add the bridge to the zone on the host with
`firewall-cmd`. If the default zone is right for this network, remove `zone`.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7' zone='trusted'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "9.0.0"}
```

## Report
```text
lan.xml:4:25: warning: libvirt before 10.8.0 ignores the zone 'trusted' of an open network [open-zone-ignored]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7' zone='trusted'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "10.8.0"}
```

## Fix safety
A choice: the attribute works after an update to libvirt 10.8.0. The command that moves the bridge to the zone is shown.
It changes which firewalld rules apply to the guests, and nothing else.

## Libvirt
Never: it starts the network even without firewalld, where a NAT network with a zone does not start.

Seen on 9.0; 11.3 and 12.8 use the zone.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Network, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "open-zone-ignored",
    code="VN1412",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    zone = network.bridge.attribute("zone") if network.bridge else None
    is_newer = project.has_libvirt("10.8.0")
    if network.mode != "open" or network.bridge is None or zone is None or not known(zone.value):
        return
    if is_newer:
        return
    moved = f"--zone={quote(zone.value)} --change-interface={quote(network.bridge_name or 'BRIDGE')}"
    yield problem(
        zone,
        f"libvirt before 10.8.0 ignores the zone '{zone.value}' of an open network",
        fix("Remove zone", edit.remove_attribute(zone), safety="choice"),
        advise("Move the bridge to the zone on the host", f"firewall-cmd {moved} && firewall-cmd --permanent {moved}"),
        severity="info" if is_newer is None else None,
    )
