"""A filter rule names two protocols, and libvirt forgets the second without a word.

A rule describes packets of one protocol. Of the elements in it libvirt keeps those of the protocol that comes first.

## Bad
```xml
<filter name='dns' chain='root'>
  <rule action='accept' direction='in' priority='500'>
    <tcp dstportstart='53'/>
    <udp dstportstart='53'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:4:5: warning: libvirt keeps the rule's <tcp> and forgets its <udp> [filter-rule-two-protocols]
```

## Fixed
```xml
<filter name='dns' chain='root'>
  <rule action='accept' direction='in' priority='500'>
    <tcp dstportstart='53'/>
  </rule>
  <rule action='accept' direction='in' priority='500'>
    <udp dstportstart='53'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='dns' chain='root'>
  <rule action='accept' direction='in' priority='500'>
    <tcp dstportstart='53'/>
  </rule>
  <rule action='accept' direction='in' priority='500'>
    <udp dstportstart='53'/>
  </rule>
</filter>
```

## Fix safety
Unsafe: the filter then does what it says, which it did not before.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without its second protocol.

## References
- https://libvirt.org/formatnwfilter.html#supported-protocols
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleParse()
"""

from collections.abc import Iterator

from vnetlint.api import PROTOCOLS, Filter, Problem, edit, el, fix, problem, related, rule


@rule(
    "filter-rule-two-protocols",
    code="VN4004",
    on=Filter,
    severity="warning",
    when="never",
    since="0.1",
    covers=("C149",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        first = each.match
        lost = [node for node in each.node.children if first and node.name in PROTOCOLS and node.name != first.name]
        if first is None or not lost:
            continue
        attributes = {attribute.name: attribute.value for attribute in each.node.attributes.values()}
        own = [el("rule", attributes, el(node.name, {key: node.get(key) or "" for key in node.attributes}))
               for node in lost]  # fmt: skip
        yield problem(
            lost[0],
            f"libvirt keeps the rule's <{first.name}> and forgets its <{lost[0].name}>",
            fix(
                f"Give <{lost[0].name}> a rule of its own",
                *(edit.remove(node) for node in lost),
                edit.insert_after(each.node, *own),
                safety="unsafe",
            ),
            related=(related(first, "the protocol that is kept"),),
        )
