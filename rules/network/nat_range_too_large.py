"""An address range for NAT spans more than 65,536 addresses, and libvirt refuses to define the network.

libvirt compares the first two octets of `start` and `end`, which have to be the same. Usually one of the two addresses
is mistyped: a NAT pool is a handful of public addresses.

## What to do
Correct the address that is mistyped, so that `start` and `end` begin with the same two octets.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.10' end='203.1.113.20'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:5:7: error: the range 203.0.113.10 to 203.1.113.20 is too large: expected the same first two octets in both [nat-range-too-large]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.10' end='203.0.113.20'/>
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
      <address start='203.0.113.10' end='203.0.114.20'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: the end gets the first two octets of the start, but the start may be the wrong one. If the end would then come
before the start, the range becomes a single address.

## Libvirt
At define: `range 203.0.113.10 - 203.1.113.20 is too large (> 65535)`. libvirt 11.3 counts the addresses instead, and
accepts up to 65,536. The rule does not report such ranges where the inventory or `target-libvirt` names 11.3 or newer,
and reports a warning where neither names a version.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, rule


@rule(
    "nat-range-too-large",
    code="VN1112",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    pools = network.forward.nat_pools if network.mode == "nat" and network.forward else ()
    for pool in pools:
        start, end = pool.start, pool.end
        if start is None or end is None or start.version != 4 or not pool.is_too_large:
            continue
        is_newer = False if pool.is_long else project.has_libvirt("11.3.0")
        if is_newer:
            continue
        better = start + max((int(end) & 0xFFFF) - (int(start) & 0xFFFF), 0)
        yield problem(
            pool,
            f"the range {start} to {end} is too large: expected the same first two octets in both",
            fix(f"Set end to {better}", edit.set_attribute(pool.node, "end", str(better)), safety="choice"),
            severity="warning" if is_newer is None else None,
            libvirt_message=f"range {start} - {end} is too large (> 65535)",
        )
