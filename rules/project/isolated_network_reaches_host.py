"""Guests of an isolated network can reach services of the host.

Isolated means that libvirt's firewall forwards nothing. Packets to the host itself are not forwarded. If the bridge has
an address, guests therefore reach every service that listens on the host, on this and all its other addresses. This is
reported if the host's firewall accepts by default, unless the inventory has `listeners` and none of them is open to
guests.

## What to do
On the host, reject the ports that guests should not reach, on the network's bridge. If the guests need neither DHCP nor
DNS, remove every `<ip>` instead, so that the host has no address on the bridge. If guests should reach these services,
nothing has to change.

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
The command for the host's firewall is only shown. Removing `<ip>` is a choice: guests then reach only each other and
have neither DHCP nor DNS.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, networkAddGeneralFirewallRules()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Host, Network, Problem, Project, advise, arrives, edit, fix, parse_address, problem, rule

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
    bridge, found = quote(project.bridges.name_of(network)), _open_to_guests(host, network, project)
    alone = fix("Remove every <ip>, with DHCP and DNS", *(edit.remove(ip.node) for ip in network.ips), safety="choice")
    if host.inventory.listeners is None and arrives(project, network, "host") is not None:
        yield problem(network.ips[0], EVERY, alone, advise("Reject the rest on the host", REJECT.format(bridge)))
    elif found:
        (protocol, number), more = found[0], f" and {len(found) - 1} more" if len(found) > 1 else ""
        port = f"{protocol} port {number}"
        command = f"iptables -I INPUT -i {bridge} -p {protocol} --dport {number} -j REJECT"
        message = f"guests of this isolated network can reach {port} of the host{more}"
        yield problem(network.ips[0], message, advise(f"Reject {port} from this network on the host", command), alone)


def _open_to_guests(host: Host, network: Network, project: Project) -> list[tuple[str, int]]:
    """The protocol and port of each service of the host that guests reach and the network does not serve itself."""
    heard = [each for each in host.inventory.listeners or () if each.port not in SERVED]
    reached = (each for each in heard if not ((at := parse_address(each.address)) and at.is_loopback))
    return [
        (each.protocol, each.port)
        for each in reached
        if arrives(project, network, "host", "allowed", protocol=each.protocol, port=each.port) is not None
    ]


EVERY = "guests of this isolated network can reach every service of the host, on all its addresses"
REJECT = "iptables -A INPUT -i {0} -p udp -m multiport --dports 53,67 -j ACCEPT && iptables -A INPUT -i {0} -j REJECT"
