"""A static route leads to the network's own subnet, which is on the bridge already.

The address of `<ip>` makes the whole subnet reachable over the bridge. A `<route>` to the same subnet has no effect.
One to a part of it does: then the host sends to a guest what is meant for its neighbours. One to a larger subnet works
for the rest of it, which is only worth knowing.

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
Unsafe: the host reaches the subnet over the bridge anyway. A choice where the route leads to a part of the subnet,
which may be meant.

## Libvirt
Never: it starts the network and adds the route.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, holds, problem, related, rule


@rule(
    "static-route-to-own-subnet",
    code="VN1410",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if not network.owns_bridge:
        return
    for route in network.routes:
        for ip in network.ips:
            there, own = route.subnet, ip.subnet
            if there is None or own is None or not (holds(own, there) or (there.prefixlen and holds(there, own))):
                continue
            if not holds(own, there):
                message = f"<route> to {there} does not change the way to {own} in it, the network's own subnet"
                removed = fix("Remove <route>", edit.remove(route.node), safety="choice")
                yield problem(
                    route, message, removed, related=(related(ip, "the subnet is declared here"),), severity="info"
                )
                break
            same = there == own
            yield problem(
                route,
                f"unexpected <route> to {there}: {'that' if same else 'it'} is {'' if same else 'part of '}the network's own subnet",
                fix("Remove <route>", edit.remove(route.node), safety="unsafe" if same else "choice"),
                related=(related(ip, "the subnet is declared here"),),
            )
            break
