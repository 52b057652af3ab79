"""firewalld has no zone `libvirt`, so a network for which libvirt creates firewall rules does not start.

libvirt puts the bridges of NAT, routed and isolated networks into its own zone `libvirt`, which its packages install.
If firewalld uses nftables, which is the default, libvirt does not start such a network without the zone, unless the
network names another zone. The rule needs an inventory with `firewalld_zones`. If `firewalld_backend` is `iptables`, it
reports nothing.

## What to do
Install the zone on the host, which libvirt's packages contain, and reload firewalld. If other rules should apply to the
guests, name another zone in the network: `<bridge zone='…'/>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewalld_zones": ["home", "public"], "firewalld_backend": "nftables"}
```

## Report
```text
lan.xml:3:12: error: this network needs the firewalld zone 'libvirt', which the host does not have [libvirt-zone-missing]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge zone='home'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewalld_zones": ["home", "public"], "firewalld_backend": "nftables"}
```

## Fix safety
Shown only: the host has to change. Another zone in the file puts the guests under other rules.

## Libvirt
At start: `firewalld is set to use the nftables backend, but the required firewalld 'libvirt' zone is missing`. Seen in
the source.

Not seen: it takes a running firewalld. libvirt's source says so.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/bridge_driver_linux.c, networkAddFirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, advise, problem, rule


@rule(
    "libvirt-zone-missing",
    code="VN3208",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if (
        host is None
        or network.mode not in ("isolated", "nat", "route")
        or host.inventory.firewalld_backend == "iptables"
    ):
        return
    if not host.inventory.firewalld_zones or "libvirt" in host.inventory.firewalld_zones:
        return
    if network.bridge is not None and network.bridge.node.get("zone"):
        return
    yield problem(
        network.mode_place,
        "this network needs the firewalld zone 'libvirt', which the host does not have",
        advise("Install the zone on the host", "apt install libvirt-daemon-system && firewall-cmd --reload"),
        advise("Name another zone", "<bridge zone='ZONE'/>"),
        libvirt_message="firewalld is set to use the nftables backend, but the required firewalld 'libvirt' zone is missing",
    )
