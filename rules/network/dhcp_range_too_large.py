"""A DHCP range is larger than libvirt accepts, so it refuses to define the network.

Both ends of an IPv4 range have to agree in the first two octets, and both ends of an IPv6 range in all groups but the
last. A network may have several ranges side by side.

## What to do
Split the range into several `<range>` elements whose ends agree in this way, or shorten it to the addresses that guests
need.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='10.20.0.1' prefix='14'>
    <dhcp>
      <range start='10.20.1.0' end='10.21.9.255'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::1000' end='fd00:20::ffff:ffff'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:7: error: the range 10.20.1.0 to 10.21.9.255 is too large: expected ends that differ only in the last two octets [dhcp-range-too-large]
lan.xml:11:7: error: the range fd00:20::1000 to fd00:20::ffff:ffff is too large: expected ends that differ only in the last group [dhcp-range-too-large]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='10.20.0.1' prefix='14'>
    <dhcp>
      <range start='10.20.1.0' end='10.20.255.255'/>
      <range start='10.21.0.0' end='10.21.9.255'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::1000' end='fd00:20::ffff'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='10.20.0.1' prefix='14'>
    <dhcp>
      <range start='10.20.1.0' end='10.20.255.255'/>
      <range start='10.21.0.0' end='10.21.9.255'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Safe where the range is split into at most 16 ranges with the same addresses. Unsafe where it is cut after its first
65,536 addresses. Removing it is a choice.

## Libvirt
At define: `range 10.20.1.0 - 10.21.9.255 is too large (> 65535)`. libvirt 11.3 counts the addresses of IPv4 instead,
and accepts up to 65,536. Such a range is not reported where the inventory or `target-libvirt` names that version or a
newer one, and is a warning where neither gives the version.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    Fix,
    Network,
    Problem,
    Project,
    Range,
    Subnet,
    blocks,
    drop_served,
    edit,
    el,
    fix,
    move_into,
    problem,
    rule,
)


@rule(
    "dhcp-range-too-large",
    code="VN1206",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for ip, each in network.ranges:
        start, end, subnet = each.start, each.end, ip.subnet
        if not (start and end and subnet) or start not in subnet or end not in subnet or not each.is_too_large:
            continue
        if start.version == 4 and int(start) > int(end):
            continue  # dhcp-range-reversed reports it
        is_newer = False if each.is_long else project.has_libvirt("11.3.0")
        if is_newer:
            continue
        part = "group" if start.version == 6 else "two octets"
        yield problem(
            each,
            f"the range {start} to {end} is too large: expected ends that differ only in the last {part}",
            _split(each, start, end, subnet),
            drop_served(each.node),
            severity="warning" if is_newer is None else None,
            libvirt_message=f"range {start} - {end} is too large (> 65535)",
        )


def _split(each: Range, start: Address, end: Address, subnet: Subnet) -> tuple[Fix, ...]:
    """A fix that splits the range where the first two octets, or all groups but the last, change."""
    start, end = move_into(subnet, start, end)
    if (int(end) >> 16) - (int(start) >> 16) >= MOST or each.node.children:
        cut = start + (0xFFFF - int(start) % 0x10000)
        return fix(f"End the range at {cut}", edit.set_attribute(each.node, "end", str(cut)), safety="unsafe")
    parts = [el("range", {"start": str(first), "end": str(last)}) for first, last in blocks(start, end)]
    return fix(f"Split the range into {len(parts)}", edit.replace(each.node, *parts), safety="safe")


MOST = 16
