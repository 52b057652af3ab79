"""A network serves DHCP in two subnets of one family, and libvirt refuses to define it.

A network may have many subnets, but dnsmasq serves one of IPv4 and one of IPv6. A `<dhcp>` without a range and static
hosts does not count.

## What to do
Keep one `<dhcp>` for each IP version and remove the others: guests there need addresses that are set by hand. If both
subnets need DHCP, move the second `<ip>` to a network of its own.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.30.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.30.5'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:30::1' prefix='64'>
    <dhcp>
      <range start='fd00:30::100' end='fd00:30::200'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:10:5: error: duplicate <dhcp> for IPv4: libvirt serves only one IPv4 subnet per network [several-dhcp-subnets]
lan.xml:20:5: error: duplicate <dhcp> for IPv6: libvirt serves only one IPv6 subnet per network [several-dhcp-subnets]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.30.1' prefix='24'>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:30::1' prefix='64'>
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
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.30.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::200'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the guests of the second subnet then need addresses of their own. The alternative is shown: a network of its
own for the subnet.

## Libvirt
At define: `Multiple IPv4 dhcp sections found -- dhcp is supported only for a single IPv4 address on each network`, and
the same with IPv6

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Ip, Network, Problem, advise, edit, el, fix, problem, related, repeats, rule


@rule(
    "several-dhcp-subnets",
    code="VN1202",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    served = [ip for ip in network.ips if ip.ranges or ip.hosts]
    is_sure = network.owns_bridge and not network.is_template
    for ip, first, family in repeats(served, lambda ip: FAMILIES.get(ip.family or "")) if is_sure else ():
        yield problem(
            ip.dhcp or ip,
            f"duplicate <dhcp> for {family}: libvirt serves only one {family} subnet per network",
            fix("Remove <dhcp>", edit.remove(ip.dhcp) if ip.dhcp else (), safety="choice"),
            advise("Give the subnet a network of its own", _own(network, ip)),
            related=(related(first, "the first <dhcp> is in this <ip>"),),
            libvirt_message=SEVERAL.format(family),
        )


FAMILIES = {"ipv4": "IPv4", "ipv6": "IPv6"}
SEVERAL = "Multiple {0} dhcp sections found -- dhcp is supported only for a single {0} address on each network"


def _own(network: Network, ip: Ip) -> str:
    forward = "" if network.mode == "isolated" else f"\n  <forward mode='{network.mode}'/>"
    written = network.node.document.source.excerpt(ip.node.span)
    name = edit.written(el("name", text=f"{network.name or 'lan'}-2"))
    return f"<network>\n  {name}{forward}\n  {written}\n</network>"
