"""A bridged network names both a bridge and a NIC, and libvirt refuses to define it.

The mode `bridge` is two things: with `<bridge>` guests join a bridge of the host, and with a device of `<forward>` they
are put on that NIC by macvtap. Which NIC belongs to a bridge is the host's business and not written here.

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
lan.xml:4:16: error: the bridge 'br0' is named too, and libvirt accepts only one of the two [bridge-and-forward-device]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
  </forward>
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
Unsafe: perhaps macvtap is what was meant, and the bridge does not exist. Where the inventory shows that the host has no
such bridge, macvtap is put first.

## Libvirt
At define: `A network with forward mode='bridge' can specify a bridge name or a forward dev, but not both (network
'lan')`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, related, rule


@rule(
    "bridge-and-forward-device",
    code="VN1114",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
    covers=("A026",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    forward, bridge = network.forward, network.bridge
    if forward is None or bridge is None or network.mode != "bridge" or not bridge.node.get("name"):
        return
    devices = [each for each in forward.devices if each.value]
    if not devices:
        return
    removed = [edit.remove_attribute(each) if each.node is forward.node else edit.remove(each.node) for each in devices]
    joined = fix("Join the bridge", *removed, safety="unsafe")
    direct = fix("Put the guests on the device by macvtap", edit.remove(bridge.node), safety="unsafe")
    missing = bridge.name is not None and project.host is not None and project.host.lacks(bridge.name)
    yield problem(
        devices[0],
        f"the bridge '{bridge.node.get('name')}' is named too, and libvirt accepts only one of the two",
        *((direct, joined) if missing else (joined, direct)),
        related=(related(bridge, "the bridge is named here"),),
        libvirt_message=NOT_BOTH.format(network.name),
    )


NOT_BOTH = (
    "A network with forward mode='bridge' can specify a bridge name or a forward dev, but not both (network '{}')"
)
