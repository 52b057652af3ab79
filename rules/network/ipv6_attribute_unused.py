"""`ipv6='yes'` on `<network>` has no effect here.

The attribute lets guests of a network without an IPv6 address use IPv6 with each other where the host's firewall
filters bridged frames. A network with an IPv6 `<ip>` has these rules anyway. For open and bridged networks libvirt
makes no firewall rules, so the attribute adds nothing.

## What to do
Remove `ipv6`. If this is intended for a later change of the mode or the addresses, keep it: it does no harm.

## Bad
```xml
<network ipv6='yes'>
  <name>lab</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip family='ipv6' address='fd44::1' prefix='64'/>
</network>
```

## Report
```text
lan.xml:1:10: info: ipv6='yes' has no effect beside an IPv6 <ip> [ipv6-attribute-unused]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip family='ipv6' address='fd44::1' prefix='64'/>
</network>
```

## Good
```xml
<network ipv6='yes'>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the attribute has no effect today, but may be meant for a time without the IPv6 `<ip>` or with another mode.

## Libvirt
Never: the firewall gets the same rules with the attribute and without it.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/network/network_iptables.c, iptablesAddGeneralIPv6FirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, related, rule


@rule(
    "ipv6-attribute-unused",
    code="VN1417",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    place = network.attribute("ipv6")
    if place is None or place.value != "yes" or network.mode is None:
        return
    ip = next((each for each in network.ips if each.family == "ipv6"), None)
    if network.mode == "open" or not network.owns_bridge:
        why, cause = f"with forward mode '{network.mode}'", related(network.mode_place, "the mode is set here")
    elif ip is not None:
        why, cause = "beside an IPv6 <ip>", related(ip, "the IPv6 address")
    else:
        return
    removed = fix("Remove ipv6", edit.remove_attribute(place), safety="unsafe")
    yield problem(place, f"ipv6='yes' has no effect {why}", removed, related=(cause,))
