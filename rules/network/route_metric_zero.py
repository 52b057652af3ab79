"""A static route has the metric 0, and libvirt refuses to define the network.

The lowest metric is 1, and a route without the attribute has it.

## What to do
Remove `metric`, and the route has the lowest metric. To prefer another route to it, set a metric above 1.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.9.0.0' prefix='16' gateway='192.168.20.2' metric='0'/>
</network>
```

## Report
```text
lan.xml:5:64: error: invalid value '0' for 'metric': expected at least 1 [route-metric-zero]
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
  <route address='10.9.0.0' prefix='16' gateway='192.168.20.2' metric='1'/>
</network>
```

## Fix safety
Safe: without the attribute the route has the lowest possible metric.

## Libvirt
At define: `Invalid value for attribute 'metric' in element 'route': Zero is not permitted`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/conf/networkcommon_conf.c, virNetDevIPRouteParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("route-metric-zero", code="VN1214", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for route in network.routes:
        place = route.attribute("metric")
        if place is not None and route.number("metric") == 0:
            yield problem(
                place,
                "invalid value '0' for 'metric': expected at least 1",
                fix("Remove metric", edit.remove_attribute(place), safety="safe"),
                libvirt_message="Invalid value for attribute 'metric' in element 'route': Zero is not permitted",
            )
