"""A network is set to translate IPv6, but has no IPv6 subnet.

`<nat ipv6='yes'/>` translates traffic that leaves an IPv6 subnet of the network. Without an `<ip family='ipv6' …>`
guests have no IPv6 address to translate, and libvirt adds no rule.

## What to do
If guests should use IPv6, add an `<ip family='ipv6' …>` with a subnet of its own. If not, remove `ipv6` from `<nat>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:10: info: ipv6='yes' on <nat> has no effect: the network has no IPv6 <ip> [nat-ipv6-without-subnet]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
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

## Fix safety
Unsafe: the attribute has no effect, but an IPv6 `<ip>` may have been forgotten. Only a person can choose its subnet. A
`<nat>` that has nothing else is removed as well.

## Libvirt
Never: it starts the network, and ip6tables gets no rule for it.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, networkAddIPSpecificFirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, problem, rule


@rule(
    "nat-ipv6-without-subnet",
    code="VN1404",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    nat = network.forward.nat if network.forward else None
    place = nat.attributes.get("ipv6") if nat else None
    if network.is_template or nat is None or place is None or place.value != "yes" or network.mode != "nat":
        return
    if any(ip.family != "ipv4" for ip in network.ips):
        return
    needless = len(nat.attributes) == 1 and not nat.children
    removed = edit.remove(nat) if needless else edit.remove_attribute(place)
    yield problem(
        place,
        "ipv6='yes' on <nat> has no effect: the network has no IPv6 <ip>",
        fix("Remove <nat>" if needless else "Remove ipv6", removed, safety="unsafe"),
        advise("Add an IPv6 subnet", "<ip family='ipv6' address='fd00:20::1' prefix='64'/>"),
    )
