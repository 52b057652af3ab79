"""Two networks join one bridge of the host, and only one of them isolates its guests.

Two bridged networks on one bridge are one segment. An isolated port is separated only from other isolated ports.
Guests of the network that does not isolate reach the guests of the network that does.

## What to do
Set `<port isolated='yes'/>` in both networks. If this is intended, because the network without it holds the guest that
all others should reach, leave it as it is.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Report
```text
lab.xml:4:3: info: guests here can reach the isolated guests of network 'lan' on the same bridge 'br0' [port-isolation-leaks]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Fix safety
Choice: guests of the other network then no longer reach each other. Perhaps it holds the one guest that all others
should reach.

## Libvirt
Never: it accepts both networks.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#port-isolation
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, fix, problem, related, rule, set_child


@rule("port-isolation-leaks", code="VN3404", on=Network, severity="info", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    bridge = network.bridge
    if bridge is None or network.attachment != "host-bridge" or network.isolates_ports:
        return
    other = project.bridges.network_on(bridge.name, network, "bridge") if bridge.name else None
    if other is not None:
        isolated = set_child(network.node, "port", "isolated", "yes")
        yield problem(
            bridge,
            f"guests here can reach the isolated guests of {other.label} on the same bridge '{bridge.name}'",
            fix("Set <port isolated='yes'/> in this network too", isolated, safety="choice"),
            related=(related(other.node.child("port") or other, "its guests are isolated here"),),
        )
