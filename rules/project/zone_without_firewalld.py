"""A network puts its bridge into a firewalld zone that the host does not have, so it does not start.

libvirt asks firewalld to add the bridge to the zone when the network starts. Where firewalld does not run or has no
such zone, the network does not start. Without the attribute libvirt uses its zone `libvirt`, or none where firewalld
does not run. The rule needs an inventory of the host, with an empty list of zones where firewalld does not run.

## What to do
Correct the name of the zone, or add the zone on the host. If firewalld does not run, start it, or remove `zone` to do
without it.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5' zone='dzm'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewalld_zones": ["dmz", "libvirt", "public"]}
```

## Report
```text
lab.xml:4:25: error: firewalld zone 'dzm' does not exist on the host [zone-without-firewalld]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5' zone='dmz'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
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
Choice: a zone with a similar name is a guess. Perhaps firewalld is only stopped, or the zone is added later. The
commands that start firewalld and add the zone are shown. Once firewalld runs, it blocks what its default zone does not
allow, for example SSH on another port.

## Libvirt
At start; where firewalld does not run, `zone dzm requested for network lab but firewalld is not active`. An open
network starts, because libvirt leaves its firewall alone. The zone has no effect there.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver_linux.c, networkAddFirewallRules()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Attribute, Fix, Names, Network, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "zone-without-firewalld",
    code="VN3200",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    place = network.bridge.attribute("zone") if network.bridge else None
    zone = known(place.value) if place else None
    zones = project.host.inventory.firewalld_zones if project.host else None
    if place is None or zone is None or zones is None or zone in zones or network.mode not in FIREWALLED:
        return
    yield problem(
        place,
        (MISSING if zones else NOT_RUNNING).format(zone),
        _rename(place, Names(zones).similar(zone)),
        fix(f"Remove zone='{zone}'", edit.remove_attribute(place), safety="choice"),
        _add(zone) if zones else advise(START, "systemctl enable --now firewalld"),
        libvirt_message=None if zones else _refusal(zone, network.name),
    )


MISSING = "firewalld zone '{}' does not exist on the host"
NOT_RUNNING = "zone '{}' needs firewalld, which does not run on the host"
START = "Start firewalld on the host, which then blocks what its default zone does not allow"
FIREWALLED = ("isolated", "nat", "route")


def _rename(place: Attribute, meant: str | None) -> tuple[Fix, ...]:
    renamed = edit.set_attribute(place.node, place.name, meant) if meant else ()
    return fix(f"Change it to '{meant}'", renamed, safety="choice")


def _add(zone: str) -> tuple[Fix, ...]:
    command = f"firewall-cmd --permanent --new-zone={quote(zone)} && firewall-cmd --reload"
    return advise("Add the zone on the host", command)


def _refusal(zone: str, name: str | None) -> str:
    return (
        f"zone {zone} requested for network {name} but firewalld is not active" if name else "firewalld is not active"
    )
