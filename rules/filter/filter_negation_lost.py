"""A filter rule with match='no' has only a destination port or an ICMP code, and libvirt drops the negation.

libvirt takes the negation of a destination port from the source port, and that of an ICMP code from the type. Without
those, "drop all but 22" becomes "drop 22", and "accept all but 22" becomes "accept 22".

## What to do
Replace the rule by two: the first has the opposite action and matches the excepted port or code, the second has no
`match='no'` and matches the rest.

## Bad
```xml
<filter name='ssh-only' chain='root'>
  <rule action='drop' direction='in' priority='500'>
    <tcp match='no' dstportstart='22'/>
  </rule>
  <rule action='drop' direction='in' priority='600'>
    <icmp match='no' code='1'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:10: error: match='no' has no effect on 'dstportstart' without 'srcportstart': the rule matches that port [filter-negation-lost]
lan.xml:6:11: error: match='no' has no effect on 'code' without 'type': the rule matches that code [filter-negation-lost]
```

## Fixed
```xml
<filter name='ssh-only' chain='root'>
  <rule action='accept' direction='in' priority='499'>
    <tcp dstportstart='22'/>
  </rule>
  <rule action='drop' direction='in' priority='500'>
    <tcp/>
  </rule>
  <rule action='accept' direction='in' priority='599'>
    <icmp code='1'/>
  </rule>
  <rule action='drop' direction='in' priority='600'>
    <icmp/>
  </rule>
</filter>
```

## Good
```xml
<filter name='ssh-only' chain='root'>
  <rule action='accept' direction='in' priority='499'>
    <tcp dstportstart='22'/>
  </rule>
  <rule action='drop' direction='in' priority='500'>
    <tcp/>
  </rule>
  <rule action='drop' direction='in' priority='600'>
    <icmp match='no' type='3' code='1'/>
  </rule>
</filter>
```

## Fix safety
Choice: the two rules do what the one was meant to do, which is the opposite of what it does now. Packets that the first
rule decides on do not reach later rules.

## Libvirt
Never: `virsh nwfilter-dumpxml` shows the rule without `match='no'`. Seen with 9.0, and the source of 10.7 is the same.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#tcp-udp-sctp
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleDefFixup()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Filter, FilterRule, Fix, Problem, advise, edit, el, fix, problem, rule


@rule(
    "filter-negation-lost",
    code="VN4010",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        node = each.match
        what, giver = NEGATED_WITH.get(node.name.removesuffix("-ipv6") if node else "", ("", ""))
        if node is None or what not in node.attributes or giver in node.attributes or each.is_merged:
            continue
        if node.get("match") != "no":
            continue
        yield problem(
            node.attributes["match"],
            f"match='no' has no effect on '{what}' without '{giver}': the rule matches that {WORD[what]}",
            _two_rules(each),
            advise("Write two rules", "one for the exception, and after it one without match='no'"),
        )


NEGATED_WITH = {
    **dict.fromkeys(("tcp", "udp", "sctp"), ("dstportstart", "srcportstart")),
    **dict.fromkeys(("icmp", "icmpv6"), ("code", "type")),
}
"""The attribute that loses its negation in each protocol, and the attribute that would keep it."""
WORD = {"dstportstart": "port", "code": "code"}
OPPOSITE = {"drop": "accept", "reject": "accept", "accept": "drop"}


def _two_rules(each: FilterRule) -> tuple[Fix, ...]:
    """First a rule with the opposite action for the exception, then one with the action for everything else."""
    node, priority, opposite = each.match, each.priority, OPPOSITE.get(each.action or "")
    if node is None or opposite is None or priority is None or not -1000 < priority <= 1000:
        return ()
    excepted = {name: node.get(name) or "" for name in node.attributes if name != "match"}
    if set(excepted) - {"dstportstart", "dstportend", "code"} or not all(map(_fits, excepted.values())):
        return ()
    attributes = {name: each.node.get(name) or "" for name in each.node.attributes}
    first = el("rule", {**attributes, "action": opposite, "priority": str(priority - 1)}, el(node.name, excepted))
    rest = el("rule", {**attributes, "priority": str(priority)}, el(node.name))
    title = f"Replace it by two rules: {opposite} the exception, then {each.action} the rest"
    return fix(title, edit.replace(each.node, first, rest), safety="choice")


def _fits(value: str) -> bool:
    """Whether libvirt accepts a value as a port or a code."""
    return value.startswith("$") or re.fullmatch("[0-9]{1,5}", value) is not None
