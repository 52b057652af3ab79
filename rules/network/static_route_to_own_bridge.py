"""The gateway of a static route is the network's own address, so the route leads nowhere.

The gateway of a `<route>` is a guest that routes further. The address of an `<ip>` belongs to the bridge, which is the
host itself. The host then looks for the destination on the bridge, where nobody answers.

## What to do
Set `gateway` to the address of the guest that routes to this destination. If there is no such guest, remove `<route>`.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.1'/>
</network>
```

## Report
```text
lan.xml:5:42: error: the gateway 10.44.0.1 is the network's own bridge: expected the address of a guest [static-route-to-own-bridge]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <ip address='10.44.0.1' prefix='24'/>
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
A choice: the host loses the route. The gateway should be the guest that routes, and no file says which one does.

## Libvirt
Never: it starts the network and adds the route.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, problem, related, rule


@rule(
    "static-route-to-own-bridge",
    code="VN1409",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if not network.owns_bridge:
        return
    own = {ip.address: ip for ip in network.ips if ip.address}
    for route in network.routes:
        place = route.attribute("gateway")
        if place is None or route.gateway is None or route.gateway not in own:
            continue
        yield problem(
            place,
            f"the gateway {route.gateway} is the network's own bridge: expected the address of a guest",
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            advise("Name the guest that routes", "gateway='ADDRESS-OF-THE-GUEST'"),
            related=(related(own[route.gateway], "the address of the bridge"),),
        )
