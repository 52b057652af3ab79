"""A network has a static route but no address, and libvirt refuses to define it.

libvirt adds the route to the host while the network runs. Its gateway has to be in one of the network's own subnets,
and without `<ip>` there is none. A bridged network has no address, so it can have no route either.

## What to do
If libvirt runs the network, add the `<ip>` whose subnet contains the gateway. For a bridged network, remove `<route>`
and set the route on the host with `ip route add`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <route address='192.168.30.0' prefix='24' gateway='192.168.50.2'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <route address='192.168.30.0' prefix='24' gateway='192.168.20.2'/>
</network>
```

## Report
```text
lab.xml:4:3: error: the gateway '192.168.20.2' is unreachable: the network has no <ip> [route-without-address]
lan.xml:5:3: error: the gateway '192.168.50.2' is unreachable: the network has no <ip> [route-without-address]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='192.168.30.0' prefix='24' gateway='192.168.20.2'/>
</network>
```

## Fix safety
A choice: the address may be what is missing. A route that does not lead into a network of libvirt is set on the host;
the command is shown.

## Libvirt
At define: `unreachable static route gateway '192.168.50.2' specified for network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, heard, known, problem, rule


@rule(
    "route-without-address",
    code="VN1117",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    # In a template the address may come from a placeholder.
    if network.mode is None or network.ips or network.lacks_address or network.is_template:
        return
    for route in network.routes:
        gateway = known(route.node.get("gateway"))
        if gateway is None:
            continue
        leads = route.subnet is not None and route.subnet.prefixlen and route.gateway
        yield problem(
            route,
            f"the gateway '{gateway}' is unreachable: the network has no <ip>",
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            advise(ON_HOST, f"ip route add {route.subnet} via {route.gateway}") if leads else (),
            libvirt_message=heard(REFUSED, gateway, network.name),
        )


REFUSED = "unreachable static route gateway '{}' specified for network '{}'"
ON_HOST = "Set the route on the host, which then sends this traffic to the gateway"
