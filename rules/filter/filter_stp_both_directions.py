"""A spanning tree rule with a sender is for both directions, so no guest with the filter starts.

In a rule with direction `inout`, libvirt swaps sender and receiver for packets to the guest, which it cannot do for
spanning tree messages. It accepts the filter itself.

## What to do
Set `direction` to `out` for messages from the guest, or to `in` for messages to it. If the sender does not matter,
remove `srcmacaddr`.

## Bad
```xml
<filter name='no-stp' chain='stp'>
  <rule action='drop' direction='inout'>
    <stp srcmacaddr='52:54:00:0a:0b:0c'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:10: error: 'srcmacaddr' of <stp> is not supported with direction='inout': expected 'in' or 'out' [filter-stp-both-directions]
```

## Fixed
```xml
<filter name='no-stp' chain='stp'>
  <rule action='drop' direction='out'>
    <stp srcmacaddr='52:54:00:0a:0b:0c'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='no-stp' chain='stp'>
  <rule action='drop' direction='out'>
    <stp srcmacaddr='52:54:00:0a:0b:0c'/>
  </rule>
</filter>
```

## Fix safety
Choice: messages from the guest or those to it may be meant. Without the address the rule matches messages of any
sender, in both directions.

## Libvirt
When a guest starts:
`internal error: STP filtering in inout direction with source MAC address set is not supported`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#stp-spanning-tree-protocol
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, ebtablesCreateRuleInstance()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, edit, fix, problem, rule


@rule(
    "filter-stp-both-directions",
    code="VN4003",
    on=Filter,
    severity="error",
    when="plug",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        sender = each.match.attributes.get("srcmacaddr") if each.match and each.match.name == "stp" else None
        if sender is None or each.direction != "inout":
            continue
        yield problem(
            sender,
            "'srcmacaddr' of <stp> is not supported with direction='inout': expected 'in' or 'out'",
            fix("Set direction='out'", edit.set_attribute(each.node, "direction", "out"), safety="choice"),
            fix("Set direction='in'", edit.set_attribute(each.node, "direction", "in"), safety="choice"),
            fix("Remove 'srcmacaddr'", edit.remove_attribute(sender), safety="choice"),
            libvirt_message="STP filtering in inout direction with source MAC address set is not supported",
        )
