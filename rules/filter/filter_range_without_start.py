"""A filter rule's range has an end and no start, and the rule matches every port or every address.

libvirt reads a range from its start: `dstportend` without `dstportstart` is left out, and so is `srcipto` without
`srcipfrom`. What was to accept ports up to 100 accepts all of them.

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
lan.xml:3:10: error: dstportend without dstportstart counts for nothing: the rule is for every port [filter-range-without-start]
lan.xml:6:10: error: srcipto without srcipfrom counts for nothing: the rule is for every address [filter-range-without-start]
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
Unsafe: the range is taken to be of one port or address, the narrowest that its end allows; or a range of ports begins
at the first port.

## Libvirt
Never: the filter keeps the attribute, and the firewall has a rule without it, such as `-p tcp -j ACCEPT`.

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesHandlePortData()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, edit, fix, problem, rule


@rule(
    "filter-range-without-start",
    code="VN4008",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
    covers=("C154",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in (each.match for each in nwfilter.rules if each.match):
        for end in node.attributes.values():
            start = START_OF.get(end.name)
            if (
                start is None
                or start in node.attributes
                or (node.name in ("ip", "ipv6") and "protocol" not in node.attributes)
            ):
                continue
            ports = "port" in start
            yield problem(
                end,
                f"{end.name} without {start} counts for nothing: the rule is for every {'port' if ports else 'address'}",
                fix(f"Start at {end.value} too", edit.set_attribute(node, start, end.value), safety="unsafe"),
                fix("Start at port 1", edit.set_attribute(node, start, "1"), safety="unsafe") if ports else (),
            )


START_OF = {
    "srcportend": "srcportstart",
    "dstportend": "dstportstart",
    "srcipto": "srcipfrom",
    "dstipto": "dstipfrom",
}
"""What each end of a range needs."""
