"""A filter rule has a mask but no address, so it matches packets of every address.

A mask selects the part of an address that is compared. Without the address libvirt ignores the mask, so a rule that was
meant for one subnet drops or accepts everything of its protocol.

## What to do
Add the address that the mask belongs to, such as `srcipaddr` beside `srcipmask`. If the value is an address and not a
mask, rename the attribute to that of the address. If every address is meant, remove the mask.

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
lan.xml:3:10: error: 'srcipmask' has no effect without 'srcipaddr': the rule matches every address [filter-mask-without-address]
lan.xml:6:9: error: invalid value '192.168.50.10' for 'dstipmask': expected a mask; did you mean 'dstipaddr'? [filter-mask-without-address]
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
Unsafe where the value can only be an address: libvirt refuses the filter as it is, and the attribute is renamed.
Otherwise removing the mask is a choice: the rule does the same, but no longer shows that an address was meant.

## Libvirt
Never: the filter keeps the mask, and the firewall has a rule without an address, such as `-p tcp -j DROP`. A value that
is not a mask is refused at define: `dstipmask has illegal value 192.168.50.10`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#supported-protocols
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesHandleIPHdr()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Filter, Fix, Node, Problem, advise, edit, fix, parse_address, problem, rule


@rule(
    "filter-mask-without-address",
    code="VN4007",
    on=Filter,
    severity="error",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    for node in nwfilter.matches:
        for mask in node.attributes.values():
            name = ADDRESS_OF.get(mask.name)
            if name is None or name in node.attributes:
                continue
            removed = fix(f"Remove '{mask.name}'", edit.remove_attribute(mask), safety="choice")
            shown = advise("Add the address", f"<{node.name} {name}='…' {mask.name}='{mask.value}'/>")
            if _is_no_mask(mask.value):
                yield _address_as_mask(mask, name, removed, shown)
            else:
                message = f"'{mask.name}' has no effect without '{name}': the rule matches every address"
                yield problem(mask, message, removed, shown)


def _address_as_mask(mask: Attribute, name: str, *others: tuple[Fix, ...]) -> Problem:
    renamed = edit.rename_attribute(mask, name) if _is_address(mask.value, mask.node) else ()
    return problem(
        mask,
        f"invalid value '{mask.value}' for '{mask.name}': expected a mask; did you mean '{name}'?",
        fix(f"Rename it to '{name}'", renamed, safety="unsafe"),
        *others,
        when="define",
        libvirt_message=f"{mask.name} has illegal value {mask.value}",
    )


def _is_no_mask(value: str) -> bool:
    """Whether an IP address has ones after zeros, which libvirt does not accept as a mask."""
    address = parse_address(value)
    return address is not None and "01" in f"{int(address):0{address.max_prefixlen}b}"


def _is_address(value: str, node: Node) -> bool:
    """Whether a value is an address of the protocol's family."""
    address = parse_address(value)
    return address is not None and (address.version == 6) == node.name.endswith("v6")


ADDRESS_OF = {
    **{f"{side}{kind}mask": f"{side}{kind}addr" for side in ("src", "dst") for kind in ("mac", "ip")},
    **{f"arp{side}ipmask": f"arp{side}ipaddr" for side in ("src", "dst")},
    **{f"{which}-address-mask": f"{which}-address" for which in ("root", "sender")},
}
"""The address that each mask belongs to."""
