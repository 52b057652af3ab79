"""A filter rule's range of ports ends before it starts, and no guest with the filter starts.

libvirt stores the filter and passes the range to the firewall when a guest starts. The firewall refuses it. In a
`<udp>` rule the range is accepted, but no packet matches it.

## What to do
Swap the two ports, or correct the one that is mistyped: `srcportend` and `dstportend` must not be lower than
`srcportstart` and `dstportstart`.

## Bad
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportstart='443' dstportend='80'/>
  </rule>
  <rule action='drop' direction='in'>
    <udp dstportstart='139' dstportend='137'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:29: error: invalid port range: 'dstportend' 80 is before 'dstportstart' 443 [filter-range-reversed]
lan.xml:6:29: error: invalid port range: 'dstportend' 137 is before 'dstportstart' 139 [filter-range-reversed]
```

## Fixed
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportstart='80' dstportend='443'/>
  </rule>
  <rule action='drop' direction='in'>
    <udp dstportstart='137' dstportend='139'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportstart='80' dstportend='443'/>
  </rule>
</filter>
```

## Fix safety
Unsafe: no guest starts with the filter as it is, or the rule matches nothing, but one of the two ports may be mistyped.

## Libvirt
When a guest starts: `internal error: Failed to apply firewall rules … invalid portrange (min > max)`; never with `<udp>`
and `<udp-ipv6>`.

Seen on 9.0 with iptables 1.8.9; with the newer iptables of 11.3 and 12.8 the guest does not start.

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesHandlePortData()
"""

from collections.abc import Iterator
from itertools import product

from vnetlint.api import Filter, Problem, View, edit, fix, problem, rule


@rule(
    "filter-range-reversed",
    code="VN4002",
    on=Filter,
    severity="error",
    when="plug",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for match, side in product(map(View, nwfilter.matches), ("src", "dst")):
        first, last = f"{side}portstart", f"{side}portend"
        start, end = match.number(first), match.number(last)
        if start is None or end is None or not end < start <= 65535:
            continue
        is_udp = match.node.name in ("udp", "udp-ipv6")
        swapped = (edit.set_attribute(match.node, name, str(port)) for name, port in ((first, end), (last, start)))
        yield problem(
            match.node.attributes[last],
            f"invalid port range: '{last}' {end} is before '{first}' {start}",
            fix(f"Swap '{first}' and '{last}'", *swapped, safety="unsafe"),
            when="never" if is_udp else None,
            libvirt_message=None if is_udp else "invalid portrange (min > max)",
        )
