"""A range of addresses or ports for NAT ends before it starts, and libvirt refuses to define the network.

`start` and `end` are the lowest and the highest address, or port, to which the traffic of guests is translated.

## What to do
Swap `start` and `end`, so that `start` is the lower address or port.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.20' end='203.0.113.10'/>
      <port start='65535' end='1024'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:5:7: error: the range 203.0.113.20 to 203.0.113.10 is reversed: expected the lower one in 'start' [nat-range-reversed]
lab.xml:6:7: error: the range 65535 to 1024 is reversed: expected the lower one in 'start' [nat-range-reversed]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.10' end='203.0.113.20'/>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.10' end='203.0.113.10'/>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: libvirt refuses the range as it is, and the two values can bound only one range. Where the addresses are too far
apart even when swapped, `nat-range-too-large` reports the range instead.

## Libvirt
At define: `range 203.0.113.20 - 203.0.113.10 is reversed`, and for ports
`Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network lab`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardNatDefParseXML()
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import Address, Forward, Network, Node, Problem, View, edit, fix, heard, problem, rule


@rule(
    "nat-range-reversed",
    code="VN1111",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.mode != "nat" or network.forward is None:
        return
    for node, start, end in _ranges(network.forward):
        if int(start) <= int(end):
            continue
        yield problem(
            node,
            f"the range {start} to {end} is reversed: expected the lower one in 'start'",
            fix(
                f"Swap start and end, to {end}–{start}",
                edit.set_attribute(node, "start", str(end)),
                edit.set_attribute(node, "end", str(start)),
                safety="safe",
            ),
            libvirt_message=heard(REVERSED[node.name], start, end, network.name),
        )


REVERSED = {
    "address": "range {} - {} is reversed",
    "port": "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network {2}",
}


def _ranges(forward: Forward) -> Iterator[tuple[Node, Address | int, Address | int]]:
    for pool in forward.nat_pools:
        if pool.start and pool.end and pool.start.version == pool.end.version and not pool.is_too_large:
            yield pool.node, pool.start, pool.end
    for port in map(View, forward.nat.all("port") if forward.nat else ()):
        start, end = port.number("start"), port.number("end")
        if start is not None and end is not None:
            yield port.node, start, end
