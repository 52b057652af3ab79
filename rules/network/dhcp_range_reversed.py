"""A DHCP range ends before it starts, and libvirt refuses to define the network.

`start` is the lowest address that dnsmasq leases and `end` the highest.

## What to do
Swap `start` and `end`. If one of them is a typing mistake, correct it instead.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.200' end='192.168.20.100'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:7: error: the range 192.168.20.200 to 192.168.20.100 is reversed: expected the lower address in 'start' [dhcp-range-reversed]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.100'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Safe: libvirt refuses the range as it is, and only one range has these two ends. Where one of them is outside the
subnet, `dhcp-range-outside-subnet` reports the range instead.

## Libvirt
At define: `range 192.168.20.200 - 192.168.20.100 is reversed`, and for IPv6 addresses
`range fd00::200 - fd00::100 start larger than end`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule(
    "dhcp-range-reversed",
    code="VN1031",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip, each in network.ranges:
        start, end, subnet = each.start, each.end, ip.subnet
        if not (start and end) or start.version != end.version or int(start) <= int(end):
            continue
        if subnet and not (start in subnet and end in subnet):
            continue
        if start.version == 6 and int(start) >> 16 != int(end) >> 16:
            continue  # libvirt would refuse the swapped range too, because it is too large
        swapped = edit.set_attribute(each.node, "start", str(end)), edit.set_attribute(each.node, "end", str(start))
        yield problem(
            each,
            f"the range {start} to {end} is reversed: expected the lower address in 'start'",
            fix(f"Swap start and end, to {end}–{start}", *swapped, safety="safe"),
            libvirt_message=REVERSED[start.version].format(start, end),
        )


REVERSED = {4: "range {} - {} is reversed", 6: "range {} - {} start larger than end"}
