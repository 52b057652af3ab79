"""A VLAN tag has a native mode, which only Open vSwitch supports.

`nativeMode` sets how frames of one VLAN in a trunk are tagged. A device that is passed to the guest by `hostdev` or
`passthrough` gets a single VLAN, and no native mode.

## What to do
Remove `nativeMode`: the device gets the same VLAN without it. If guests need a trunk with a native VLAN, connect them
to an Open vSwitch bridge instead.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='hostdev'>
    <pf dev='eth0'/>
  </forward>
  <vlan>
    <tag id='42' nativeMode='untagged'/>
  </vlan>
</network>
```

## Report
```text
lan.xml:7:18: info: 'nativeMode' has no effect with forward mode 'hostdev' [native-vlan-mode-ignored]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='hostdev'>
    <pf dev='eth0'/>
  </forward>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42' nativeMode='untagged'/>
    <tag id='47'/>
  </vlan>
  <virtualport type='openvswitch'/>
</network>
```

## Fix safety
Unsafe: nothing reads the attribute with this mode, but an Open vSwitch may have been meant.

## Libvirt
Never.

Not seen: it takes a card with SR-IOV.

## References
- https://libvirt.org/formatnetwork.html#vlan-tagging
- libvirt src/conf/netdev_vlan_conf.c, virNetDevVlanParse()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, edit, fix, problem, rule


@rule(
    "native-vlan-mode-ignored",
    code="VN1520",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(user)
    mode = network.mode if network else "hostdev" if user.node.get("type") == "hostdev" else _direct_mode(user)
    if mode not in ("passthrough", "hostdev"):
        return
    for tag in (tag for plug in user.plugs if plug.vlan for tag in plug.vlan.all("tag")):
        native = tag.attributes.get("nativeMode")
        if native is not None:
            message = f"'nativeMode' has no effect with {'forward mode' if network else 'mode'} '{mode}'"
            yield problem(native, message, fix("Remove nativeMode", edit.remove_attribute(native), safety="unsafe"))


def _direct_mode(user: Network | Interface) -> str | None:
    return user.direct_mode if isinstance(user, Interface) else None
