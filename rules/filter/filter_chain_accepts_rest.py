"""A rule of a filter that drops frames never sees those of a protocol, because a chain accepts them before.

A chain of a protocol, such as `ipv4`, does not hand back to the root chain what its rules leave: its end accepts it.
The filter `allow-dhcp` is in such a chain, so with it alone every IPv4 packet passes, and a rule in the root chain that
drops the rest comes too late. The same is true of `no-ip-multicast`, `no-mac-broadcast`, and of filters of your own.

Nothing is reported where a rule accepts all frames of the protocol, as `allow-ipv4` does, or where rules of the chain
return what they are not about, as in `clean-traffic`.

## What to do
To drop what the chain leaves, include a filter with the same `chain` and a rule that drops everything, with
`priority='1000'`. To drop certain frames before the chain sees them, give the rule a priority below that of the chain:
-700 for `ipv4`, -600 for `ipv6`, -500 for `arp`. If all frames of the protocol should pass, include `allow-ipv4`,
`allow-ipv6` or `allow-arp`, which says so.

## Bad
```xml only-dhcp.xml
<filter name='only-dhcp'>
  <filterref filter='allow-arp'/>
  <filterref filter='allow-dhcp'/>
  <rule action='drop' direction='inout' priority='1000'/>
</filter>
```

## Report
```text
only-dhcp.xml:4:3: warning: IPv4 never reaches this drop: chain 'ipv4' of 'allow-dhcp' accepts it first [filter-chain-accepts-rest]
```

## Good
```xml only-dhcp.xml
<filter name='only-dhcp'>
  <filterref filter='allow-arp'/>
  <filterref filter='allow-dhcp'/>
  <filterref filter='no-other-ipv4'/>
  <rule action='drop' direction='inout' priority='1000'/>
</filter>
```
```xml no-other-ipv4.xml
<filter name='no-other-ipv4' chain='ipv4'>
  <rule action='drop' direction='inout' priority='1000'/>
</filter>
```
```xml lan.xml
<filter name='lan'>
  <filterref filter='no-ip-multicast'/>
  <rule action='drop' direction='out' priority='-750'>
    <ip dstipaddr='10.0.0.0' dstipmask='8'/>
  </rule>
</filter>
```

## Fix safety
Shown only: the frames pass today, and guests may need them.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filtering-chains
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, ebtablesCreateTmpSubChainFW()
"""

from collections.abc import Iterator

from vnetlint.api import (
    SHIPPED,
    ChainEnd,
    Filter,
    FilterRef,
    FilterRule,
    FrameRule,
    Problem,
    Project,
    advise,
    frame_rule_of,
    frame_rules_of,
    problem,
    rule,
)


@rule(
    "filter-chain-accepts-rest",
    code="VN4017",
    on=Filter,
    severity="warning",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter, project: Project) -> Iterator[Problem]:
    tree = project.filters.trees.tree(nwfilter) if nwfilter.chain == "root" and nwfilter.references else None
    if tree is None or tree.frames is None:
        return
    for place, drop in _drops(nwfilter):
        end = tree.frames.end_before(drop)
        if end is not None:
            yield problem(
                place,
                f"{_words(end)} never reaches this drop: chain '{end.chain}' of '{end.owner}' accepts it first",
                advise(f"Include a filter for chain '{end.chain}' that drops the rest", REST.format(end.chain)),
            )


REST = "<filter name='NAME' chain='{}'><rule action='drop' direction='inout' priority='1000'/></filter>"
NAMES = {"ipv4": "IPv4", "ipv6": "IPv6", "arp": "ARP", "mac": "traffic"}
WAYS = {"in": " to the guest", "out": " from the guest"}


def _drops(nwfilter: Filter) -> Iterator[tuple[FilterRule | FilterRef, FrameRule]]:
    """The rules of the root chain that drop frames, and references to libvirt's own that drops the rest."""
    for each in nwfilter.rules:
        step = frame_rule_of(nwfilter, each) if each.layer == "ethernet" and each.action in ("drop", "reject") else None
        if step is not None and (each.match is None or each.match.get("match") != "no"):
            yield each, step
    for reference in nwfilter.references:
        shipped = SHIPPED.get(reference.filter or "")
        if shipped is not None and shipped.chain == "root" and not shipped.includes:
            yield from ((reference, step) for step in frame_rules_of(shipped) or () if step.action == "drop")


def _words(end: ChainEnd) -> str:
    """What does not reach the drop, with the direction unless it is both."""
    ways = [WAYS[way] for way in sorted(end.directions)] if len(end.directions) == 1 else []
    return f"{NAMES[end.protocol]}{''.join(ways)}"
