"""A network adds a route that the host or another network already has, so the network does not start.

libvirt compares each IPv4 `<route>` with the routes of the host, including those to the subnets of its NICs. It does
not start the network if destination and prefix are equal, whatever the metric. The later of two networks does not
start either, if a route leads to the subnet of the other, or if both have the same route. Routes that merely overlap
are accepted: the longer prefix wins. The inventory lists the routes of the host.

## What to do
If the existing route is right, remove `<route>`. If the subnet is behind the gateway that `<route>` names, remove the
host's route instead, after checking which machines are reached through it.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.200.0.0' prefix='24' gateway='192.168.20.2'/>
  <route address='192.168.50.0' prefix='24' gateway='192.168.20.2'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <ip address='192.168.30.1' prefix='24'/>
  <route address='192.168.20.0' prefix='24' gateway='192.168.30.2'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"},
            {"to": "10.200.0.0/24", "via": "192.168.50.20", "dev": "eth0"}]}
```

## Report
```text
lab.xml:4:3: error: the host already has a route to 10.200.0.0/24 through eth0 [route-also-on-host]
lab.xml:5:3: error: the host already has a route to 192.168.50.0/24 through eth0 [route-also-on-host]
test.xml:4:3: error: network 'lab' already has a route to 192.168.20.0/24 [route-also-on-host]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <ip address='192.168.30.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.201.0.0' prefix='24' gateway='192.168.20.2'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                {"name": "virbr0", "kind": "bridge", "addresses": ["192.168.20.1/24"]}],
 "routes": [{"to": "10.200.0.0/24", "via": "192.168.50.20", "dev": "eth0"},
            {"to": "10.201.0.0/24", "via": "192.168.20.2", "dev": "virbr0"}]}
```

## Fix safety
Choice: perhaps the route of the host should go instead. The command that shows that route is offered, because other
machines may be reached through it.

## Libvirt
At start: `Route address '10.200.0.0' conflicts with IP address for 'eth0'`; IPv6 routes are not compared

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/bridge_driver_linux.c, networkCheckRouteCollision()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, Subnet, Taken, advise, edit, fix, heard, problem, rule


@rule(
    "route-also-on-host",
    code="VN3203",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for route in network.routes if network.owns_bridge else ():
        if route.subnet is None or route.subnet.version != 4 or not route.subnet.prefixlen:
            continue
        taken = project.subnets.host_route_to(route.subnet, network) or project.subnets.network_route_to(route, network)
        if taken is None or (taken.network is None and taken.device is None):
            continue
        yield problem(
            route,
            _message(route.subnet, taken, project),
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            advise("Show the route of the host", f"ip route show {route.subnet}"),
            libvirt_message=heard("Route address '{}' conflicts with IP address for '{}'", route.address, taken.device),
        )


def _message(subnet: Subnet, taken: Taken, project: Project) -> str:
    if taken.network:
        return f"{taken.network.label} already has a route to {subnet}"
    return f"the host already has a route to {subnet} through {taken.device}"
