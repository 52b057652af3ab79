"""A filter rule's range has an end but no start, so the rule matches every port or every address.

libvirt ignores the end of a range that has no start: `dstportend` without `dstportstart`, and `srcipto` without
`srcipfrom`. A rule that was meant to accept ports up to 100 accepts all of them.

## What to do
Add the start: the same value for a single port or address, or the first one of the range. If every port or address is
meant, remove the end.

## Bad
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportend='443'/>
  </rule>
  <rule action='drop' direction='in'>
    <udp srcipto='192.168.20.99'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:10: error: 'dstportend' has no effect without 'dstportstart': the rule matches every port [filter-range-without-start]
lan.xml:6:10: error: 'srcipto' has no effect without 'srcipfrom': the rule matches every address [filter-range-without-start]
```

## Fixed
```xml
<filter name='web' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportend='443' dstportstart='443'/>
  </rule>
  <rule action='drop' direction='in'>
    <udp srcipto='192.168.20.99' srcipfrom='192.168.20.99'/>
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
Choice: the range may be meant for a single port or address, which the first fix sets, or to begin at port 1.

## Libvirt
Never: the filter keeps the attribute, and the firewall has a rule without it, such as `-p tcp -j ACCEPT`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesHandlePortData()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Attribute, Filter, Problem, View, edit, fix, parse_address, problem, rule


@rule(
    "filter-range-without-start",
    code="VN4008",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in nwfilter.matches:
        if node.name in ("ip", "ipv6") and "protocol" not in node.attributes:
            continue
        for end in node.attributes.values():
            start = START_OF.get(end.name)
            if start is None or start in node.attributes or not _is_taken(end):
                continue
            what, port = ("port", True) if "port" in start else ("address", False)
            yield problem(
                end,
                f"'{end.name}' has no effect without '{start}': the rule matches every {what}",
                fix(f"Set '{start}' to {end.value}", edit.set_attribute(node, start, end.value), safety="choice"),
                fix(f"Set '{start}' to 1", edit.set_attribute(node, start, "1"), safety="choice") if port else (),
            )


def _is_taken(end: Attribute) -> bool:
    """Whether libvirt accepts the value; otherwise it refuses the filter, which the schema's rules report."""
    if end.value.startswith("$"):
        return re.fullmatch(VARIABLE, end.value) is not None
    if "port" in end.name:
        return (View(end.node).number(end.name) or LAST + 1) <= LAST
    address = parse_address(end.value)
    return address is not None and (address.version == 6) == end.node.name.endswith("v6")


LAST = 65535
VARIABLE = r"\$[A-Za-z0-9_]+(\[@?[A-Za-z0-9_]+\])?"
START_OF = {
    "srcportend": "srcportstart",
    "dstportend": "dstportstart",
    "srcipto": "srcipfrom",
    "dstipto": "dstipfrom",
}
"""The start that each end of a range needs."""
