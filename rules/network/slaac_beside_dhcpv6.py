"""Only one of two IPv6 subnets has DHCP, so guests in the other get no address.

As soon as one IPv6 `<ip>` has DHCP, dnsmasq makes guests ask for their addresses. An `<ip>` without DHCP has none to
lease. Its guests are no longer allowed to generate one themselves (SLAAC), as they would without the other subnet.

## What to do
Remove `<dhcp>` from the other IPv6 subnet, so that guests generate their addresses in both. If guests there need DHCP,
move this `<ip>` to a network of its own.

## Bad
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::1000' end='fd00:20::1fff'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:21::1' prefix='64'/>
</network>
```

## Report
```text
lan.xml:8:3: warning: no guest gets an address in fd00:21::/64: another IPv6 subnet has DHCP [slaac-beside-dhcpv6]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
  </ip>
  <ip family='ipv6' address='fd00:21::1' prefix='64'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <ip family='ipv6' address='fd00:21::1' prefix='64'/>
</network>
```

## Fix safety
A choice: without DHCP guests generate their addresses themselves, and those that got one by DHCP change it.

## Libvirt
Never: libvirtd writes a warning to its log.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, related, rule


@rule("slaac-beside-dhcpv6", code="VN1504", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    found = [ip for ip in network.ips if ip.family == "ipv6"]
    serving = [ip for ip in found if ip.ranges or ip.hosts]
    silent = [ip for ip in found if ip not in serving and ip.subnet]
    if not network.owns_bridge or not serving or network.sets_dnsmasq("dhcp-range"):
        return
    removed = [edit.remove(ip.dhcp) for ip in serving if ip.dhcp]
    for ip in silent:
        yield problem(
            ip,
            f"no guest gets an address in {ip.subnet}: another IPv6 subnet has DHCP",
            fix("Remove the other <dhcp>, so that guests generate addresses in both", *removed, safety="choice"),
            related=(related(serving[0], "the subnet with DHCP"),),
        )
