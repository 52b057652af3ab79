"""An open network names a firewalld zone, and libvirt before 10.8.0 does not put its bridge there.

`zone` on `<bridge>` is meant for open networks above all, whose traffic libvirt leaves to the host's firewall. Older
versions pass over everything about the firewall there, the zone included, so that the bridge ends in firewalld's
default zone. The rule is sure where the inventory tells the version.

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
lan.xml:4:25: warning: this libvirt does not put the bridge of an open network into the zone 'trusted' [open-zone-ignored]
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
Safe on such a version, which does not look at the attribute; unsafe where the version is unknown. The command that puts
the bridge into the zone is shown; libvirt has to do nothing then.

## Libvirt
Never: it starts the network without firewalld too, where a NAT network with a zone does not start.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "open-zone-ignored",
    code="VN1412",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
    covers=("C028",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    zone = network.bridge.attribute("zone") if network.bridge else None
    host = project.host if project.host and project.host.libvirt else None
    if network.mode != "open" or network.bridge is None or zone is None or not known(zone.value):
        return
    if host and host.has_libvirt("10.8.0"):
        return
    command = f"firewall-cmd --permanent --zone={zone.value} --add-interface={network.bridge.name or 'BRIDGE'}"
    message = f"this libvirt does not put the bridge of an open network into the zone '{zone.value}'"
    yield problem(
        zone,
        message if host else f"libvirt before 10.8.0 does not put the bridge of an open network into '{zone.value}'",
        fix("Remove zone", edit.remove_attribute(zone), safety="safe" if host else "unsafe"),
        advise("Put the bridge there on the host", f"{command} && firewall-cmd --reload"),
        severity=None if host else "info",
    )
