"""A `<bandwidth>` sets no limit, and libvirt drops it.

To libvirt, an average of 0 means no limit. It does not stop the traffic. An element without a rate is dropped as well.

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
        zero = [rate for rate in plug.rates if View(rate).number("average") == 0 and "floor" not in rate.attributes]
        if bandwidth is None or (bandwidth.children and not zero):
            continue
        if len(zero) < len(bandwidth.children):
            for rate in zero:
                gone = fix(f"Remove <{rate.name}>", edit.remove(rate), safety="unsafe")
                yield problem(rate.attributes["average"], "average='0' sets no limit, so libvirt drops it", gone)
            continue
        message = (
            "average='0' sets no limit, so libvirt drops it"
            if zero
            else "<bandwidth> has no limit, so libvirt drops it"
        )
        yield problem(
            zero[0].attributes["average"] if zero else bandwidth,
            message,
            fix("Remove <bandwidth>", edit.remove(bandwidth), safety="unsafe"),
        )
