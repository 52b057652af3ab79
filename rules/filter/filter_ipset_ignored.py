"""A filter rule names an IP set together with a protocol, and libvirt drops the set.

libvirt keeps `ipset` and `ipsetflags` only in `<all>` and `<all-ipv6>`, and drops them elsewhere even if they are
written as documented. A rule that was meant to accept TCP from the addresses of a set accepts TCP from everywhere.

## What to do
If the rule may match every protocol, rename the element to `<all>`, or to `<all-ipv6>` for IPv6. Otherwise match
addresses instead of the set, by `srcipaddr` and `srcipmask`.

## Bad
```xml
<filter name='admins' chain='root'>
  <rule action='accept' direction='in' priority='400'>
    <tcp ipset='admins' ipsetflags='src'/>
  </rule>
  <rule action='drop' direction='in' priority='500'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:10: error: 'ipset' has no effect in <tcp>: the rule matches every address [filter-ipset-ignored]
```

## Fixed
```xml
<filter name='admins' chain='root'>
  <rule action='accept' direction='in' priority='400'>
    <all ipset='admins' ipsetflags='src'/>
  </rule>
  <rule action='drop' direction='in' priority='500'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='admins' chain='root'>
  <rule action='accept' direction='in' priority='400'>
    <all ipset='admins' ipsetflags='src'/>
  </rule>
</filter>
```

## Fix safety
Choice: `<all>` keeps the set, but matches every protocol. Where the rule also has a port or a type, which `<all>` does
not support, only the snippet with addresses is shown.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows `<tcp/>`. Seen with 9.0, and the source of 10.7 is the same.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#ip-sets
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleDefFixupIPSet()
"""

from collections.abc import Iterator

from vnetlint.api import PROTOCOLS, Filter, Problem, advise, edit, fix, problem, rule


@rule(
    "filter-ipset-ignored",
    code="VN4009",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in nwfilter.matches:
        place, layer = node.attributes.get("ipset"), PROTOCOLS[node.name]
        if place is None or "ipsetflags" not in node.attributes or layer == "ethernet" or node.name in KEEPING.values():
            continue
        title = f"Rename <{node.name}> to <{KEEPING[layer]}>, for every protocol"
        own = [name for name in node.attributes if "port" in name or name in ("type", "code", "flags")]
        yield problem(
            place,
            f"'ipset' has no effect in <{node.name}>: the rule matches every address",
            () if own else fix(title, edit.rename(node, KEEPING[layer]), safety="choice"),
            advise("Match addresses instead of the set", f"<{node.name} srcipaddr='…' srcipmask='…'/>"),
        )


KEEPING = {"ipv4": "all", "ipv6": "all-ipv6"}
"""The elements with which libvirt keeps a set."""
