"""`<outbound>` has a `peak`, which libvirt ignores there.

Traffic from a guest is policed: whatever exceeds `average` is dropped, and `burst` is the only allowance. `peak` counts
for `<inbound>` only.

## What to do
Remove `peak` from `<outbound>`. To allow short bursts above the average, set or raise `burst`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' peak='5000' burst='1024'/>
    <outbound average='1000' peak='5000' burst='1024'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:6:30: info: 'peak' has no effect on <outbound> [outbound-peak-ignored]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' peak='5000' burst='1024'/>
    <outbound average='1000' burst='1024'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' peak='5000' burst='1024'/>
    <outbound average='1000' burst='1024'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: libvirt sets the same limits without `peak`, but `burst` may have been meant.

## Libvirt
Never: the limit is set as `police rate 100kbps burst 10kb`, without the peak.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/util/virnetdevbandwidth.c, virNetDevBandwidthSet()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, edit, fix, problem, rule


@rule(
    "outbound-peak-ignored",
    code="VN1521",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    for rate in (rate for plug in user.plugs for rate in plug.rates):
        peak = rate.attributes.get("peak")
        if rate.name == "outbound" and peak is not None:
            message = "'peak' has no effect on <outbound>"
            yield problem(peak, message, fix("Remove peak", edit.remove_attribute(peak), safety="unsafe"))
