"""A DNS server of the host listens on all addresses, so neither the network's dnsmasq nor the network starts.

libvirt runs a dnsmasq for each network that has an address, on port 53 of that address. The port is taken if another
server listens on all IPv4 addresses. A server that listens on its own addresses only, such as systemd-resolved, does no
harm. The rule needs an inventory of the host, with `dns_listeners` or `listeners`.

## What to do
Let the other server listen only on its own addresses; for dnsmasq, set `bind-dynamic`. If the guests do not need the
network's DNS, add `<dns enable='no'/>` to the network.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "dns_listeners": ["0.0.0.0"]}
```

## Report
```text
lab.xml:4:3: error: cannot listen on 192.168.20.1 port 53: another DNS server of the host uses all addresses [dns-port-taken]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <dns enable='no'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "dns_listeners": ["127.0.0.53", "192.168.50.10"]}
```

## Fix safety
Choice: with the network's own DNS off, guests ask the other server, if it answers them, and do not resolve each other's
names. The setting of the other server is only shown.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its `failed to create listening socket for 192.168.20.1: Address already in
use`. IPv6 addresses do not keep it from starting.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkStartDhcpDaemon()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, advise, edit, el, fix, problem, rule


@rule(
    "dns-port-taken",
    code="VN3204",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    ip = next((each for each in network.ips if each.address and each.address.version == 4), None)
    dns = network.node.child("dns")
    if ip is None or not network.owns_bridge or project.host is None or not project.host.dns_on_all_addresses:
        return
    if dns is not None and dns.get("enable") == "no":
        return
    off = edit.insert(network.node, el("dns", {"enable": "no"})) if dns is None else ()
    yield problem(
        ip,
        f"cannot listen on {ip.address} port 53: another DNS server of the host uses all addresses",
        fix("Turn the network's DNS off: add <dns enable='no'/>", off, safety="choice"),
        advise("If the other server is dnsmasq, limit it to its own addresses", "bind-dynamic"),
        libvirt_message=f"failed to create listening socket for {ip.address}: Address already in use",
    )
