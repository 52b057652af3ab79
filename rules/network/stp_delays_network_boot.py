"""Guests boot from a network that holds back their first packets for longer than they wait.

With the spanning tree protocol, which is on by default, a new port of the bridge forwards nothing for twice the delay.
The firmware of a guest that boots from the network asks right away, and may give up after some seconds. The kernel uses
a delay of at least 2 seconds, even for `delay='0'`. Guests boot from a network with `<bootp>`, or because their own
definition says so.

## What to do
Set `stp='off'` on `<bridge>` and remove `delay`. If a guest bridges two networks, keep the protocol on to prevent
loops, and lower `delay` instead. If the firmware waits for longer, this is intended: raise the option `patience`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' delay='15'/>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:4:25: info: the spanning tree protocol delays guests that boot from the network by 30 seconds [stp-delays-network-boot]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='off'/>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='off'/>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Options
- `patience`: for how many seconds the guests' firmware asks before it gives up; 4 by default. iPXE waits for longer
  than the firmware of most cards.
```toml
[options.stp-delays-network-boot]
patience = 60
```

## Fix safety
A choice: guests that bridge two networks can then make a loop.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, option, problem, rule, set_child
from vnetlint.dataclass import dataclass


@dataclass(frozen=True)
class Options:
    patience: int = option(4, least=1, most=600)


@rule(
    "stp-delays-network-boot",
    code="VN1517",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
    options=Options,
)
def check(network: Network, project: Project, options: Options) -> Iterator[Problem]:
    bridge = network.bridge
    on = bridge is None or bridge.node.get("stp") in (None, "on")
    served = any(ip.dhcp and ip.dhcp.child("bootp") for ip in network.ips)
    boots = served or any(each.boots for each in project.guests.interfaces_on(network))
    place = bridge.attribute("delay") if bridge else None
    delay = bridge.number("delay") if bridge and place else 0
    if delay is None or not network.owns_bridge or not on or not boots or network.is_template:
        return
    waits = 2 * min(max(delay, 2), 30)
    if waits >= options.patience:
        yield problem(
            place or bridge or network.name_node,
            f"the spanning tree protocol delays guests that boot from the network by {waits} seconds",
            fix(
                "Turn off the spanning tree protocol",
                set_child(network.node, "bridge", "stp", "off"),
                *([edit.remove_attribute(place)] if place else []),
                safety="choice",
            ),
        )
