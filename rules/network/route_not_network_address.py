"""A static route has the address of a host and the prefix of a subnet, and libvirt refuses to define the network.

The address of a route is the first one of the subnet that it leads to: 10.9.0.0 with the prefix 24, not 10.9.0.5. A
route to a single host has the prefix 32, or 128 for IPv6.

## What to do
To route to the subnet, set `address` to its first address. To route to the single host, keep the address and set
`prefix` to 32, or to 128 for IPv6.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.5' prefix='24' gateway='192.168.20.2'/>
</network>
```

## Report
```text
lan.xml:5:10: error: invalid address 10.9.0.5 of a <route>: expected 10.9.0.0, the first of 10.9.0.0/24 [route-not-network-address]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' prefix='24' gateway='192.168.20.2'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' prefix='24' gateway='192.168.20.2'/>
  <route address='10.8.0.5' prefix='32' gateway='192.168.20.2'/>
</network>
```

## Fix safety
Unsafe: most likely the subnet of that prefix is meant. Routing to the single host is a choice.

## Libvirt
At define: `lan: Address '10.9.0.5' in route definition is not a network address`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, rule


@rule(
    "route-not-network-address",
    code="VN1212",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for route in network.routes:
        place, address, subnet = route.attribute("address"), route.address, route.subnet
        if not (place and address and subnet) or route.lacks_prefix or address == subnet.network_address:
            continue
        first, alone = str(subnet.network_address), str(subnet.max_prefixlen)
        prefixed = () if route.attribute("netmask") else edit.set_attribute(route.node, "prefix", alone)
        yield problem(
            place,
            f"invalid address {address} of a <route>: expected {first}, the first of {subnet}",
            fix(f"Set address to {first}", edit.set_attribute(route.node, "address", first), safety="unsafe"),
            fix(f"Set prefix to {alone}, for the single host", prefixed, safety="choice"),
            libvirt_message=heard(
                "{}: Address '{}' in route definition is not a network address", network.name, address
            ),
        )
