"""A network puts its bridge into a zone of firewalld that the host does not have, so it does not start.

Zones are firewalld's. libvirt asks it to take the bridge into the zone when the network starts, and gives up where
firewalld does not run or has no such zone. Without the attribute libvirt uses the zone that it brings along, and does
without where there is no firewalld. Which zones there are is a fact of the host: the rule speaks where the inventory
tells it, and has an empty list where firewalld does not run.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5' zone='public'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewalld_zones": []}
```

## Report
```text
lab.xml:4:25: error: the bridge is put into the zone 'public', and the host runs no firewalld [zone-without-firewalld]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5' zone='public'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewalld_zones": ["libvirt", "public"]}
```

## Fix safety
Unsafe: perhaps firewalld is only stopped, or the zone comes later. Commands that start the one and add the other are
shown.

## Libvirt
At start: `zone public requested for network lab but firewalld is not active`. An open network starts, because libvirt
leaves its firewall alone; the zone does nothing there.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver_linux.c, networkAddFirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "zone-without-firewalld",
    code="VN3200",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
    covers=("B013",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    place = network.bridge.attribute("zone") if network.bridge else None
    zone = known(place.value) if place else None
    zones = project.host.firewalld_zones if project.host else None
    if place is None or zone is None or zones is None or zone in zones or network.mode not in FIREWALLED:
        return
    add = f"firewall-cmd --permanent --new-zone={zone} && firewall-cmd --reload"
    yield problem(
        place,
        f"the bridge is put into the zone '{zone}', and "
        + ("firewalld of the host has no such zone" if zones else "the host runs no firewalld"),
        fix("Remove the zone", edit.remove_attribute(place), safety="unsafe"),
        advise("Add the zone", add) if zones else advise("Start firewalld", "systemctl enable --now firewalld"),
        libvirt_message=None
        if zones
        else f"zone {zone} requested for network {network.name} but firewalld is not active",
    )


FIREWALLED = ("isolated", "nat", "route")
