"""A DHCP range has another IP version than its subnet, and libvirt refuses to define the network.

Each `<ip>` has its own `<dhcp>`: IPv4 ranges belong to the IPv4 address, IPv6 ranges to the IPv6 address.

## What to do
Move the range to the `<dhcp>` of the `<ip>` with the same IP version. If the network has none, add it or remove the
range. If the two ends have different versions, correct the wrong one.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <range start='fd00:20::100' end='fd00:20::200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Report
```text
lan.xml:7:7: error: the range fd00:20::100 to fd00:20::200 is not IPv4 like its subnet 192.168.20.0/24 [dhcp-range-of-other-family]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::200'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::200'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Safe where one subnet of the network contains the range: the range is moved there. Otherwise removing it is a choice,
because an `<ip>` may be missing.

## Libvirt
At define: `mismatch of address family in range fd00:20::100 - fd00:20::200 for network 192.168.20.1`, and for a range
whose two ends differ `mismatch of address family in range 192.168.20.100 - fd00:20::200`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Ip, Network, Problem, Range, drop_served, edit, el, fix, problem, related, rule


@rule(
    "dhcp-range-of-other-family",
    code="VN1205",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip, each in network.ranges:
        start, end, subnet = each.start, each.end, ip.subnet
        if not (start and end and subnet) or start.version == end.version == subnet.version:
            continue
        shown = f"mismatch of address family in range {start} - {end}"
        yield problem(
            each,
            f"the range {start} to {end} is not IPv{subnet.version} like its subnet {subnet}",
            _move(network, ip, each),
            drop_served(each.node),
            related=(related(ip, "the subnet is declared here"),),
            libvirt_message=f"{shown} for network {ip.address}" if start.version == end.version else shown,
        )


def _move(network: Network, ip: Ip, each: Range) -> tuple[Fix, ...]:
    """A fix that moves the range to the subnet that contains it, and leaves no empty `<dhcp>` behind."""
    start, end = each.start, each.end
    homes = [ip for ip in network.ips if ip.subnet and start in ip.subnet and end in ip.subnet]
    if len(homes) != 1 or each.node.children:
        return ()
    home, written = homes[0], el("range", {"start": str(start), "end": str(end)})
    inserted = edit.insert(home.dhcp, written) if home.dhcp else edit.insert(home.node, el("dhcp", {}, written))
    alone = ip.dhcp is not None and len(ip.dhcp.children) == 1
    removed = edit.remove(ip.dhcp if ip.dhcp and alone else each.node)
    return fix(f"Move the range to the <dhcp> of {home.subnet}", removed, inserted, safety="safe")
