"""Guests of an isolated network reach programs of the host.

Isolated means that libvirt's firewall forwards nothing. Packets to the host itself are not forwarded: where the bridge
has an address, guests reach whatever listens on the host, on this and all its other addresses. Reported where the
host's firewall accepts by default, unless the inventory has `listeners` and nothing is among them.

## Bad
```xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "input_policy": "accept", "listeners": [{"protocol": "tcp", "port": 22}]}
```

## Report
```text
lan.xml:4:3: info: guests of this isolated network can reach tcp port 22 of the host [isolated-network-reaches-host]
```

## Good
```xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "input_policy": "drop", "listeners": [{"protocol": "tcp", "port": 22}]}
```

## Fix safety
Shown only: the host's firewall has to keep the port from the bridge. To remove `<ip>` is a choice: guests then have
the network for themselves, and neither DHCP nor DNS.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, networkAddGeneralFirewallRules()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Network, Problem, Project, advise, edit, fix, parse_address, problem, rule

SERVED = (53, 67, 69, 547)
"""The ports of DNS, DHCP and TFTP, which the network itself serves."""


@rule(
    "isolated-network-reaches-host",
    code="VN3319",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if network.mode != "isolated" or not network.ips or host is None or host.inventory.input_policy != "accept":
        return
    heard = [each for each in host.inventory.listeners or () if each.port not in SERVED]
    open_to_guests = [each for each in heard if not ((at := parse_address(each.address)) and at.is_loopback)]
    bridge = quote(project.bridges.name_of(network))
    alone = fix("Remove every <ip>, with DHCP and DNS", *(edit.remove(ip.node) for ip in network.ips), safety="choice")
    if host.inventory.listeners is None:
        yield problem(network.ips[0], EVERY, alone, advise("Reject the rest on the host", REJECT.format(bridge)))
    if not open_to_guests:
        return
    first = open_to_guests[0]
    more = f" and {len(open_to_guests) - 1} more" if len(open_to_guests) > 1 else ""
    yield problem(
        network.ips[0],
        f"guests of this isolated network can reach {first.protocol} port {first.port} of the host{more}",
        advise(
            f"Reject {first.protocol} port {first.port} from this network on the host",
            f"iptables -I INPUT -i {bridge} -p {first.protocol} --dport {first.port} -j REJECT",
        ),
        alone,
    )


EVERY = "guests of this isolated network can reach every service of the host, on all its addresses"
REJECT = "iptables -A INPUT -i {0} -p udp -m multiport --dports 53,67 -j ACCEPT && iptables -A INPUT -i {0} -j REJECT"
