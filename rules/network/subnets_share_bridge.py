"""A network has two IPv4 subnets, which are not separated from each other.

Both are on one bridge. Guests of one see the broadcasts of the other and can take an address of it. They also reach it
through the host, because libvirt's firewall has a rule that allows this; with NAT they appear there with the address of
the bridge. DHCP serves only one of the subnets.

## What to do
If guests of the two subnets have to be separated, move the second `<ip>` to a network of its own and connect its guests
there. If they may reach each other, this is intended: keep both.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:3: info: guests in 192.168.20.0/24 and 192.168.21.0/24 share a bridge and reach each other [subnets-share-bridge]
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
Shown only: a person has to decide which guests move to the second network.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowCross()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, el, problem, related, rule


@rule(
    "subnets-share-bridge",
    code="VN1426",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    ips = [ip for ip in network.ips if ip.family == "ipv4" and ip.subnet]
    if not network.owns_bridge or len(ips) < 2 or ips[1].subnet is None:
        return
    name = el("name", text=f"{network.name or 'lan'}-2")
    mode = f"  <forward mode='{network.mode}'/>\n" if network.mode != "isolated" else ""
    second = SECOND.format(edit.written(name), mode, ips[1].address, ips[1].subnet.prefixlen)
    yield problem(
        ips[1],
        f"guests in {ips[0].subnet} and {ips[1].subnet} share a bridge and reach each other",
        advise("Give the second subnet a network of its own", second),
        related=(related(ips[0], "the first subnet"),),
    )


SECOND = """\
<network>
  {0}
{1}  <ip address='{2}' prefix='{3}'/>
</network>"""
