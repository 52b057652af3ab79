"""A filter rule for IP frames names a port but no protocol that has ports, and libvirt refuses the filter.

`<ip>` and `<ipv6>` match any protocol unless `protocol` says which; a port has a meaning only with TCP, UDP or SCTP.

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
lan.xml:3:5: error: <ip> names a port, and no protocol that has ports [filter-port-without-protocol]
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
Unsafe: it may be UDP that was meant, or both, which takes two rules.

## Libvirt
At define: `IP rule with port specification requires protocol specification with protocol to be either one of tcp(6),
udp(17), dccp(33), or sctp(132)`; with `<ipv6>` it begins `IPv6 rule`.

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
    covers=("A104",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for each in nwfilter.rules:
        node = each.match
        if node is None or node.name not in FAMILY or not PORTS & set(node.attributes):
            continue
        written = node.get("protocol")
        if written is not None and (written.lower() in WITH_PORTS or not written.replace("$", "").isalnum()):
            continue
        lacking = f"'{written}' is no protocol that has ports" if written else "no protocol that has ports"
        yield problem(
            node,
            f"<{node.name}> names a port, and {lacking}",
            *(fix(f"Say protocol='{name}'", edit.set_attribute(node, "protocol", name), safety="unsafe")
              for name in ("tcp", "udp")),
            libvirt_message=REFUSED.format(FAMILY[node.name]),
        )  # fmt: skip


FAMILY = {"ip": "IP", "ipv6": "IPv6"}
PORTS = {"srcportstart", "srcportend", "dstportstart", "dstportend"}
WITH_PORTS = {"tcp", "udp", "sctp", "dccp", "6", "17", "33", "132", "0x6", "0x06", "0x11", "0x21", "0x84"}
REFUSED = (
    "{} rule with port specification requires protocol specification with protocol to be either one of tcp(6), "
    "udp(17), dccp(33), or sctp(132)"
)
