"""A static route is a default route, which would send all of the host's own traffic to a guest.

libvirt adds the `<route>` to the host's routing table. Where the host already has an IPv4 default route, libvirt does
not start the network. Where it has none, and always for IPv6, the host sends everything to the guest from then on. That
may be intended, so the finding is then a warning.

## What to do
If the route should lead only to a subnet behind the guest, set `address` and `prefix` to that subnet. If all traffic of
the host should go through the guest, keep the route; for IPv4 the host must have no default route of its own. Otherwise
remove `<route>`.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip address='10.44.0.1' prefix='24'/>
  <ip family='ipv6' address='fd44::1' prefix='64'/>
  <route address='0.0.0.0' prefix='0' gateway='10.44.0.2'/>
  <route family='ipv6' address='::' prefix='0' gateway='fd44::2'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]}
```

## Report
```text
lan.xml:6:3: error: this default <route> sends all traffic of the host to the guest 10.44.0.2 [static-route-default]
lan.xml:7:3: warning: this default <route> sends all traffic of the host to the guest fd44::2 [static-route-default]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip address='10.44.0.1' prefix='24'/>
  <ip family='ipv6' address='fd44::1' prefix='64'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
</network>
```

## Fix safety
A choice: the host may be meant to reach the outside through a guest, such as a firewall.

## Libvirt
At start, for IPv4 and if the host has a default route:
`Route address '0.0.0.0' conflicts with IP address for 'eth0'`. Otherwise never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/bridge_driver_linux.c, networkCheckRouteCollision()
"""

from collections.abc import Iterator

from vnetlint.api import Host, Network, Problem, Project, Route, edit, fix, heard, problem, rule


@rule(
    "static-route-default",
    code="VN1411",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for route in network.routes if network.owns_bridge else ():
        if not route.is_default:
            continue
        refused = _is_refused(route, project.host)
        device = project.host.egress(4) if project.host else None
        guest = f"the guest {route.gateway}" if route.gateway else "the guest"
        yield problem(
            route,
            f"this default <route> sends all traffic of the host to {guest}",
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            severity=None if refused else "warning",
            when="start" if refused else "never",
            libvirt_message=heard("Route address '0.0.0.0' conflicts with IP address for '{}'", device)
            if refused
            else None,
        )


def _is_refused(route: Route, host: Host | None) -> bool:
    """Whether libvirt checks the route, and the host has or may have a default route."""
    if route.subnet is None or route.subnet.version == 6:
        return False
    if host is None or host.inventory.routes is None or host.inventory.partial:
        return True
    return any(each.to == "0.0.0.0/0" for each in host.inventory.routes)
