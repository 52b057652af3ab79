"""`localPtr` is set on a subnet that has no reverse DNS zone of its own.

With `localPtr='yes'` dnsmasq answers for the subnet's reverse zone. Such zones exist only for whole octets of IPv4 (/8,
/16, /24) and whole hexadecimal digits of IPv6. With another prefix the network does not start.

## What to do
Remove `localPtr`. If the reverse zone is needed, change the subnet to a prefix of 8, 16 or 24 for IPv4, or to a
multiple of 4 for IPv6.

## Bad
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='25' localPtr='yes'/>
</network>
```

## Report
```text
lan.xml:3:42: error: localPtr does not work with prefix 25: expected 8, 16 or 24 [local-ptr-prefix]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='25'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24' localPtr='yes'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64' localPtr='yes'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <dns enable='no'/>
  <ip address='192.168.20.1' prefix='25' localPtr='yes'/>
</network>
```

## Fix safety
Unsafe: reverse lookups of unknown addresses then go to the host's resolver.

## Libvirt
At start: `PTR domain for IPv4 network with prefix 25 cannot be automatically created`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrPTRDomain()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("local-ptr-prefix", code="VN1307", on=Network, severity="error", when="start", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    if not network.owns_bridge or (dns is not None and dns.get("enable") == "no"):
        return
    for ip in network.ips:
        place, subnet = ip.attribute("localPtr"), ip.subnet
        if place is None or subnet is None or place.value != "yes":
            continue
        prefix, step = subnet.prefixlen, 8 if subnet.version == 4 else 4
        if prefix % step == 0 and 0 < prefix < subnet.max_prefixlen:
            continue
        yield problem(
            place,
            f"localPtr does not work with prefix {prefix}: expected {'8, 16 or 24' if step == 8 else 'a multiple of 4'}",
            fix("Remove localPtr", edit.remove_attribute(place), safety="unsafe"),
            libvirt_message=REFUSED.format(subnet.version, prefix),
        )


REFUSED = "PTR domain for IPv{} network with prefix {} cannot be automatically created"
