"""A static route leads to the network's own subnet, which the host already reaches over the bridge.

The address of `<ip>` makes the whole subnet reachable over the bridge, so a `<route>` to the same subnet has no effect.
A route to a part of it has one: the host then sends traffic for other guests to the gateway. A route to a larger subnet
works for the rest of that subnet, so the finding is an info.

## What to do
Remove `<route>`, or set its `address` and `prefix` to the subnet behind the gateway. If it leads to a part of the
subnet, or to a larger one, on purpose, keep it.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.44.0.0' prefix='24' gateway='10.44.0.2'/>
</network>
```

## Report
```text
lan.xml:5:3: warning: unexpected <route> to 10.44.0.0/24: that is the network's own subnet [static-route-to-own-subnet]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.45.0.0' prefix='16' gateway='10.44.0.2'/>
</network>
```

## Fix safety
Unsafe: the host reaches the subnet over the bridge anyway. A choice where the route leads to a part of the subnet or to
a larger one, which may be meant.

## Libvirt
Never: it starts the network and adds the route.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Subnet, edit, fix, holds, problem, related, rule


@rule(
    "static-route-to-own-subnet",
    code="VN1410",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for route in network.routes if network.owns_bridge else ():
        there = route.subnet
        ip, own = next(((ip, ip.subnet) for ip in network.ips if _share_addresses(there, ip.subnet)), (None, None))
        if there is None or ip is None or own is None:
            continue
        yield problem(
            route,
            _message(there, own),
            fix("Remove <route>", edit.remove(route.node), safety="unsafe" if there == own else "choice"),
            related=(related(ip, "the subnet is declared here"),),
            severity=None if holds(own, there) else "info",
        )


def _share_addresses(there: Subnet | None, own: Subnet | None) -> bool:
    """Whether one subnet holds the other. A default route holds every subnet and does not count."""
    return bool(there and own and (holds(own, there) or (there.prefixlen and holds(there, own))))


def _message(there: Subnet, own: Subnet) -> str:
    if there == own:
        return f"unexpected <route> to {there}: that is the network's own subnet"
    if holds(own, there):
        return f"unexpected <route> to {there}: it is part of the network's own subnet"
    return f"this <route> to {there} has no effect on {own}, the network's own subnet"
