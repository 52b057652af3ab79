"""Guests of an isolated network can send packets to another network, though no reply comes back.

libvirt's firewall checks where a packet goes before it checks where it comes from. A routed network without `dev`
accepts whatever is addressed to its guests, and so does a NAT network for IPv6 that it does not translate. A guest of
the isolated network only has to set a route through the host, and a single UDP packet may be enough.

## What to do
Set `dev` in the `<forward>` of the routed network to the NIC of the LAN, so that it accepts only traffic from there. If
other networks should still reach it, or the leak is into IPv6 of a NAT network, drop on the host what leaves the bridge
of the isolated network.

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
lab.xml:4:3: info: isolated guests can send packets to the routed network 'office' if the host's firewall accepts what it forwards [isolated-one-way-leak]
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
Choice: with `dev` the routed network accepts only traffic from the LAN. The device is that of the host's default route,
if an inventory names it. If the host has further networks, their guests would lose access too, so only a command for
the host is shown, which limits the isolated network alone.

## Libvirt
Never: it starts both.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/network_iptables.c, iptablesSetupPrivateChains()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Fix, Network, Problem, Project, advise, arrives, edit, fix, problem, related, rule


@rule(
    "isolated-one-way-leak",
    code="VN3309",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "isolated" or not network.ips:
        return
    routed = project.networks.routed_beside(network)
    when = arrives(project, network, routed) if routed is not None else None
    if routed is None or when is None:
        return
    bridge = quote(project.bridges.name_of(network))
    tool = "iptables" if routed.mode == "route" else "ip6tables"
    yield problem(
        network.ips[0],
        f"isolated guests can send packets to {_words(routed)}{when}",
        _hold(routed, project),
        advise("Drop on the host what leaves this network", f"{tool} -I FORWARD -i {bridge} ! -o {bridge} -j DROP"),
        related=(related(routed.mode_place, "it accepts traffic from everywhere"),),
    )


def _words(routed: Network) -> str:
    return f"{'the routed ' if routed.mode == 'route' else 'the untranslated IPv6 of '}{routed.label}"


def _hold(routed: Network, project: Project) -> tuple[Fix, ...]:
    device = project.host.egress(4) if project.host else None
    if (
        device is None
        or routed.mode != "route"
        or routed.forward is None
        or project.networks.bridged_beside(routed, "nat", "route", "open")
    ):
        return ()
    edits = edit.set_attribute(routed.forward.node, "dev", device)
    return fix(f"Accept traffic from {device} only in {routed.label}", edits, safety="choice")
