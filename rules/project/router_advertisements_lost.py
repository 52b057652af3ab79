"""The host gets its IPv6 routes from router advertisements, and would lose them when this network starts.

A network with IPv6 and forward mode `nat`, `route` or `open` makes the host forward IPv6. A kernel that forwards
ignores router advertisements and drops the routes that it has from them, unless `accept_ra` of the interface is 2.
libvirt refuses to start the network instead. The rule needs an inventory of the host.

## What to do
Set `accept_ra` of the interface to 2 on the host, and in `/etc/sysctl.d` to keep it after a reboot. If the guests need
no IPv6, remove the IPv6 `<ip>` instead.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "accept_ra": 1}],
 "routes": [{"to": "::/0", "via": "fe80::1", "dev": "eth0", "advertised": true}]}
```

## Report
```text
lan.xml:5:3: error: the host would lose its IPv6 routes through eth0: expected accept_ra 2, not 1 [router-advertisements-lost]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "accept_ra": 2}],
 "routes": [{"to": "::/0", "via": "fe80::1", "dev": "eth0", "advertised": true}]}
```

## Fix safety
Choice: the host has to change, so the command is shown. It lasts until the next boot. Without the IPv6 `<ip>` the
guests have no IPv6.

## Libvirt
At start: `Check the host setup: interface eth0 has kernel autoconfigured IPv6 routes and enabling forwarding  without
accept_ra set to 2 will cause the kernel to flush them, breaking networking.` Seen on 9.0, 11.3 and 12.8 with routes
from a real advertisement; 12.8 starts an open network, for which it does not make the host forward. Where
systemd-networkd or NetworkManager read the advertisements, `accept_ra` is 0 and libvirt does not object.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virnetdevip.c, virNetDevIPCheckIPv6Forwarding()
- linux Documentation/networking/ip-sysctl.rst, accept_ra
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Network, Problem, Project, advise, edit, fix, heard, problem, rule


@rule(
    "router-advertisements-lost",
    code="VN3701",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    device = project.host.loses_routes_by if project.host else None
    sixth = next((ip for ip in network.ips if ip.family == "ipv6"), None)
    forwards = network.mode in ("nat", "route") or (network.mode == "open" and project.has_older_libvirt("11.4.0"))
    if device is None or sixth is None or not forwards:
        return
    yield problem(
        sixth,
        f"the host would lose its IPv6 routes through {device}: expected accept_ra 2, not 1",
        fix("Remove the IPv6 <ip>", edit.remove(sixth.node), safety="choice"),
        advise("Set accept_ra on the host", f"sysctl -w {quote(f'net/ipv6/conf/{device}/accept_ra')}=2"),
        libvirt_message=heard(REFUSED, device),
    )


REFUSED = "Check the host setup: interface {} has kernel autoconfigured IPv6 routes"
