"""A prefix is longer than the address, and libvirt refuses to define the network.

An IPv4 address has 32 bits, so its prefix is at most 32. Usually the prefix of an IPv6 subnet was copied, which may be
up to 128.

## What to do
Set `prefix` of an `<ip>` to the size of its subnet, usually 24, or 64 for IPv6. Set `prefix` of a `<route>` to that of
the subnet it leads to.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='64'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <route address='10.9.0.0' prefix='33' gateway='192.168.20.2'/>
</network>
```

## Report
```text
lan.xml:4:30: error: invalid prefix '64' of '192.168.20.1': expected at most 32 [prefix-out-of-range]
lan.xml:9:29: error: invalid prefix '33' of '10.9.0.0': expected at most 32 [prefix-out-of-range]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <route address='10.9.0.0' prefix='16' gateway='192.168.20.2'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Fix safety
Unsafe for an `<ip>`: the prefix becomes 24, or 64 for IPv6, but another one may have been meant. A choice for a
`<route>`: the prefix that the octets of its address suggest is a guess.

## Libvirt
At define: `Invalid IPv4 prefix '64' in network 'lan'`, and for a route
`lan: Invalid prefix 33 specified in route definition, must be 0 - 32`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkIPDefParseXML()
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Ip, Network, Problem, Route, Safety, edit, fix, heard, problem, rule


@rule(
    "prefix-out-of-range",
    code="VN1200",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    written: tuple[Ip | Route, ...] = (*network.ips, *network.routes)
    for each in written:
        place, prefix, address = each.attribute("prefix"), each.number("prefix"), each.address
        if place is None or prefix is None or address is None or prefix <= address.max_prefixlen:
            continue
        meant = each.likely_prefix if isinstance(each, Route) else 24 if address.version == 4 else 64
        safety: Safety = "choice" if isinstance(each, Route) else "unsafe"
        yield problem(
            place,
            f"invalid prefix '{prefix}' of '{address}': expected at most {address.max_prefixlen}",
            fix(f"Set prefix to {meant}", edit.set_attribute(place.node, "prefix", str(meant)), safety=safety),
            libvirt_message=heard(OF_ROUTE, network.name, prefix, address.max_prefixlen)
            if isinstance(each, Route)
            else heard(OF_IP, address.version, prefix, network.name),
        )


OF_IP = "Invalid IPv{} prefix '{}' in network '{}'"
OF_ROUTE = "{}: Invalid prefix {} specified in route definition, must be 0 - {}"
