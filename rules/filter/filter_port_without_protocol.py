"""A filter rule for IP frames has a port but no protocol with ports, and libvirt refuses the filter.

`<ip>` and `<ipv6>` match any protocol unless `protocol` names one. Only TCP, UDP, SCTP and DCCP have ports. libvirt
knows DCCP only by its number, 33.

## What to do
Set `protocol` to `tcp`, `udp`, `sctp` or `33`, which is DCCP. If two protocols are meant, write a rule for each.

## Bad
```xml
<filter name='no-ssh' chain='ipv4'>
  <rule action='drop' direction='in'>
    <ip dstportstart='22'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:5: error: missing attribute 'protocol': a port needs 'tcp', 'udp', 'sctp' or '33' (DCCP) [filter-port-without-protocol]
```

## Fixed
```xml
<filter name='no-ssh' chain='ipv4'>
  <rule action='drop' direction='in'>
    <ip dstportstart='22' protocol='tcp'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='no-ssh' chain='ipv4'>
  <rule action='drop' direction='in'>
    <ip protocol='tcp' dstportstart='22'/>
  </rule>
</filter>
```

## Fix safety
Choice: TCP or UDP may be meant, or both, which needs two rules.

## Libvirt
At define: `IP rule with port specification requires protocol specification with protocol to be either one of tcp(6),
udp(17), dccp(33), or sctp(132)`; with `<ipv6>` it begins `IPv6 rule`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#ipv4
- libvirt src/conf/nwfilter_conf.c, virNWFilterRuleValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, edit, fix, problem, rule


@rule(
    "filter-port-without-protocol",
    code="VN4001",
    on=Filter,
    severity="error",
    when="define",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in nwfilter.matches:
        if node.name not in FAMILY or not PORTS & set(node.attributes):
            continue
        written = node.get("protocol")
        if written is not None and (written.lower() in WITH_PORTS or not written.replace("$", "").isalnum()):
            continue
        wrong = f"invalid value '{written}' for" if written else "missing attribute"
        yield problem(
            node,
            f"{wrong} 'protocol': a port needs 'tcp', 'udp', 'sctp' or '33' (DCCP)",
            *(fix(f"Set protocol='{name}'", edit.set_attribute(node, "protocol", name), safety="choice")
              for name in ("tcp", "udp")),
            libvirt_message=REFUSED.format(FAMILY[node.name]),
        )  # fmt: skip


FAMILY = {"ip": "IP", "ipv6": "IPv6"}
PORTS = {"srcportstart", "srcportend", "dstportstart", "dstportend"}
WITH_PORTS = {"tcp", "udp", "sctp", "6", "17", "33", "132", "0x6", "0x06", "0x11", "0x21", "0x84"}
REFUSED = (
    "{} rule with port specification requires protocol specification with protocol to be either one of tcp(6), "
    "udp(17), dccp(33), or sctp(132)"
)
