"""More than one VLAN tag is the native one, and libvirt refuses to define the network or guest.

The native VLAN is the one for frames without a tag, so there can be only one.

## What to do
Keep `nativeMode` on the `<tag>` of the VLAN for frames without a tag, and remove it from the others.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42' nativeMode='untagged'/>
    <tag id='43' nativeMode='tagged'/>
  </vlan>
  <virtualport type='openvswitch'/>
</network>
```

## Report
```text
lan.xml:7:18: error: duplicate native VLAN: 42 is the native one already [several-native-vlans]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42' nativeMode='untagged'/>
    <tag id='43'/>
  </vlan>
  <virtualport type='openvswitch'/>
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
    <tag id='43'/>
  </vlan>
  <virtualport type='openvswitch'/>
</network>
```

## Fix safety
A choice: which VLAN should be the native one is a guess. The first fix keeps the first one.

## Libvirt
At define: `duplicate native vlan setting`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/conf/netdev_vlan_conf.c, virNetDevVlanParse()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, edit, fix, known, problem, related, rule


@rule(
    "several-native-vlans",
    code="VN1226",
    on=(Network, Interface),
    severity="error",
    when="define",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    if user.is_template:
        return
    for vlan in (plug.vlan for plug in user.plugs if plug.vlan):
        native = [tag.attributes["nativeMode"] for tag in vlan.all("tag") if "nativeMode" in tag.attributes]
        for place in native[1:]:
            first, this = (known(each.node.get("id")) or "another" for each in (native[0], place))
            others = [edit.remove_attribute(each) for each in native if each is not place]
            yield problem(
                place,
                f"duplicate native VLAN: {first} is the native one already",
                fix(f"Keep {first} as the native VLAN", edit.remove_attribute(place), safety="choice"),
                fix(f"Make {this} the native VLAN", *others, safety="choice"),
                related=(related(native[0], "the first native VLAN"),),
                libvirt_message="duplicate native vlan setting",
            )
