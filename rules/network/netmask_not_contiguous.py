"""A netmask has zeros between its ones, so it describes no subnet and the network does not start.

In binary, a netmask is a row of ones followed by zeros: `255.255.255.0`, never `255.0.255.0`. Usually two octets were
swapped, or one was left at zero. libvirt defines the network, unless it checks a DHCP range against the mask.

## What to do
Set `netmask` to the mask of the subnet that you mean, such as `255.255.255.0` for 256 addresses. Check first whether
two octets are swapped or one is missing: the fix only moves the ones to the front.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.0.255'/>
</network>
```

## Report
```text
lan.xml:4:30: error: invalid netmask '255.255.0.255': expected ones followed by zeros, such as 255.255.255.0 [netmask-not-contiguous]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```

## Fix safety
A choice: which subnet was meant is a guess. The fix sets the mask with the same number of ones.

## Libvirt
At start: `Invalid prefix or netmask for 'virbr0'`, with the name of the bridge. With a DHCP range at define:
`bad prefix -1 for network 192.168.20.1 when  checking range 192.168.20.2 - 192.168.20.9`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkAddAddrToBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, known, parse_address, problem, read_netmask, rule


@rule(
    "netmask-not-contiguous",
    code="VN1300",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        place, address = ip.attribute("netmask"), ip.address
        value = known(place.value) if place else None
        mask = parse_address(value)
        if place is None or value is None or address is None or mask is None or mask.version != 4:
            continue
        if address.version != 4 or read_netmask(value, 4) is not None:
            continue
        ranges = [each for each in ip.ranges if each.start and each.end]
        said = REFUSED.format(address, ranges[0].start, ranges[0].end) if ranges else None
        yield problem(
            place,
            f"invalid netmask '{value}': expected ones followed by zeros, such as 255.255.255.0",
            fix(
                f"Set netmask to {_closed(int(mask))}",
                edit.set_attribute(ip.node, "netmask", _closed(int(mask))),
                safety="choice",
            ),
            when="define" if said else "start",
            libvirt_message=said or heard("Invalid prefix or netmask for '{}'", network.bridge_name),
        )


REFUSED = "bad prefix -1 for network {} when  checking range {} - {}"


def _closed(mask: int) -> str:
    """The netmask with as many ones, all in front."""
    bits = (1 << 32) - (1 << 32 - mask.bit_count())
    return ".".join(str(octet) for octet in bits.to_bytes(4, "big"))
