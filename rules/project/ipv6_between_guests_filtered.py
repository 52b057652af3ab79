"""The host's firewall drops IPv6 between the guests of a network.

With `net.bridge.bridge-nf-call-ip6tables` on, frames between two guests go through the firewall's chain for forwarded
packets. If the policy of that chain is to drop, libvirt has to accept the frames. It does so for IPv4, but for IPv6
only if the network has an IPv6 `<ip>` or `ipv6='yes'`.

## What to do
Set `ipv6='yes'` on `<network>`, so that libvirt accepts IPv6 between guests. If guests should not use IPv6 among
themselves, keep the network as it is.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewall_backend": "iptables", "bridge_netfilter": true, "forward_policy": "drop"}
```

## Report
```text
lan.xml:2:3: info: the host's firewall drops IPv6 between guests of this network [ipv6-between-guests-filtered]
```

## Fixed
```xml
<network ipv6='yes'>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network ipv6='yes'>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewall_backend": "iptables", "bridge_netfilter": true, "forward_policy": "drop"}
```

## Fix safety
Unsafe: guests can then reach each other by their link-local IPv6 addresses, which may not be wanted.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/network/network_iptables.c, iptablesAddGeneralIPv6FirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, rule


@rule(
    "ipv6-between-guests-filtered",
    code="VN3313",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if (
        host is None
        or not host.inventory.bridge_netfilter
        or not host.drops_forwarded
        or host.inventory.firewall_backend == "nftables"
    ):
        return
    if network.mode not in ("nat", "route", "isolated") or network.node.get("ipv6"):
        return
    if network.is_template or any(ip.family != "ipv4" for ip in network.ips):
        return
    accepted = edit.set_attribute(network.node, "ipv6", "yes")
    yield problem(
        network.name_node,
        "the host's firewall drops IPv6 between guests of this network",
        fix("Set ipv6='yes', so that libvirt accepts it", accepted, safety="unsafe"),
    )
