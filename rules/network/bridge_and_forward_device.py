"""A bridged network names both a bridge and a NIC, and libvirt refuses to define it.

The mode `bridge` can mean two things. With `<bridge>`, guests join a bridge of the host; with a device in `<forward>`,
macvtap connects them to that NIC. Which NIC belongs to the bridge is set on the host, not in the network.

## What to do
If guests should join the bridge, remove the device from `<forward>`. If they should use the NIC by macvtap, remove
`<bridge>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
  <bridge name='br0'/>
</network>
```

## Report
```text
lan.xml:4:16: error: both the device 'eth0' and the bridge 'br0' are given: expected only one of them [bridge-and-forward-device]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Fix safety
Unsafe: guests join the bridge, and the device is removed, because normally it is the bridge's own uplink. Using macvtap
instead is a choice. It is offered first where the inventory shows that the host has no such bridge.

## Libvirt
At define: `A network with forward mode='bridge' can specify a bridge name or a forward dev, but not both (network
'lan')`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Network,
    Problem,
    Project,
    Target,
    View,
    fix,
    heard,
    problem,
    related,
    rule,
    to_mode,
)


@rule(
    "bridge-and-forward-device",
    code="VN1114",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    forward, bridge = network.forward, network.bridge
    if forward is None or bridge is None or network.mode != "bridge" or not bridge.node.get("name"):
        return
    devices = [each for each in forward.devices if each.value]
    if not devices:
        return
    name, device = bridge.node.get("name"), devices[0].value
    yield problem(
        devices[0],
        f"both the device '{device}' and the bridge '{name}' are given: expected only one of them",
        *_fixes(network, bridge, devices, project),
        related=(related(bridge, "the bridge is named here"),),
        libvirt_message=heard(NOT_BOTH, network.name),
    )


NOT_BOTH = (
    "A network with forward mode='bridge' can specify a bridge name or a forward dev, but not both (network '{}')"
)


def _fixes(network: Network, bridge: View, devices: list[Attribute], project: Project) -> Iterator[tuple[Fix, ...]]:
    """Fixes that keep either the bridge or the device, the likelier one first."""
    nics = tuple(dict.fromkeys(each.value for each in devices))
    removed = to_mode(network, Target("bridge", bridge=bridge.node.get("name")))
    name = bridge.known("name")
    missing = name is not None and project.host is not None and project.host.lacks(name)
    joined = f"Join the bridge '{bridge.node.get('name')}' and remove the device"
    direct = f"Remove <bridge>, so that guests use '{devices[0].value}' by macvtap"
    both = (
        fix(joined, *removed, safety="unsafe"),
        fix(direct, *to_mode(network, Target("bridge", nics=nics)), safety="choice"),
    )
    yield from reversed(both) if missing else both
