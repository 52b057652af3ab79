"""An IPv6 address or route has a netmask, and libvirt refuses to define the network.

Netmasks are for IPv4. IPv6 uses only the length of the prefix, which is 64 for a subnet of guests.

## What to do
Replace `netmask` by `prefix` with the length of the prefix, usually 64. If the element has a `prefix` already, remove
`netmask`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip family='ipv6' address='fd00:20::1' netmask='ffff:ffff:ffff:ffff::'/>
  <route family='ipv6' address='fd00:30::' netmask='64' gateway='fd00:20::2'/>
</network>
```

## Report
```text
lan.xml:4:42: error: unexpected netmask of the IPv6 address 'fd00:20::1': expected a prefix [netmask-on-ipv6]
lan.xml:5:44: error: unexpected netmask of the IPv6 address 'fd00:30::': expected a prefix [netmask-on-ipv6]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <route family='ipv6' address='fd00:30::' prefix='64' gateway='fd00:20::2'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Fix safety
Safe where there is a `prefix` too, or where the netmask is a prefix written in full or as a number. Otherwise a choice,
because the prefix 64 is a guess.

## Libvirt
At define: `netmask not allowed for IPv6 address 'fd00:20::1' in network 'lan'`, and for a route
`lan: Specifying netmask invalid for IPv6 address 'fd00:30::' in route definition`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkIPDefParseXML()
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteCreate()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Ip,
    Network,
    Problem,
    Route,
    edit,
    fix,
    heard,
    known,
    problem,
    read_netmask,
    rule,
)


@rule("netmask-on-ipv6", code="VN1201", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    written: tuple[Ip | Route, ...] = (*network.ips, *network.routes)
    for each in written:
        place, address = each.attribute("netmask"), each.address
        if place is None or known(place.value) is None or address is None or address.version != 6:
            continue
        yield problem(
            place,
            f"unexpected netmask of the IPv6 address '{address}': expected a prefix",
            _prefix_instead(place),
            libvirt_message=heard(OF_ROUTE, network.name, address)
            if isinstance(each, Route)
            else heard(OF_IP, address, network.name),
        )


OF_IP = "netmask not allowed for IPv6 address '{}' in network '{}'"
OF_ROUTE = "{}: Specifying netmask invalid for IPv6 address '{}' in route definition"


def _prefix_instead(netmask: Attribute) -> tuple[Fix, ...]:
    if "prefix" in netmask.node.attributes:
        return fix("Remove netmask", edit.remove_attribute(netmask), safety="safe")
    meant = read_netmask(netmask.value, 6)
    prefix = str(64 if meant is None else meant)
    edits = edit.rename_attribute(netmask, "prefix"), edit.set_attribute(netmask.node, "netmask", prefix)
    return fix(f"Replace netmask by prefix='{prefix}'", *edits, safety="choice" if meant is None else "safe")
