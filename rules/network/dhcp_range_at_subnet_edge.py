"""A DHCP range includes the network or broadcast address of its subnet, and libvirt refuses to define the network.

The first and the last address of an IPv4 subnet do not belong to a host: in 192.168.20.0/24 these are 192.168.20.0 and
192.168.20.255. IPv6 has no such addresses.

## What to do
Start the range after the network address and end it before the broadcast address. If the address should belong to a
guest, give the subnet a smaller `prefix`. If the range has no other address, remove it.

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

from vnetlint.api import Fix, Network, Problem, Range, Subnet, drop_served, edit, fix, move_into, problem, rule


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
        fixes = _shorten(each, subnet), drop_served(each.node)
        edges = ("start", start, "network", subnet.network_address), ("end", end, "broadcast", subnet.broadcast_address)
        for side, bound, kind, edge in edges:
            if bound == edge:
                message = f"the range {side}s at {bound}, the {kind} address of {subnet}"
                refusal = f"{side} of {shown} is the {kind} address"
                yield problem(each.attribute(side) or each, message, *fixes, libvirt_message=refusal)


def _shorten(each: Range, subnet: Subnet) -> tuple[Fix, ...]:
    """A fix that moves both ends to addresses of hosts; none where the range has a single address."""
    if each.start is None or each.end is None or each.size == 1:
        return ()
    low, high = move_into(subnet, each.start, each.end)
    if (low, high) == (each.start, each.end):
        return ()  # a subnet of one or two addresses has no other
    edits = edit.set_attribute(each.node, "start", str(low)), edit.set_attribute(each.node, "end", str(high))
    return fix(f"Shorten the range to {low}–{high}", *edits, safety="safe")
