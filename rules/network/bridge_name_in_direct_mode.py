"""A network names a bridge that its mode does not use, and libvirt refuses to define it.

With the modes `private`, `vepa`, `passthrough` and `hostdev`, guests are connected to a NIC directly, by macvtap or as
a PCI device. Only the mode `bridge` connects them to a bridge of the host.

## What to do
If guests should join the bridge, set the mode to `bridge`. If they should use a NIC directly, remove `<bridge>` and
list the device in `<forward>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='private'/>
  <bridge name='br0'/>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
  <bridge name='br1'/>
</network>
```

## Report
```text
lan.xml:4:11: error: unexpected bridge 'br0': forward mode 'private' uses none [bridge-name-in-direct-mode]
wire.xml:6:11: error: unexpected bridge 'br1': forward mode 'passthrough' uses none [bridge-name-in-direct-mode]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='private'>
    <interface dev='eth0'/>
  </forward>
</network>
```

## Fix safety
Unsafe where the network lists a device: the bridge is removed. A choice where it has only the bridge: either the mode
becomes `bridge`, or the bridge is removed.

## Libvirt
At define: `bridge name not allowed in private mode (network 'lan')`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Target, edit, fix, heard, problem, related, rule, to_mode


@rule(
    "bridge-name-in-direct-mode",
    code="VN1113",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward, bridge = network.forward, network.bridge
    place = bridge.attribute("name") if bridge else None
    if forward is None or bridge is None or place is None or not place.value:
        return
    if network.mode not in ("private", "vepa", "passthrough", "hostdev"):
        return
    listed = bool(forward.devices or forward.pci_devices)
    removed = fix("Remove <bridge>", edit.remove(bridge.node), safety="unsafe" if listed else "choice")
    to_bridge = to_mode(network, Target("bridge", bridge=place.value))
    joined = fix("Set mode to 'bridge'", *to_bridge, safety="choice")
    yield problem(
        place,
        f"unexpected bridge '{place.value}': forward mode '{network.mode}' uses none",
        *((removed,) if listed else (joined, removed)),
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=heard("bridge name not allowed in {} mode (network '{}')", network.mode, network.name),
    )
