"""DHCP is set up for an IPv6 subnet larger than /64, and dnsmasq refuses to start.

Guests make their own IPv6 addresses from a prefix of 64 bits, and dnsmasq serves no larger subnet. A provider assigns
/48 or /56 to a whole site, not to one network.

## What to do
Set `prefix` to 64, and choose all leased addresses from that /64. If the bridge needs the larger subnet, remove
`<dhcp>`.

## Bad
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='48'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:3:42: error: the subnet fd00:20::/48 is too large for DHCPv6: expected a prefix of at least 64 [dhcpv6-prefix-too-short]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
    </dhcp>
  </ip>
</network>
```
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='48'/>
</network>
```

## Fix safety
Unsafe: the rest of the larger subnet is no longer on this network. The fix is offered only where all leased addresses
are in the /64. Removing DHCP is a choice.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its `prefix length must be at least 64`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfDHCP()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("dhcpv6-prefix-too-short", code="VN1306", on=Network, severity="error", when="start", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips if network.owns_bridge else ():
        subnet, place = ip.subnet, ip.attribute("prefix")
        if place is None or ip.dhcp is None or subnet is None or ip.address is None or not (ip.ranges or ip.hosts):
            continue
        if subnet.version != 6 or subnet.prefixlen >= 64:
            continue
        site = int(ip.address) >> 64
        leased = [each for pair in ip.ranges for each in (pair.start, pair.end)] + [each.address for each in ip.hosts]
        inside = all(each is not None and each.version == 6 and int(each) >> 64 == site for each in leased)
        yield problem(
            place,
            f"the subnet {subnet} is too large for DHCPv6: expected a prefix of at least 64",
            fix("Set prefix to 64", edit.set_attribute(ip.node, "prefix", "64") if inside else (), safety="unsafe"),
            fix("Remove <dhcp>", edit.remove(ip.dhcp), safety="choice"),
            libvirt_message="dnsmasq: prefix length must be at least 64",
        )
