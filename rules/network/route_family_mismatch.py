"""The `family` of a static route does not match its addresses, and libvirt refuses to define the network.

Without `family` a route is an IPv4 route. Its address and gateway have to be of the family that it declares.

## What to do
Set `family` to the IP version of `address` and `gateway`: `ipv6` for an IPv6 route, and `ipv4` or none for an IPv4
route. If these two differ in their version, correct the wrong one or remove `<route>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <route address='fd00:30::' prefix='64' gateway='fd00:20::2'/>
  <route family='ipv6' address='10.9.0.0' prefix='16' gateway='192.168.20.2'/>
</network>
```

## Report
```text
lan.xml:6:3: error: missing attribute 'family' on <route>: fd00:30:: is an IPv6 address [route-family-mismatch]
lan.xml:7:3: error: invalid value 'ipv6' for 'family': 10.9.0.0 is an IPv4 address [route-family-mismatch]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <route address='fd00:30::' prefix='64' gateway='fd00:20::2' family='ipv6'/>
  <route family='ipv4' address='10.9.0.0' prefix='16' gateway='192.168.20.2'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <route family='ipv6' address='fd00:30::' prefix='64' gateway='fd00:20::2'/>
  <route address='10.9.0.0' prefix='16' gateway='192.168.20.2'/>
</network>
```

## Fix safety
Safe where address and gateway are of one family: `family` is set to it. Otherwise removing the route is a choice.

## Libvirt
At define: `lan: No family specified for non-IPv4 address 'fd00:30::' in route definition`, or
`lan: ipv6 family specified for non-IPv6 address '10.9.0.0' in route definition`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, has_strays, heard, problem, rule


@rule(
    "route-family-mismatch",
    code="VN1215",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for route in network.routes:
        address, gateway, said = route.address, route.gateway, route.node.get("family")
        if not (address and gateway) or said not in SAID:
            continue
        version = 6 if said == "ipv6" else 4
        if address.version == gateway.version == version or has_strays(route.node, *KNOWN):
            continue
        wrong = address if address.version != version else gateway
        right = f"ipv{address.version}" if address.version == gateway.version else ""
        fault = f"invalid value '{said}' for 'family'" if said else "missing attribute 'family' on <route>"
        yield problem(
            route,
            f"{fault}: {wrong} is an IPv{wrong.version} address",
            fix(f"Set family to '{right}'", edit.set_attribute(route.node, "family", right), safety="safe")
            if right
            else (),
            fix("Remove <route>", edit.remove(route.node), safety="choice"),
            libvirt_message=heard(f"{{}}: {SAID[said][address.version == version]}", network.name, wrong),
        )


SAID = {
    None: (
        "No family specified for non-IPv4 address '{}' in route definition",
        "No family specified for non-IPv4 gateway '{}' in route definition",
    ),
    "ipv4": (
        "IPv4 family specified for non-IPv4 address '{}' in route definition",
        "IPv4 family specified for non-IPv4 gateway '{}' in route definition",
    ),
    "ipv6": (
        "ipv6 family specified for non-IPv6 address '{}' in route definition",
        "ipv6 specified for non-IPv6 gateway address '{}' in route definition",
    ),
}
"""What libvirt says where the address is of another family, and where the gateway alone is."""
KNOWN = ("family", "address", "netmask", "prefix", "gateway", "metric")
