"""A filter rule's priority is outside -1000 to 1000, so libvirt uses 500 instead.

Rules are tried from the lowest priority to the highest. A rule that was meant to come last with `5000` comes in the
middle.

## What to do
Set `priority` to a value from -1000, which comes first, to 1000, which comes last.

## Bad
```xml
<filter name='closed' chain='root'>
  <rule action='accept' direction='inout' priority='600'>
    <mac protocolid='arp'/>
  </rule>
  <rule action='drop' direction='inout' priority='5000'/>
</filter>
```

## Report
```text
lan.xml:5:41: warning: invalid value '5000' for 'priority': expected -1000 to 1000; libvirt uses 500 [filter-rule-priority-ignored]
```

## Fixed
```xml
<filter name='closed' chain='root'>
  <rule action='accept' direction='inout' priority='600'>
    <mac protocolid='arp'/>
  </rule>
  <rule action='drop' direction='inout' priority='1000'/>
</filter>
```

## Good
```xml
<filter name='closed' chain='root'>
  <rule action='accept' direction='inout' priority='600'>
    <mac protocolid='arp'/>
  </rule>
  <rule action='drop' direction='inout' priority='1000'/>
</filter>
```

## Fix safety
Unsafe: the rule moves to the place that it was meant to have.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows `priority='500'`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filtering-chain-priorities
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleParse()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, edit, fix, problem, rule


@rule(
    "filter-rule-priority-ignored",
    code="VN4005",
    on=Filter,
    severity="warning",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        place = each.attribute("priority")
        if place is None or each.priority is None or -1000 <= each.priority <= 1000:
            continue
        nearest = str(max(-1000, min(each.priority, 1000)))
        yield problem(
            place,
            f"invalid value '{each.priority}' for 'priority': expected -1000 to 1000; libvirt uses 500",
            fix(f"Set priority='{nearest}'", edit.set_attribute(each.node, "priority", nearest), safety="unsafe"),
        )
