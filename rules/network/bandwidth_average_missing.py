"""A bandwidth limit has no average, and libvirt refuses to define the network or guest.

`average` is the limit itself. `peak` and `burst` say how far traffic may exceed it for a short time, and mean nothing
without it.

## What to do
Set `average` to the rate that is allowed, in KiB per second. If there should be no limit, remove the element. If a
guest needs only the guaranteed rate in `floor`, remove `peak` and `burst`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound peak='5000'/>
    <outbound/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <bandwidth>
        <inbound floor='200' burst='256'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:5:5: error: missing attribute 'average' on <inbound>: 'peak' needs it [bandwidth-average-missing]
lan.xml:6:5: error: missing attribute 'average' on <outbound> [bandwidth-average-missing]
web.xml:7:9: error: missing attribute 'average' on <inbound>: 'burst' needs it [bandwidth-average-missing]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound peak='5000' average='5000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <bandwidth>
        <inbound floor='200'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' peak='5000' burst='256'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe where the element is empty: it is removed. Unsafe where it has a peak, which becomes the average. A choice where it
has only a burst: the average may have been forgotten.

## Libvirt
At define: `Missing mandatory average or floor attributes`, and with a floor
`'peak' and 'burst' require 'average' attribute`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#quality-of-service
- libvirt src/conf/netdev_bandwidth_conf.c, virNetDevBandwidthParseRate()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Interface, Network, Node, Problem, View, edit, fix, has_strays, problem, rule


@rule(
    "bandwidth-average-missing",
    code="VN1227",
    on=(Network, Interface),
    severity="error",
    when="define",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    for rate in (rate for plug in user.plugs for rate in plug.rates if not has_strays(rate, "peak", "burst", "floor")):
        extra = [rate.attributes[name] for name in ("peak", "burst") if name in rate.attributes]
        has_floor = "floor" in rate.attributes
        if has_floor and not extra:
            continue
        yield problem(
            rate,
            f"missing attribute 'average' on <{rate.name}>" + (f": '{extra[0].name}' needs it" if extra else ""),
            *_fixes(rate, extra),
            libvirt_message=ALONE if has_floor else MISSING,
        )


MISSING = "Missing mandatory average or floor attributes"
ALONE = "'peak' and 'burst' require 'average' attribute"


def _fixes(rate: Node, extra: list[Attribute]) -> Iterator[tuple[Fix, ...]]:
    peak = View(rate).number("peak")
    if peak and peak < 2**32:
        yield fix(f"Set average to {peak}", edit.set_attribute(rate, "average", str(peak)), safety="unsafe")
    if "floor" in rate.attributes:
        names = " and ".join(each.name for each in extra)
        yield fix(f"Remove {names}", *(edit.remove_attribute(each) for each in extra), safety="choice")
    else:
        yield fix(f"Remove <{rate.name}>", edit.remove(rate), safety="choice" if extra else "safe")
