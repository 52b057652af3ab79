"""A rule for TCP over IPv6 has `flags`, which libvirt drops, so the rule matches packets with any flags.

The documentation lists `flags` for `<tcp-ipv6>` as for `<tcp>`, but libvirt reads it for `<tcp>` only. A dump of the
filter no longer has it. A rule that was meant to accept replies accepts new connections too.

## What to do
Replace `flags` by `state`: `ESTABLISHED` matches replies, `NEW` matches new connections. If the rule should match
packets with any flags, remove `flags`.

## Bad
```xml
<filter name='answers-only' chain='root'>
  <rule action='accept' direction='in'>
    <tcp-ipv6 flags='SYN,ACK/ACK' dstportstart='22'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:15: error: 'flags' has no effect in <tcp-ipv6>: the rule matches packets with any flags [filter-flags-forgotten]
```

## Fixed
```xml
<filter name='answers-only' chain='root'>
  <rule action='accept' direction='in'>
    <tcp-ipv6 dstportstart='22'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='answers-only' chain='root'>
  <rule action='accept' direction='in'>
    <tcp flags='SYN,ACK/ACK' dstportstart='22'/>
  </rule>
  <rule action='accept' direction='in'>
    <tcp-ipv6 state='ESTABLISHED' dstportstart='22'/>
  </rule>
</filter>
```

## Fix safety
Choice: without the attribute the filter says what it does now, which is not what was meant. A rule that matches the
connection's state is only shown, because it may not be the same.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without it. Seen with libvirt 9.0.0.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp-over-ipv6
- libvirt src/conf/nwfilter_conf.c, tcpipv6Attributes
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, advise, edit, el, fix, problem, rule


@rule("filter-flags-forgotten", code="VN4016", on=Filter, severity="error", when="never", since="0.1")
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in nwfilter.matches:
        place = node.attributes.get("flags") if node.name == "tcp-ipv6" else None
        if place is None:
            continue
        others = {name: node.get(name) or "" for name in node.attributes if name != "flags"}
        state = "NEW" if place.value.startswith("SYN") else "ESTABLISHED"
        yield problem(
            place,
            "'flags' has no effect in <tcp-ipv6>: the rule matches packets with any flags",
            fix("Remove 'flags'", edit.remove_attribute(place), safety="choice"),
            advise("Match the connection's state instead", edit.written(el(node.name, {**others, "state": state}))),
        )
