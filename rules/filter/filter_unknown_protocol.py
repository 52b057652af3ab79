"""A filter rule names a protocol that libvirt does not know, and matches every packet instead.

libvirt passes over the element and keeps the rule: what was to drop one kind of packet drops them all, and what was to
accept one kind accepts everything.

## Bad
```xml
<filter name='no-ssh' chain='root'>
  <rule action='drop' direction='in'>
    <tpc dstportstart='22'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:5: error: libvirt knows no protocol <tpc>, so the rule's drop is for all packets [filter-unknown-protocol]
```

## Fixed
```xml
<filter name='no-ssh' chain='root'>
  <rule action='drop' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='no-ssh' chain='root'>
  <rule action='drop' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Fix safety
Unsafe: another protocol may have been meant. Where no known one resembles the name, the whole rule is removed.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without a protocol, and the firewall has a rule without a match.

## References
- https://libvirt.org/formatnwfilter.html#supported-protocols
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleParse()
"""

from collections.abc import Iterator
from difflib import get_close_matches

from vnetlint.api import PROTOCOLS, Filter, Problem, edit, fix, known, problem, rule


@rule(
    "filter-unknown-protocol",
    code="VN4006",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
    covers=("C151",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        if each.match is not None or not each.node.children or nwfilter.node.document.source.is_template:
            continue
        node = each.node.children[0]
        meant = MEANT.get(node.name) or next(iter(get_close_matches(node.name.lower(), PROTOCOLS, 1)), None)
        yield problem(
            node,
            f"libvirt knows no protocol <{node.name}>, so the rule's {known(each.action) or 'action'} is for all packets",
            fix(f"Name it <{meant}>", edit.rename(node, meant), safety="unsafe") if meant else (),
            fix("Remove the rule", edit.remove(each.node), safety="unsafe"),
        )


MEANT = {"tcp6": "tcp-ipv6", "udp6": "udp-ipv6", "icmp6": "icmpv6", "icmp-ipv6": "icmpv6", "ipv4": "ip", "any": "all"}
"""Names that people know from elsewhere."""
