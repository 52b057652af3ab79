"""A network boots its guests, and holds their first packets back for longer than they wait.

With the spanning tree protocol, which is on by default, a new port forwards nothing for twice the delay. The
firmware of a guest that boots from the network asks right away, and gives up after some seconds.

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
  <bridge name='virbr5' delay='0'/>
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
  <bridge name='virbr5' stp='on' delay='0'/>
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
- `patience`: for how many seconds the guests' firmware asks before it gives up, 10 unless it is said here. iPXE waits
  for longer than the firmware of most cards.
```toml
[options.stp-delays-network-boot]
patience = 60
```

## Fix safety
Unsafe: guests that bridge two networks can then make a loop sooner. With 0 the kernel still waits 2 seconds.

## Libvirt
Never.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.api import Network, Problem, edit, fix, option, problem, rule


@dataclass(frozen=True)
class Options:
    patience: int = option(10, least=1, most=600)


@rule(
    "stp-delays-network-boot",
    code="VN1517",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
    covers=("C088",),
    options=Options,
)
def check(network: Network, options: Options) -> Iterator[Problem]:
    bridge = network.bridge
    place, delay = (bridge.attribute("delay"), bridge.number("delay")) if bridge else (None, None)
    boots = any(ip.dhcp and ip.dhcp.child("bootp") for ip in network.ips)
    if place is None or delay is None or not network.owns_bridge or not boots or place.node.get("stp") == "off":
        return
    if 2 * min(delay, 30) >= options.patience:
        yield problem(
            place,
            f"the spanning tree protocol delays guests that boot from the network by {2 * min(delay, 30)} seconds",
            fix("Set delay to 0", edit.set_attribute(place.node, "delay", "0"), safety="unsafe"),
        )
