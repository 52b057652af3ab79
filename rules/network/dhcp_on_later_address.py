"""DHCP serves a later IPv4 subnet of a network, and not the first.

This works: clients get addresses of that subnet, and its `<ip>` as their router. But people look at the first `<ip>`,
which leases nothing.

## What to do
To serve the first subnet, move `<dhcp>` to the first `<ip>` and change its addresses to that subnet. If this is
intended, make the `<ip>` with `<dhcp>` the first one, so that readers see it.

## Bad
```xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <ip address='192.168.21.1' prefix='24'>
    <dhcp>
      <range start='192.168.21.100' end='192.168.21.199'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:5:5: info: DHCP serves 192.168.21.0/24 only, not the first subnet 192.168.20.0/24 [dhcp-on-later-address]
```

## Good
```xml
<network>
  <name>lab</name>
  <ip address='192.168.21.1' prefix='24'>
    <dhcp>
      <range start='192.168.21.100' end='192.168.21.199'/>
    </dhcp>
  </ip>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Shown only: the network works as it is.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, problem, related, rule


@rule("dhcp-on-later-address", code="VN1701", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    ips = [ip for ip in network.ips if ip.family == "ipv4"]
    serving = next((ip for ip in ips if ip.ranges or ip.hosts), None)
    if serving is None or serving.dhcp is None or serving is ips[0] or not network.owns_bridge:
        return
    if serving.subnet and ips[0].subnet and serving.subnet != ips[0].subnet:
        yield problem(
            serving.dhcp,
            f"DHCP serves {serving.subnet} only, not the first subnet {ips[0].subnet}",
            advise("Move <dhcp> to the first <ip>, with a range of its subnet", "<range start='FIRST' end='LAST'/>"),
            related=(related(ips[0], "the first subnet"),),
        )
