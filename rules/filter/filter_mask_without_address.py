"""A filter rule has a mask but no address, and matches packets of every address.

A mask says which part of an address counts. Where the address is missing libvirt leaves out both, so that a rule meant
for one subnet drops or accepts everything of its protocol.

## Bad
```xml
<filter name='no-lab' chain='root'>
  <rule action='drop' direction='in'>
    <tcp srcipmask='24'/>
  </rule>
  <rule action='drop' direction='out'>
    <ip dstipmask='192.168.50.10'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:10: error: srcipmask without srcipaddr counts for nothing: the rule is for every address [filter-mask-without-address]
lan.xml:6:9: error: dstipmask without dstipaddr counts for nothing: the rule is for every address [filter-mask-without-address]
```

## Fixed
```xml
<filter name='no-lab' chain='root'>
  <rule action='drop' direction='in'>
    <tcp/>
  </rule>
  <rule action='drop' direction='out'>
    <ip dstipaddr='192.168.50.10'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='no-lab' chain='root'>
  <rule action='drop' direction='in'>
    <tcp srcipaddr='192.168.20.0' srcipmask='24'/>
  </rule>
  <rule action='drop' direction='out'>
    <ip dstipaddr='192.168.50.10'/>
  </rule>
</filter>
```

## Fix safety
Unsafe: without the mask the rule does what it did, but no longer says that an address was meant. A mask that can only be
an address becomes one.

## Libvirt
Never: the filter keeps the mask, and the firewall has a rule without an address, such as `-p tcp -j DROP`. What can be
no mask it refuses at define: `dstipmask has illegal value 192.168.50.10`

## References
- https://libvirt.org/formatnwfilter.html#supported-protocols
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesHandleIPHdr()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, advise, edit, fix, parse_address, problem, rule


@rule(
    "filter-mask-without-address",
    code="VN4007",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
    covers=("C153",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in (each.match for each in nwfilter.rules if each.match):
        for mask in node.attributes.values():
            name = ADDRESS_OF.get(mask.name)
            if name is None or name in node.attributes:
                continue
            is_address = _is_no_mask(mask.value)
            yield problem(
                mask,
                f"{mask.name} without {name} counts for nothing: the rule is for every address",
                fix(f"Make it the {name}", edit.rename_attribute(mask, name), safety="unsafe") if is_address else (),
                fix(f"Remove {mask.name}", edit.remove_attribute(mask), safety="unsafe"),
                advise("Say which address", f"<{node.name} {name}='…' {mask.name}='{mask.value}'/>"),
                when="define" if is_address else None,
                libvirt_message=f"{mask.name} has illegal value {mask.value}" if is_address else None,
            )


def _is_no_mask(value: str) -> bool:
    """Whether an IP address has ones behind zeros, which libvirt takes for no mask."""
    address = parse_address(value)
    return address is not None and "01" in f"{int(address):0{address.max_prefixlen}b}"


ADDRESS_OF = {
    **{f"{side}{kind}mask": f"{side}{kind}addr" for side in ("src", "dst") for kind in ("mac", "ip")},
    **{f"arp{side}ipmask": f"arp{side}ipaddr" for side in ("src", "dst")},
    **{f"{which}-address-mask": f"{which}-address" for which in ("root", "sender")},
}
"""Which address each mask is of."""
