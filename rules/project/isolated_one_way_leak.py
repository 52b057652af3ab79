"""Guests of an isolated network can send into a routed network beside it, though no reply comes back.

libvirt's firewall looks at where a packet goes before it looks at where it comes from. A routed network without `dev`
lets in whatever is addressed to its guests, and so does a NAT network for IPv6 that it does not translate. A guest of
the isolated network that sets a route by way of the host gets packets through; a single UDP packet may be enough.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
 "upstream": {"routes": [{"to": "10.45.0.0/24", "via": "192.168.50.10"}]}}
```

## Report
```text
lab.xml:4:3: info: guests of this isolated network can send into the routed network 'office' [isolated-one-way-leak]
```

## Fixed
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route' dev='eth0'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route' dev='eth0'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: with `dev` the routed network lets in what comes from the LAN alone. The device is that of the host's default
route, where an inventory tells it. Where the host has further networks, whose guests would no longer get there either,
only a rule for the host is shown that holds the isolated network alone.

## Libvirt
Never: it starts both.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/network_iptables.c, iptablesSetupPrivateChains()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Problem, Project, advise, edit, fix, problem, related, rule


@rule(
    "isolated-one-way-leak",
    code="VN3309",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
    covers=("C030",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "isolated" or not network.ips:
        return
    routed = project.bridged_network(network, "route")
    if routed is None or routed.forward is None or routed.forward.devices:
        return
    bridge = network.bridge.name if network.bridge and network.bridge.name else "BRIDGE"
    yield problem(
        network.ips[0],
        f"guests of this isolated network can send into the routed network '{routed.name}'",
        _hold(routed, project),
        advise("Hold the isolated network on the host", f"iptables -I FORWARD -i {bridge} ! -o {bridge} -j DROP"),
        related=(related(routed.mode_place, "it lets in what comes from anywhere"),),
    )


def _hold(routed: Network, project: Project) -> tuple[Fix, ...]:
    device = project.host.egress(4) if project.host else None
    if device is None or routed.forward is None or project.bridged_network(routed, "nat", "route", "open"):
        return ()
    edits = edit.set_attribute(routed.forward.node, "dev", device)
    return fix(f"Let into '{routed.name}' only what comes through {device}", edits, safety="unsafe")
