"""Traffic of a NAT or routed network is limited to a device that is not the way out of the host.

`dev` does not route traffic: the host's routes decide which way a packet takes. `dev` is the only device through which
the firewall accepts traffic. Packets through another device are rejected, so guests have no Internet access although
the network is active.

## What to do
Set `dev` to the device of the host's default route, or remove it, so that traffic may use every device. If guests
should reach only the LAN behind this device, keep it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth1'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1"}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]}
```

## Report
```text
lan.xml:3:23: warning: traffic is limited to eth1, but the host's default route uses eth0 [forward-dev-not-egress]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]}
```

## Fix safety
Choice: guests may be meant to reach only the LAN behind that device. If the device has an address or a route, the
finding is an info.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowOut()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, release, rule


@rule(
    "forward-dev-not-egress",
    code="VN3300",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host, forward = project.host, network.forward
    fourth = not network.ips or any(ip.family == "ipv4" for ip in network.ips)
    way_out = host.egress(4 if fourth else 6) if host else None
    places = forward.egress_places if forward and network.mode in ("nat", "route") else ()
    if host is None or forward is None or way_out is None or not places:
        return
    device = places[0].value
    if device == way_out or host.link(device) is None:
        return
    moved = (edit.set_attribute(each.node, "dev", way_out) for each in places)
    yield problem(
        places[0],
        f"traffic is limited to {device}, but the host's default route uses {way_out}",
        fix(f"Limit traffic to {way_out} instead", *moved, safety="choice"),
        release(forward, f"Remove {device}, so that traffic may use every device"),
        severity="info" if host.leads_elsewhere(device) else None,
    )
