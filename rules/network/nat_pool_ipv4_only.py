"""A NAT pool applies to IPv4 only: IPv6 traffic leaves with the host's own address.

`<address start=… end=…>` in `<nat>` sets the addresses under which guests appear outside. libvirt uses them for IPv4
only. Where IPv6 is translated too, it is masqueraded: it leaves with whatever address the host has on the way out.

## What to do
If IPv6 may leave with the host's own address, this is intended: keep the configuration as it is. Otherwise add a rule
to the host's firewall, ahead of libvirt's, that translates the IPv6 subnet to the address you choose.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'>
      <address start='203.0.113.5' end='203.0.113.6'/>
    </nat>
  </forward>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Report
```text
lan.xml:5:7: info: the pool is for IPv4 only: fd00:20::/64 leaves under the host's own address [nat-pool-ipv4-only]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.5' end='203.0.113.6'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Shown only: libvirt's format has no pool for IPv6. A rule of the host's firewall ahead of libvirt's does the same, and
needs the address to translate to.

## Libvirt
Never: the firewall gets `SNAT --to-source` with the pool for IPv4, and `MASQUERADE` for IPv6.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesForwardMasquerade()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, problem, related, rule


@rule(
    "nat-pool-ipv4-only",
    code="VN1405",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    subnet = next((ip.subnet for ip in network.ips if ip.family == "ipv6" and ip.subnet), None)
    if network.mode != "nat" or forward is None or not forward.translates_ipv6 or subnet is None:
        return
    for pool in forward.nat_pools:
        yield problem(
            pool,
            f"the pool is for IPv4 only: {subnet} leaves under the host's own address",
            advise("Translate IPv6 to one address, until the next boot of the host", COMMAND.format(subnet)),
            related=(related(pool.node.parent or pool, "IPv6 is translated here"),),
        )


COMMAND = "ip6tables -t nat -I POSTROUTING -s {0} ! -d {0} -j SNAT --to-source ADDRESS"
