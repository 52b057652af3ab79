"""The gateway of a static route is outside the network's subnets, and libvirt refuses to define the network.

A `<route>` leads into the network, to a guest that routes further. The gateway is the address of that guest, so it is
in a subnet of the network. Routes that lead out of the host are not set in libvirt.

## What to do
Set `gateway` to the address of the guest that routes. If that address is right, correct the subnet of `<ip>` instead.
If the route leads out of the host, remove `<route>`, and set it on the host.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' prefix='16' gateway='192.168.10.2'/>
</network>
```

## Report
```text
lan.xml:5:41: error: the gateway 192.168.10.2 is outside the subnets of the network [route-gateway-unreachable]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' prefix='16' gateway='192.168.20.2'/>
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
Unsafe: the gateway may be right and the subnet wrong. The fix keeps the host part of the gateway, or takes the next
address if the network itself has that one. Removing the route is a choice.

## Libvirt
At define: `unreachable static route gateway '192.168.10.2' specified for network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, next_free, problem, related, rule


@rule(
    "route-gateway-unreachable",
    code="VN1211",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    subnets = [ip.subnet for ip in network.ips]
    if not subnets or None in subnets or network.is_template:
        return
    for route in network.routes:
        place, gateway, address = route.attribute("gateway"), route.gateway, route.address
        if place is None or gateway is None or address is None or address.version != gateway.version:
            continue
        if any(gateway in subnet for subnet in subnets if subnet):
            continue
        own = [ip for ip in network.ips if ip.subnet and ip.subnet.version == gateway.version]
        moved = next_free(own[0].subnet, gateway, {ip.address for ip in own}) if own and own[0].subnet else None
        kept = edit.set_attribute(place.node, "gateway", str(moved)) if moved else ()
        yield problem(
            place,
            f"the gateway {gateway} is outside the subnets of the network",
            fix(f"Set gateway to {moved}", kept, safety="unsafe"),
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            related=tuple(related(ip, "a subnet of the network") for ip in own),
            libvirt_message=heard(REFUSED, gateway, network.name),
        )


REFUSED = "unreachable static route gateway '{}' specified for network '{}'"
