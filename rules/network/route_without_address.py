"""A network has a static route but no address, and libvirt refuses to define it.

libvirt gives `<route>` to the host while the network runs. Its gateway has to lie in one of the network's own subnets,
and without `<ip>` there is none. Bridged networks can have no address, so they can have no route either.

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
lab.xml:4:3: error: the network has no <ip> that the gateway '192.168.20.2' could be in [route-without-address]
lan.xml:5:3: error: the network has no <ip> that the gateway '192.168.50.2' could be in [route-without-address]
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
Unsafe: perhaps the address is what is missing. A route of the host that libvirt has no part in is set on the host;
where the gateway is known the command is shown.

## Libvirt
At define: `unreachable static route gateway '192.168.50.2' specified for network 'lan'`

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, known, problem, rule


@rule(
    "route-without-address",
    code="VN1117",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
    covers=("A032",),
)
def check(network: Network) -> Iterator[Problem]:
    # In a template the address may come out of a placeholder.
    if network.mode is None or network.ips or network.lacks_address or network.node.document.source.is_template:
        return
    for route in network.routes:
        gateway = known(route.node.get("gateway"))
        if gateway is None:
            continue
        command = f"ip route add {route.subnet} via {gateway}"
        yield problem(
            route,
            f"the network has no <ip> that the gateway '{gateway}' could be in",
            fix("Remove <route>", edit.remove(route.node), safety="unsafe"),
            advise("Set the route on the host", command) if route.subnet else (),
            libvirt_message=f"unreachable static route gateway '{gateway}' specified for network '{network.name}'",
        )
