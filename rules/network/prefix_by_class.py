"""An `<ip>` does not set the size of its subnet, and libvirt assumes a very large one.

Without `prefix` and `netmask`, or with `prefix='0'`, libvirt goes by the old address classes: an address that starts
with 10 gets the prefix 8, and one in 172.16 gets 16. The host then takes all of 10.0.0.0/8 for this network, and
reaches nothing else there. Addresses in 192.168 get the usual 24 and IPv6 addresses get 64, so the finding is an info
for these.

## What to do
Set `prefix` to the size that you mean, usually 24. If you mean the subnet that libvirt assumes, set its prefix: nothing
changes, and readers see the size.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.44.0.1'/>
</network>
```

## Report
```text
lan.xml:4:3: warning: missing prefix: libvirt takes the whole 10.0.0.0/8 [prefix-by-class]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```

## Fix safety
A choice: with the prefix 24 the subnet gets smaller. This fix is offered where all leased addresses are in that subnet.
Writing down the prefix that libvirt uses anyway is safe.

## Libvirt
Never: the bridge gets 10.44.0.1/8.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetIPPrefix()
"""

from collections.abc import Iterator

from vnetlint.api import Address, Ip, Network, Problem, edit, fix, problem, rule


@rule("prefix-by-class", code="VN1506", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        subnet, address = ip.subnet, ip.address
        is_sized = "netmask" in ip.node.attributes or ip.node.get("prefix") not in (None, "0")
        if subnet is None or address is None or is_sized:
            continue
        small = edit.set_attribute(ip.node, "prefix", "24") if _leases_only_near(ip, address) else ()
        same = edit.set_attribute(ip.node, "prefix", str(subnet.prefixlen))
        usual = subnet.prefixlen in (24, 64)
        yield problem(
            ip,
            f"missing prefix: libvirt takes {'' if usual else 'the whole '}{subnet}",
            () if usual else fix("Set prefix to 24", small, safety="choice"),
            fix(f"Set prefix to {subnet.prefixlen}, as libvirt does", same, safety="safe"),
            severity="info" if usual else None,
        )


def _leases_only_near(ip: Ip, address: Address) -> bool:
    """Whether all leased addresses share the first three octets of the bridge's, so that a prefix of 24 holds them."""
    near = [bound for each in ip.ranges for bound in (each.start, each.end)]
    near += [host.address for host in ip.hosts]
    return all(each is not None and int(each) >> 8 == int(address) >> 8 for each in near)
