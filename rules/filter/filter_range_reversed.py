"""A filter rule's range of ports ends before it starts, and no guest with the filter starts.

libvirt stores the filter and hands the range to the firewall when a guest starts; the firewall refuses it.

## Bad
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportstart='443' dstportend='80'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:29: error: the range of ports ends at 80, before its start at 443 [filter-range-reversed]
```

## Fixed
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportstart='80' dstportend='443'/>
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
Safe: no guest starts with the filter as it stands, and the two ports bound only one other range.

## Libvirt
When a guest starts: `internal error: Failed to apply firewall rules … invalid portrange (min > max)`

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesHandlePortData()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, edit, fix, problem, rule


@rule(
    "filter-range-reversed",
    code="VN4002",
    on=Filter,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B090",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    matches = [each.match for each in nwfilter.rules if each.match]
    for node, side in ((node, side) for node in matches for side in ("src", "dst")):
        start, end = node.get(f"{side}portstart") or "", node.get(f"{side}portend") or ""
        if not (start.isdecimal() and end.isdecimal() and int(end[:9]) < int(start[:9])):
            continue
        yield problem(
            node.attributes[f"{side}portend"],
            f"the range of ports ends at {end}, before its start at {start}",
            fix(
                "Swap start and end",
                edit.set_attribute(node, f"{side}portstart", end),
                edit.set_attribute(node, f"{side}portend", start),
                safety="safe",
            ),
            libvirt_message="invalid portrange (min > max)",
        )
