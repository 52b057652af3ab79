"""A DHCP range includes the address of the subnet itself or its broadcast address, and libvirt refuses the network.

The first and the last address of an IPv4 subnet belong to no host: 192.168.20.0 and 192.168.20.255 in 192.168.20.0/24.
IPv6 has no such addresses.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.0' end='192.168.20.99'/>
      <range start='192.168.20.100' end='192.168.20.255'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:14: error: the range starts at 192.168.20.0, the network address of 192.168.20.0/24 [dhcp-range-at-subnet-edge]
lan.xml:7:37: error: the range ends at 192.168.20.255, the broadcast address of 192.168.20.0/24 [dhcp-range-at-subnet-edge]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.1' end='192.168.20.99'/>
      <range start='192.168.20.100' end='192.168.20.254'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='172.16.0.1' prefix='16'>
    <dhcp>
      <range start='172.16.1.0' end='172.16.1.255'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Safe: no client can have the address that the fix takes from the range. Where the range has no other address, removing
it is a choice.

## Libvirt
At define: `start of range 192.168.20.0 - 192.168.20.99 in network 192.168.20.1/24 is the network address`, or
`end of range 192.168.20.100 - 192.168.20.255 in network 192.168.20.1/24 is the broadcast address`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Problem, Range, Subnet, edit, fix, move_into, problem, rule


@rule(
    "dhcp-range-at-subnet-edge",
    code="VN1204",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip, each in network.ranges:
        subnet, start, end = ip.subnet, each.start, each.end
        if subnet is None or subnet.version == 6 or not each.size or each.is_too_large or not start or not end:
            continue
        if start not in subnet or end not in subnet:
            continue
        shown = f"range {start} - {end} in network {ip.address}/{subnet.prefixlen}"
        alone = ip.dhcp is not None and len(ip.dhcp.children) == 1
        removed = edit.remove(ip.dhcp if ip.dhcp and alone else each.node)
        fixes = _shorten(each, subnet), fix(f"Remove {'<dhcp>' if alone else '<range>'}", removed, safety="choice")
        if start == subnet.network_address:
            yield problem(
                each.attribute("start") or each,
                f"the range starts at {start}, the network address of {subnet}",
                *fixes,
                libvirt_message=f"start of {shown} is the network address",
            )
        if end == subnet.broadcast_address:
            yield problem(
                each.attribute("end") or each,
                f"the range ends at {end}, the broadcast address of {subnet}",
                *fixes,
                libvirt_message=f"end of {shown} is the broadcast address",
            )


def _shorten(each: Range, subnet: Subnet) -> tuple[Fix, ...]:
    """Hold both ends to what a host may have, where the range has more than that one address."""
    if each.start is None or each.end is None or each.size == 1:
        return ()
    low, high = move_into(subnet, each.start, each.end)
    if (low, high) == (each.start, each.end):
        return ()  # a subnet of one or two addresses has no other
    edits = edit.set_attribute(each.node, "start", str(low)), edit.set_attribute(each.node, "end", str(high))
    return fix(f"Shorten the range to {low}–{high}", *edits, safety="safe")
