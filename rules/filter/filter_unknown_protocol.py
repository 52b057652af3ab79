"""A filter rule has a protocol that libvirt does not know, so it matches every packet.

libvirt ignores the element and keeps the rule: a rule that was meant to drop one kind of packet drops them all, and one
that was meant to accept one kind accepts everything.

## What to do
Correct the name of the element. If libvirt has no such protocol, remove the rule.

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
lan.xml:3:5: error: unknown protocol <tpc>: this drop matches all packets; did you mean <tcp>? [filter-unknown-protocol]
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
Unsafe: another protocol may have been meant. Where no known name resembles it, removing the rule is a choice.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without a protocol, and the firewall has a rule without a match.

Seen on 9.0, 11.3 and 12.8.

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
    explains="schema-unknown-element",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        if each.match is not None or not each.node.children or nwfilter.is_template:
            continue
        node = each.node.children[0]
        if node.text.strip():
            # No protocol has a text: this is an attribute of the rule in the form of an element.
            continue
        meant = _meant(node.name)
        yield problem(
            node,
            f"unknown protocol <{node.name}>: this {known(each.action) or 'rule'} matches all packets"
            + (f"; did you mean <{meant}>?" if meant else ""),
            fix(f"Rename it to <{meant}>", edit.rename(node, meant), safety="unsafe") if meant else (),
            fix("Remove the rule", edit.remove(each.node), safety="choice"),
        )


MEANT = {"icmp6": "icmpv6", "icmp-ipv6": "icmpv6", "icmp-v6": "icmpv6", "any": "all"}
"""Names that people know from elsewhere."""


def _meant(name: str) -> str | None:
    """The protocol that is meant by another name or a typo; an IPv4 name never becomes an IPv6 protocol."""
    for ending, added in (("4", ""), ("v4", ""), ("-ipv4", ""), ("6", "-ipv6"), ("v6", "-ipv6")):
        protocol = f"{name.lower().removesuffix(ending)}{added}"
        if name.lower().endswith(ending) and protocol in PROTOCOLS:
            return protocol
    same = [each for each in PROTOCOLS if each.endswith("6") == name.endswith("6")]
    return MEANT.get(name.lower()) or next(iter(get_close_matches(name.lower(), same, 1)), None)
