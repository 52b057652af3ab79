"""A filter rule has two protocols, and libvirt silently drops the second.

A rule describes packets of one protocol. libvirt keeps the protocol that comes first and drops the others.

## What to do
Write one rule for each protocol, with the same action, direction and priority.

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
lan.xml:4:5: warning: more than one protocol in a rule: libvirt keeps <tcp> and drops <udp> [filter-rule-two-protocols]
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
Unsafe: the second protocol begins to match, which it did not before.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without its second protocol.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#supported-protocols
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleParse()
"""

from collections.abc import Iterator

from vnetlint.api import PROTOCOLS, Element, Filter, FilterRule, Node, Problem, edit, el, fix, problem, related, rule


@rule(
    "filter-rule-two-protocols",
    code="VN4004",
    on=Filter,
    severity="warning",
    when="never",
    since="0.1",
    explains="schema-misplaced-element",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        first = each.match
        lost = [node for node in each.node.children if first and node.name in PROTOCOLS and node.name != first.name]
        if first is None or not lost:
            continue
        names = ", ".join(dict.fromkeys(f"<{node.name}>" for node in lost))
        removed, added = (edit.remove(node) for node in lost), edit.insert_after(each.node, *_own_rules(each, lost))
        yield problem(
            lost[0],
            f"more than one protocol in a rule: libvirt keeps <{first.name}> and drops {names}",
            fix(f"Move {names} to a rule of its own", *removed, added, safety="unsafe"),
            related=(related(first, "the protocol that is kept"),),
        )


def _own_rules(each: FilterRule, lost: list[Node]) -> list[Element]:
    """A rule like the given one for each protocol that libvirt drops."""
    attributes = {name: each.node.get(name) or "" for name in each.node.attributes}
    matches = (el(node.name, {key: node.get(key) or "" for key in node.attributes}) for node in lost)
    return [el("rule", attributes, match) for match in matches]
