"""The host's firewall drops DHCP and DNS queries, so guests get neither a lease nor an answer.

dnsmasq runs on the host, so the host's firewall decides on its queries. libvirt's iptables rules accept DHCP and DNS.
Its nftables rules do not, and for open networks it creates none. If the network leases no addresses, guests may ask
another DNS server, and the finding is a warning.

## What to do
On the host, accept DHCP (UDP port 67, or 547 for IPv6) and DNS (port 53) from the network's bridge. If the network
leases no addresses and guests use another DNS server, nothing has to change.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'>
    <dhcp>
      <range start='10.44.0.100' end='10.44.0.200'/>
    </dhcp>
  </ip>
</network>
```
```json host.json
{"version": 1, "firewall_backend": "iptables", "input_policy": "drop"}
```

## Report
```text
lan.xml:5:3: error: the host's firewall drops DHCP and DNS queries from guests, and libvirt adds no rule to accept them [host-drops-dhcp-and-dns]
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'>
    <dhcp>
      <range start='10.44.0.100' end='10.44.0.200'/>
    </dhcp>
  </ip>
</network>
```
```json host.json
{"version": 1, "firewall_backend": "iptables", "input_policy": "drop"}
```

## Fix safety
Shown only: the host's firewall has to change, not the file.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Host, Network, Problem, Project, advise, problem, rule


@rule(
    "host-drops-dhcp-and-dns",
    code="VN3308",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    dns = network.node.child("dns")
    leasing = next((each for each in network.ips if each.ranges or each.hosts), None)
    ip = leasing or next((each for each in network.ips if dns is None or dns.get("enable") != "no"), None)
    if ip is None or project.host is None or not _drops(network, project.host):
        return
    bridge = quote(project.bridges.name_of(network))
    tool, port = ("ip6tables", 547) if ip.family == "ipv6" else ("iptables", 67)
    wanted = (f"udp --dport {port}", "udp --dport 53") if leasing else ("udp --dport 53", "tcp --dport 53")
    commands = (f"{tool} -I INPUT -i {bridge} -p {rest} -j ACCEPT" for rest in wanted)
    queries = "DHCP and DNS" if leasing else "DNS"
    yield problem(
        ip,
        f"the host's firewall drops {queries} queries from guests, and libvirt adds no rule to accept them",
        advise(f"Accept {queries} from guests on the host", " && ".join(commands)),
        severity=None if leasing else "warning",
    )


def _drops(network: Network, host: Host) -> bool:
    """Whether the host drops what guests send to it, with no rule of libvirt and no zone of firewalld to accept it."""
    if not host.drops_input or not network.owns_bridge:
        return False
    if host.inventory.firewalld_zones or (network.bridge is not None and network.bridge.known("zone")):
        return False
    return network.mode == "open" or host.filters_by_nftables
