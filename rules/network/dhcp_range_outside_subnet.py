"""A DHCP range is not within its subnet, and libvirt refuses to define the network.

Usually somebody renumbered `<ip address=…>` and forgot the `<range>` in it. Both ends have to be in the subnet that
`address` and `prefix` (or `netmask`) define.

## What to do
Change `start` and `end` to addresses of the subnet. If the range is right, correct `address`, `prefix` or `netmask` of
the `<ip>` instead.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.10.100' end='192.168.10.200'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:7: error: the range 192.168.10.100 to 192.168.10.200 is outside the subnet 192.168.20.0/24 [dhcp-range-outside-subnet]
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
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Unsafe: the range may be right and the address wrong. The fix keeps the host part of both ends, within the addresses
that a host may have.

## Libvirt
At define: `range 192.168.10.100 - 192.168.10.200 is not entirely within network 192.168.20.1/24`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, move_into, problem, related, rule


@rule(
    "dhcp-range-outside-subnet",
    code="VN1030",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip, each in network.ranges:
        start, end, subnet = each.start, each.end, ip.subnet
        if not (start and end and subnet) or (start in subnet and end in subnet):
            continue
        if not start.version == end.version == subnet.version:
            continue  # dhcp-range-of-other-family reports it
        first, last = move_into(subnet, start, end)
        moved = edit.set_attribute(each.node, "start", str(first)), edit.set_attribute(each.node, "end", str(last))
        yield problem(
            each,
            f"the range {start} to {end} is outside the subnet {subnet}",
            fix(f"Move the range to {first}–{last}", *moved, safety="unsafe"),
            related=(related(ip, "the subnet is declared here"),),
            libvirt_message=f"range {start} - {end} is not entirely within network {ip.address}/{subnet.prefixlen}",
        )
