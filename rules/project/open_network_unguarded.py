"""No firewall guards an open network: the host forwards everything to and from it.

libvirt creates no firewall rules for an open network. The firewall of the host decides who reaches the guests, and
whom they reach. Where its policy is to accept, everybody who has a route to the subnet reaches every port of the
guests. The rule needs an inventory of the host.

## What to do
Add a rule to the host's firewall that accepts only replies to the guests. If nobody outside has to reach them, set the
mode to `nat` instead. If this is intended, or rules of your own already guard the network, leave it as it is.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "forward_policy": "accept"}
```

## Report
```text
lan.xml:3:12: info: libvirt makes no firewall rules for an open network, and the host accepts everything it forwards [open-network-unguarded]
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1}
```

## Fix safety
Shown only: the host may have rules of its own that guard the network, although its policy is to accept. Changing the
mode is a choice: with `nat` nobody reaches the guests from outside, and with `route` only their own subnets pass.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Network, Problem, Project, advise, fix, problem, rule, to_mode


@rule(
    "open-network-unguarded",
    code="VN3318",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "open" or network.forward is None or project.host is None:
        return
    if project.host.inventory.forward_policy != "accept" or (network.bridge and network.bridge.known("zone")):
        return
    bridge = quote(project.bridges.name_of(network))
    yield problem(
        network.mode_place,
        "libvirt makes no firewall rules for an open network, and the host accepts everything it forwards",
        advise(
            "Accept only replies to guests on the host",
            f"iptables -I FORWARD -o {bridge} -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP",
        ),
        fix("Set mode to 'nat'", *to_mode(network, "nat"), safety="choice"),
    )
