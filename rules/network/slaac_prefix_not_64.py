"""An IPv6 subnet has neither DHCP nor the prefix 64, so no guest gets an address.

Guests can generate an IPv6 address themselves (SLAAC) only in a subnet with the prefix 64. With any other prefix they
need DHCP or an address that is set by hand. They were also seen to get no default route.

## What to do
Set `prefix` to 64. If the subnet has to keep its size, add a `<dhcp>` with a range to the `<ip>`.

## Bad
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='80'/>
</network>
```

## Report
```text
lan.xml:3:42: warning: guests get no address in fd00:20::/80: without DHCP the prefix must be 64 [slaac-prefix-not-64]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='80'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the subnet gets another size, and may then overlap another one.

## Libvirt
Never: dnsmasq gets `dhcp-range=…,ra-only`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("slaac-prefix-not-64", code="VN1505", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    found = [ip for ip in network.ips if ip.family == "ipv6"]
    if not network.owns_bridge or any(ip.dhcp for ip in found) or network.sets_dnsmasq("dhcp-range"):
        return
    for ip in found:
        place = ip.attribute("prefix")
        # Prefixes 127 and 128 are links between routers and single addresses, which have no guests.
        if place is not None and ip.subnet is not None and ip.subnet.prefixlen not in (64, 127, 128):
            yield problem(
                place,
                f"guests get no address in {ip.subnet}: without DHCP the prefix must be 64",
                fix("Set prefix to 64", edit.set_attribute(ip.node, "prefix", "64"), safety="choice"),
            )
