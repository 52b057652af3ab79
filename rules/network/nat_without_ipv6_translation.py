"""A NAT network does not translate IPv6: its guests are routed, open to the LAN, and usually get no replies.

`<forward mode='nat'>` translates IPv4 only. IPv6 leaves with the guests' own addresses, so replies come back only where
the LAN's router has a route to the subnet. Where it has one, everybody reaches every port of the guests: no firewall
rule of libvirt's keeps others out, as translation does for IPv4.

## What to do
Set `<nat ipv6='yes'/>` in `<forward>` to translate IPv6 too. To route IPv6 on purpose, set `<nat ipv6='no'/>`, add a
route to the subnet on the LAN's router, and protect the guests with a firewall.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Report
```text
lan.xml:5:3: warning: NAT does not translate IPv6: guests in fd00:20::/64 are routed under their own addresses [nat-without-ipv6-translation]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='no'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='2001:db8:20::1' prefix='64'/>
</network>
```

## Fix safety
A choice: IPv6 may be routed on purpose. Once it is translated, hosts that reach the guests at their IPv6 addresses no
longer do.

## Libvirt
Never. `<nat ipv6='yes'/>` needs libvirt 6.5.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, networkAddIPSpecificFirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, fix, problem, related, rule, translate_ipv6


@rule(
    "nat-without-ipv6-translation",
    code="VN1040",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    ip = next((each for each in network.ips if each.family == "ipv6"), None)
    if network.mode != "nat" or forward is None or ip is None:
        return
    if forward.nat is not None and "ipv6" in forward.nat.attributes:
        return
    yield problem(
        ip,
        f"NAT does not translate IPv6: guests in {ip.subnet or 'its subnet'} are routed under their own addresses",
        fix("Set <nat ipv6='yes'>, to translate IPv6 too", translate_ipv6(forward, "yes"), safety="choice"),
        fix("Set <nat ipv6='no'>, to keep IPv6 routed", translate_ipv6(forward, "no"), safety="choice"),
        related=(related(network.mode_place, "the mode is set here"),),
    )
