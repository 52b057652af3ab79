"""A `<bandwidth>` sets no limit, and libvirt drops it.

To libvirt, an average of 0 means no limit. It does not stop the traffic. An element without a rate is dropped as well.

## What to do
To limit traffic, set `average` on `<inbound>` or `<outbound>` to a rate in KiB per second. If no limit is intended,
remove the element.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='0'/>
  </bandwidth>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:5:14: info: average='0' sets no limit, so libvirt drops it [bandwidth-without-limit]
lan.xml:4:3: info: <bandwidth> has no limit, so libvirt drops it [bandwidth-without-limit]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: libvirt drops the element, so nothing changes, but a limit may have been meant.

## Libvirt
Never: the saved definition is without it.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/conf/netdev_bandwidth_conf.c, virNetDevBandwidthParse()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, View, edit, fix, problem, rule


@rule(
    "bandwidth-without-limit",
    code="VN1522",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    for plug in user.plugs:
        bandwidth = plug.bandwidth
        if bandwidth is None:
            continue
        zero = [rate for rate in plug.rates if View(rate).number("average") == 0 and "floor" not in rate.attributes]
        removed = fix("Remove <bandwidth>", edit.remove(bandwidth), safety="unsafe")
        if not bandwidth.children:
            yield problem(bandwidth, "<bandwidth> has no limit, so libvirt drops it", removed)
        elif len(zero) == len(bandwidth.children):
            yield problem(zero[0].attributes["average"], ZERO, removed)
        else:
            for rate in zero:
                gone = fix(f"Remove <{rate.name}>", edit.remove(rate), safety="unsafe")
                yield problem(rate.attributes["average"], ZERO, gone)


ZERO = "average='0' sets no limit, so libvirt drops it"
