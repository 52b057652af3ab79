"""A filter rule comes after one that decides on every packet, so it has no effect.

Rules are tried from the lowest priority to the highest, and those of equal priority in the order of the file. Nothing
gets past a rule that drops everything.

Rules about frames, such as `<mac>`, about IPv4 packets, such as `<tcp>`, and about IPv6 packets are tried separately.
Even so, a frame that is dropped never reaches the rules about packets.

## What to do
Set a higher `priority` on the rule that decides on every packet, so that it comes last. If this rule is not needed,
remove it.

## Bad
```xml
<filter name='ssh-only' chain='root'>
  <rule action='drop' direction='in' priority='300'>
    <all/>
  </rule>
  <rule action='accept' direction='in' priority='400'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:5:3: warning: this accept has no effect: an earlier rule decides on every packet [filter-rule-shadowed]
```

## Fixed
```xml
<filter name='ssh-only' chain='root'>
  <rule action='drop' direction='in' priority='500'>
    <all/>
  </rule>
  <rule action='accept' direction='in' priority='400'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='ssh-only' chain='root'>
  <rule action='accept' direction='in' priority='400'>
    <tcp dstportstart='22'/>
  </rule>
  <rule action='drop' direction='in' priority='500'>
    <all/>
  </rule>
</filter>
```

## Fix safety
Choice: the rules after the one that decides on everything begin to match.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filtering-chain-priorities
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterRuleInstSort()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, FilterRule, Fix, Problem, advise, edit, fix, problem, related, rule


@rule(
    "filter-rule-shadowed",
    code="VN4013",
    on=Filter,
    severity="warning",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    placed = [(place, each) for each in nwfilter.rules if (place := _place(each)) is not None]
    ordered = [each for _, each in sorted(placed, key=lambda pair: pair[0])]
    for direction in ("in", "out", "inout"):
        deciding: dict[object, FilterRule] = {}
        for each in ordered:
            first = next((one for one in deciding.values() if _is_ahead(one, each, nwfilter.chain)), None)
            if first is None and _decides_all(each) and each.direction in (direction, "inout"):
                kind = (each.layer, each.match and each.match.name, each.matches_all, each.action, each.direction)
                deciding.setdefault(kind, each)
            elif first is not None and each.direction == direction and each.action != first.action:
                yield problem(
                    each,
                    f"this {each.action or 'rule'} has no effect: an earlier rule decides on every packet",
                    _last(first, ordered[-1]),
                    advise("Set a higher priority on the earlier rule than on this one", "priority='1000'"),
                    related=(related(first, "this rule decides on every packet"),),
                )


def _decides_all(each: FilterRule) -> bool:
    """Whether a rule decides on all packets, or on all packets of its protocol."""
    plain = each.match is not None and not set(each.match.attributes) - {"comment"}
    return (each.matches_all or plain) and each.action in ("accept", "drop", "reject")


def _is_ahead(first: FilterRule, each: FilterRule, chain: str | None) -> bool:
    """Whether the first rule decides on every packet that the other one is about.

    A frame that is dropped in a chain of all frames reaches no other layer.
    For one direction, iptables accepts only packets of a connection; rules such as `<all/>` get the rest.
    """
    node = each.match
    if first.layer == "ethernet" != each.layer:
        return first.matches_all and first.action != "accept" and chain in ("root", "mac")
    if first.layer != each.layer or not (first.matches_all or (node and first.match and node.name == first.match.name)):
        return False
    if first.action != "accept" or first.layer == "ethernet" or first.direction == "inout":
        return True
    return node is not None and bool(set(node.attributes) - {"comment"}) and "state" not in node.attributes


def _place(each: FilterRule) -> int | None:
    """The priority that libvirt uses for a rule."""
    return each.priority if each.priority is None or -1000 <= each.priority <= 1000 else 500


def _last(first: FilterRule, last: FilterRule) -> tuple[Fix, ...]:
    place = _place(last)
    if place is None or place >= 1000:
        return ()
    new = str(min(place + 100, 1000))
    moved = edit.set_attribute(first.node, "priority", new)
    return fix(f"Set priority='{new}' on the earlier rule, so that it comes last", moved, safety="choice")
