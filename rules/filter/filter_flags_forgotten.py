"""A rule for TCP over IPv6 has `flags`, which libvirt forgets, and the rule is for every TCP packet.

The documentation lists `flags` for `<tcp-ipv6>` as for `<tcp>`. libvirt reads it of `<tcp>` alone: a dump of the filter
shows that it is gone, and an accept that was meant for answers accepts new connections too.

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
lan.xml:3:15: error: libvirt forgets the flags of a <tcp-ipv6>: the rule is for all packets that it else matches [filter-flags-forgotten]
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
Unsafe: without the attribute the filter says what it does, which is not what was meant. What a connection's state can
tell is offered beside it.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without it. Seen with libvirt 9.0.0.

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp-over-ipv6
- libvirt src/conf/nwfilter_conf.c, tcpipv6Attributes
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, advise, edit, fix, problem, rule


@rule("filter-flags-forgotten", code="VN4016", on=Filter, severity="error", when="never", since="0.1")
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in (each.match for each in nwfilter.rules if each.match):
        place = node.attributes.get("flags") if node.name == "tcp-ipv6" else None
        if place is None:
            continue
        yield problem(
            place,
            "libvirt forgets the flags of a <tcp-ipv6>: the rule is for all packets that it else matches",
            fix("Remove flags", edit.remove_attribute(place), safety="unsafe"),
            advise("Match the connection's state in their place", "<tcp-ipv6 state='NEW' dstportstart='22'/>"),
        )
