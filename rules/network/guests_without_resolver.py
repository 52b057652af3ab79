"""A network gives its guests addresses and a way out, but no DNS server.

With `<dns enable='no'/>` dnsmasq still serves DHCP, but leaves out the option that names a DNS server. Guests get an
address and resolve no name. An isolated network may not need DNS, so this is only a hint.

## What to do
Remove `enable='no'`, so that dnsmasq serves DNS. If another server does, announce it with
`dhcp-option=option:dns-server,…` in `<dnsmasq:options>`. If this is intended, because guests need no names, keep it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns enable='no'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:4:8: info: guests get no DNS server by DHCP, because DNS is disabled [guests-without-resolver]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lan</name>
  <forward mode='nat'/>
  <dns enable='no'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <dnsmasq:options>
    <dnsmasq:option value='dhcp-option=option:dns-server,192.168.50.53'/>
  </dnsmasq:options>
</network>
```

## Fix safety
A choice: DNS may be disabled on purpose, for example because another server listens on port 53 of the bridge. How to
announce such a server is shown.

## Libvirt
Never: dnsmasq gets `port=0`, and a client was seen to get a router and no DNS server.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, problem, rule


@rule(
    "guests-without-resolver",
    code="VN1510",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    leases = any(ip.family == "ipv4" and (ip.ranges or ip.hosts) for ip in network.ips)
    if dns is None or dns.get("enable") != "no" or not network.owns_bridge or not leases:
        return
    if not network.sets_dnsmasq(*NAMING):
        place = dns.attributes["enable"]
        yield problem(
            place,
            "guests get no DNS server by DHCP, because DNS is disabled",
            fix("Remove enable='no', so that dnsmasq serves DNS", edit.remove_attribute(place), safety="choice"),
            advise("Name another DNS server in <dnsmasq:options>", ANOTHER),
        )


NAMING = ("dhcp-option=6,", "dhcp-option=option:dns-server", "dhcp-option-force=", "dhcp-option=tag:")
"""Options of dnsmasq that name a DNS server, or may do so."""

ANOTHER = "<dnsmasq:option value='dhcp-option=option:dns-server,ADDRESS'/>"
