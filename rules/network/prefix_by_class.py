"""A network does not say how large its subnet is, and libvirt takes a very large one.

Without `prefix` and `netmask`, and with `prefix='0'`, libvirt goes by the classes of old: an address that starts with 10
makes a subnet of prefix 8, one of 172.16 a prefix of 16. The host then takes all of 10.0.0.0/8 for this network, and
reaches nothing else there. Addresses of 192.168 get the usual 24 and those of IPv6 64, so that is an info.

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
A choice: with the prefix 24 the subnet gets smaller. It is offered where the leased addresses are in it. To write down
the prefix that libvirt uses anyway is safe.

## Libvirt
Never: the bridge gets 10.44.0.1/8.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetIPPrefix()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("prefix-by-class", code="VN1506", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        subnet, address = ip.subnet, ip.address
        unsaid = "netmask" not in ip.node.attributes and ip.node.get("prefix") in (None, "0")
        if subnet is None or address is None or not unsaid:
            continue
        near = [bound for each in ip.ranges for bound in (each.start, each.end)]
        near += [host.address for host in ip.hosts]
        fits = all(each is not None and int(each) >> 8 == int(address) >> 8 for each in near)
        small = edit.set_attribute(ip.node, "prefix", "24") if fits else ()
        same = edit.set_attribute(ip.node, "prefix", str(subnet.prefixlen))
        usual = subnet.prefixlen in (24, 64)
        yield problem(
            ip,
            f"missing prefix: libvirt takes {'' if usual else 'the whole '}{subnet}",
            () if usual else fix("Set prefix to 24", small, safety="choice"),
            fix(f"Set prefix to {subnet.prefixlen}, as libvirt does", same, safety="safe"),
            severity="info" if usual else None,
        )
