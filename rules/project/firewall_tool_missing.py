"""The host has no firewall command that libvirt can use, so the network does not start.

libvirt creates firewall rules for each isolated, NAT and routed network, with nftables or iptables. Releases before
10.4 use only iptables. Without the command the network does not start. Open networks do, because libvirt creates no
rules for them. The rule needs an inventory of the host.

## What to do
Install nftables on the host, or iptables for libvirt before 10.4. If the host's own firewall protects the guests, a
routed network can have the forward mode `open` instead.

## Bad
```xml site.xml
<network>
  <name>site</name>
  <forward mode='route'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "9.0.0", "firewall_tools": ["nftables"]}
```

## Report
```text
site.xml:3:12: error: cannot create firewall rules for this network: the host has no iptables [firewall-tool-missing]
```

## Fixed
```xml site.xml
<network>
  <name>site</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>site</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewall_tools": []}
```

## Fix safety
Choice: an open network is routed as before, but only the host's own firewall limits who reaches the guests. An isolated
or NAT network needs the command, so only the way to install it is shown.

## Libvirt
At start of each such network. libvirt 9.0: `Failed to apply firewall rules /usr/sbin/iptables -w --table filter …`;
newer releases: `No firewall backend is available`

Seen on 9.0; 11.3 and 12.8 ask the host themselves which commands it has.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/bridge_driver_linux.c, networkAddFirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Host, Network, Problem, Project, advise, fix, problem, rule, to_mode


@rule(
    "firewall-tool-missing",
    code="VN3207",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode not in ("isolated", "nat", "route") or project.host is None:
        return
    only_iptables = project.has_older_libvirt("10.4.0")
    if not _is_missing(project.host, only_iptables):
        return
    opens = network.mode == "route" and network.forward is not None and not network.forward.devices
    opened = to_mode(network, "open") if opens else ()
    opening = fix("Set mode to 'open', for which libvirt makes no firewall rules", *opened, safety="choice")
    yield problem(
        network.mode_place,
        f"cannot create firewall rules for this network: the host has {MISSING[only_iptables]}",
        opening,
        advise("Install it on the host", f"apt install {'iptables' if only_iptables else 'nftables'}"),
    )


MISSING = {True: "no iptables", False: "neither nftables nor iptables"}


def _is_missing(host: Host, only_iptables: bool) -> bool:
    """Whether the inventory lists the host's commands, and libvirt can use none of them."""
    tools = host.inventory.firewall_tools
    return tools is not None and not (("iptables" in tools) if only_iptables else tools)
