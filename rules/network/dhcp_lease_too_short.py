"""A DHCP lease lasts less than two minutes, and libvirt refuses to define the network.

dnsmasq's shortest lease is two minutes. `expiry` is in minutes unless `unit` says otherwise; 0 means that the lease
never expires.

## What to do
Set `expiry` to at least two minutes, or correct `unit`, for example to `hours`. For a lease that never expires, set
`expiry` to 0.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'>
        <lease expiry='1'/>
      </range>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.20.5'>
        <lease expiry='60' unit='seconds'/>
      </host>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:7:16: error: invalid lease of 1 minute: expected at least 2 minutes [dhcp-lease-too-short]
lan.xml:10:16: error: invalid lease of 60 seconds: expected at least 2 minutes [dhcp-lease-too-short]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'>
        <lease expiry='2'/>
      </range>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.20.5'>
        <lease expiry='120' unit='seconds'/>
      </host>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'>
        <lease expiry='1' unit='hours'/>
      </range>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.20.5'>
        <lease expiry='0'/>
      </host>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Unsafe: the lease becomes two minutes, the shortest that libvirt accepts, but another unit may have been meant.

## Libvirt
At define: `The minimum lease time should be greater than 2 minutes`. It accepts exactly two minutes all the same.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPLeaseTimeDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule(
    "dhcp-lease-too-short",
    code="VN1207",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for lease in (lease for ip in network.ips for lease in ip.leases):
        place, expiry, unit = lease.attribute("expiry"), lease.number("expiry"), lease.node.get("unit") or "minutes"
        shortest = {"seconds": 120, "minutes": 2}.get(unit)
        if place is None or not expiry or shortest is None or expiry >= shortest:
            continue
        yield problem(
            place,
            f"invalid lease of {expiry} {unit.removesuffix('s') if expiry == 1 else unit}: expected at least 2 minutes",
            fix(
                f"Set expiry to {shortest} {unit}",
                edit.set_attribute(place.node, "expiry", str(shortest)),
                safety="unsafe",
            ),
            libvirt_message="The minimum lease time should be greater than 2 minutes",
        )
