"""A static route has no prefix, and libvirt refuses to define the network.

Without `prefix` and `netmask` libvirt takes the prefix 0, which is valid only with the address 0.0.0.0 or ::. For an
`<ip>` it would take the prefix of the address's class.

## What to do
Set `prefix` to that of the subnet that the route leads to. If the route is not needed, remove `<route>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' gateway='192.168.20.2'/>
</network>
```

## Report
```text
lan.xml:5:3: error: missing attribute 'prefix' on the <route> to 10.9.0.0 [route-prefix-missing]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' gateway='192.168.20.2' prefix='16'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' prefix='16' gateway='192.168.20.2'/>
</network>
```

## Fix safety
A choice: the prefix is a guess. The fix takes the one that the octets of the address suggest, and 64 for IPv6.

## Libvirt
At define: `lan: Address '10.9.0.0' in route definition is not a network address`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, has_strays, heard, problem, rule


@rule(
    "route-prefix-missing",
    code="VN1213",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for route in network.routes:
        address, prefix = route.address, route.likely_prefix
        if not route.lacks_prefix or address is None or not int(address) or has_strays(route.node, *KNOWN):
            continue
        yield problem(
            route.attribute("prefix") or route,
            f"missing attribute 'prefix' on the <route> to {address}",
            fix(f"Set prefix to {prefix}", edit.set_attribute(route.node, "prefix", str(prefix)), safety="choice"),
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            libvirt_message=heard(
                "{}: Address '{}' in route definition is not a network address", network.name, address
            ),
        )


KNOWN = ("family", "address", "prefix", "gateway", "metric")
