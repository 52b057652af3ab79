"""A network uses the bridge name or the subnet of another network on the host.

libvirt refuses to define a second network with the same bridge name, and to start a second one with the same IPv4
subnet. Most hosts have the network `default` with `virbr0` and 192.168.122.0/24, which libvirt installs.

The host's networks are known from an inventory. If it lists `default` without its bridge and subnets, the usual ones
are assumed and the finding is a warning. Without an inventory it is an info.

## What to do
Remove the bridge name, so that libvirt chooses a free one, and change the addresses to a subnet that the host does not
use. If no host has the network `default`, set `external = []` in the configuration.

## Bad
```xml edge.xml
<network>
  <name>edge</name>
  <bridge name='virbr0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr3'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <bridge name='virbr9'/>
  <ip address='192.168.122.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "networks": [{"name": "default"},
              {"name": "office", "active": true, "bridge": "virbr3", "subnets": ["10.44.0.0/24"]}]}
```

## Report
```text
edge.xml:3:11: warning: bridge name 'virbr0' is probably used by the host's network 'default' [collides-with-host-network]
lab.xml:3:11: error: bridge name 'virbr3' is already used by the host's network 'office' [collides-with-host-network]
lab.xml:4:3: error: subnet 10.44.0.0/24 is already used by the host's network 'office' [collides-with-host-network]
test.xml:5:3: warning: subnet 192.168.122.0/24 is probably used by the host's network 'default' [collides-with-host-network]
```

## Good
```xml default.xml
<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0'/>
  <ip address='192.168.122.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr4'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "networks": [{"name": "default"},
              {"name": "office", "active": true, "bridge": "virbr3", "subnets": ["10.44.0.0/24"]}]}
```

## Fix safety
Choice: perhaps the host's network should be removed instead. The network is renumbered to a subnet that is free in the
project and on the host.

## Libvirt
At define: `bridge name 'virbr3' already in use.` At start, if the other network is active:
`Network is already in use by interface virbr3`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/virnetworkobj.c, virNetworkObjBridgeInUse()
- libvirt src/network/bridge_driver_linux.c, networkCheckRouteCollision()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Ip,
    Network,
    Problem,
    Project,
    Severity,
    advise,
    edit,
    fix,
    problem,
    renumber,
    rule,
)


@rule("collides-with-host-network", code="VN3703", on=Network, severity="error", when="define", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    place = network.bridge.attribute("name") if network.bridge else None
    for rival in project.networks.host_rivals(network):
        used = f"is {'already' if rival.is_told else 'probably'} used by the host's network '{rival.name}'"
        milder: Severity | None = None if rival.is_told else "warning" if rival.is_listed else "info"
        if place is not None and place.value == rival.bridge:
            yield _same_bridge(place, used, milder)
        for ip in (each for each in network.ips if each.family == "ipv4" and each.subnet in rival.subnets):
            if ip not in project.subnets.overlaps and rival.active is not False:
                yield problem(
                    ip,
                    f"subnet {ip.subnet} {used}",
                    _renumber(network, ip, project),
                    severity=milder or (None if rival.active else "warning"),
                    when="never" if milder == "info" else "start",
                    libvirt_message=f"Network is already in use by interface {rival.bridge or ''}".rstrip(),
                )


def _same_bridge(place: Attribute, used: str, milder: Severity | None) -> Problem:
    return problem(
        place,
        f"bridge name '{place.value}' {used}",
        fix("Remove the bridge name, so that libvirt chooses one", edit.remove_attribute(place), safety="choice"),
        severity=milder,
        when="never" if milder == "info" else None,
        libvirt_message=f"bridge name '{place.value}' already in use.",
    )


def _renumber(network: Network, ip: Ip, project: Project) -> tuple[Fix, ...]:
    old, free, is_template = ip.subnet, project.subnets.spare, network.is_template
    if old is not None and free is not None and free.prefixlen == old.prefixlen and not is_template:
        return renumber(network, old, free, "choice")
    return advise("Use another subnet", "<ip address='ADDRESS' prefix='PREFIX'/>")
