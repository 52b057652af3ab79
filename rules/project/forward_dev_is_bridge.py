"""Traffic of a NAT or routed network is limited to a libvirt bridge, which leads nowhere.

`dev` is the device through which traffic leaves the host. The network's own bridge is where traffic comes from. The
bridge of another network has rules of its own: an isolated network passes nothing, and a NAT network only replies.

The bridge of a routed or open network leads to the guests of that network only, so the finding is an info. So is the
finding for a name such as `virbr7` if nothing more is known about the bridge.

## What to do
Set `dev` to the device through which traffic leaves the host, such as `eth0`, or remove it, so that traffic may use
every device. If the guests of a routed or open network should be the only destination, keep it.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='virbr5'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route' dev='virbr5'/>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:3:25: error: traffic is limited to virbr5, the bridge of network 'lan', which leads nowhere [forward-dev-is-bridge]
lan.xml:3:23: error: traffic is limited to virbr5, the bridge of this network itself, which leads nowhere [forward-dev-is-bridge]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth0'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe for the network's own bridge, because no traffic leaves today. Choice for the bridge of another network, because
a certain device may have been meant. Traffic then uses every device that the host has a route for.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowOut()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Mode, Network, Problem, Project, Safety, problem, related, release, rule


@rule(
    "forward-dev-is-bridge",
    code="VN3302",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    places = network.forward.egress_places if network.forward else ()
    if network.mode not in ("nat", "route") or network.forward is None or not places:
        return
    device, own = places[0].value, network.bridge.name if network.bridge else None
    maker = network if device == own else project.bridges.network_on(device, network, *HELD, *FREE)
    elsewhere = project.host.libvirt_bridge(device) if project.host else None
    named = "some libvirt network" if re.fullmatch(LIBVIRTS, device) else None
    if (elsewhere or named) is None and (maker is None or maker.bridge is None):
        return
    free = maker is not None and maker is not network and maker.mode in FREE
    owner = "this network itself" if maker is network else maker.label if maker else elsewhere or named
    # A network's own bridge is never the way out; another's may stand for the device that was meant.
    safety: Safety = "unsafe" if maker is network else "choice"
    yield problem(
        places[0],
        f"traffic is limited to {device}, the bridge of {owner}, which leads {'to its guests only' if free else 'nowhere'}",
        release(network.forward, f"Remove {device}, so that traffic may use every device", safety),
        related=(related(maker.bridge, "the bridge is made here"),) if maker and maker.bridge else (),
        severity="info" if free or not (maker or elsewhere) else None if maker else "warning",
    )


LIBVIRTS = r"virbr\d+"
HELD: tuple[Mode, ...] = ("nat", "isolated")
FREE: tuple[Mode, ...] = ("route", "open")
"""The modes in which a network accepts only replies or nothing, and those in which it accepts all traffic."""
