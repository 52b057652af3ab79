"""A filter rule for spanning tree names a sender in both directions, and no guest with the filter starts.

In a rule of direction `inout` sender and receiver change places for what goes to the guest, which spanning tree
messages cannot express. The filter itself is accepted.

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
lan.xml:3:10: error: libvirt cannot filter spanning tree by sender in both directions [filter-stp-both-directions]
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
Unsafe: it may be the messages to the guest that were meant. Without the address, the rule is for messages of any sender
in both directions.

## Libvirt
When a guest starts:
`internal error: STP filtering in inout direction with source MAC address set is not supported`

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
    covers=("B091",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        sender = each.match.attributes.get("srcmacaddr") if each.match and each.match.name == "stp" else None
        if sender is None or each.direction != "inout":
            continue
        yield problem(
            sender,
            "libvirt cannot filter spanning tree by sender in both directions",
            fix("Say direction='out'", edit.set_attribute(each.node, "direction", "out"), safety="unsafe"),
            fix("Say direction='in'", edit.set_attribute(each.node, "direction", "in"), safety="unsafe"),
            fix("Remove the address", edit.remove_attribute(sender), safety="unsafe"),
            libvirt_message="STP filtering in inout direction with source MAC address set is not supported",
        )
