"""A VLAN tag is reserved and stands for no VLAN, or it is listed twice.

VLANs are numbered 1 to 4094. 0 marks frames without a VLAN, and 4095 is reserved: switches drop it. libvirt accepts
both, and also a tag that is listed twice. Open vSwitch refuses the port of a guest with a duplicate tag.

## What to do
Set `id` to the VLAN that you mean, 1 to 4094, and list each VLAN once. If none is meant, remove the `<tag>`, or the
`<vlan>` if it has no other.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42'/>
    <tag id='42'/>
    <tag id='4095'/>
  </vlan>
  <virtualport type='openvswitch'/>
  <portgroup name='staff'>
    <vlan>
      <tag id='0'/>
    </vlan>
  </portgroup>
</network>
```

## Report
```text
lan.xml:7:5: error: duplicate VLAN tag 42 [vlan-tag-reserved]
lan.xml:8:5: warning: invalid VLAN tag 4095: expected 1 to 4094 [vlan-tag-reserved]
lan.xml:13:7: warning: invalid VLAN tag 0: expected 1 to 4094 [vlan-tag-reserved]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42'/>
  </vlan>
  <virtualport type='openvswitch'/>
  <portgroup name='staff'>
  </portgroup>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42'/>
    <tag id='4094'/>
  </vlan>
  <virtualport type='openvswitch'/>
</network>
```

## Fix safety
A choice for 0 and 4095: guests may get frames that they did not get before. Unsafe for a tag that repeats another one,
and a choice if that tag has more than an `id`.

## Libvirt
Never; a tag above 4095 is refused at define, and by the schema. For a tag that is listed twice, when a guest starts on
an Open vSwitch: `Unable to add port vnet0 to OVS bridge ovsbr0: ovs-vsctl: 42,42: set contains duplicate value`. Older
versions leave out the reason: `Unable to add port vnet0 to OVS bridge ovsbr0`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#vlan-tagging
- libvirt src/conf/netdev_vlan_conf.c, virNetDevVlanParse()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Plug, Problem, Project, Safety, View, edit, fix, problem, rule


@rule(
    "vlan-tag-reserved",
    code="VN1519",
    on=(Network, Interface),
    severity="warning",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    switch = project.guests.switch_of(user) if isinstance(user, Interface) else Plug(user.node).switch
    for vlan in (plug.vlan for plug in user.plugs if plug.vlan):
        tags = vlan.all("tag")
        seen: set[int] = set()
        for tag, number in ((tag, View(tag).number("id")) for tag in tags):
            useless = number in (0, 4095)
            if number is not None and (useless or number in seen):
                gone = edit.remove(tag if len(tags) > 1 else vlan)
                safety: Safety = "choice" if useless or len(tag.attributes) > 1 else "unsafe"
                message = (
                    f"invalid VLAN tag {number}: expected 1 to 4094" if useless else f"duplicate VLAN tag {number}"
                )
                refused = number in seen and switch == "openvswitch"
                yield problem(
                    tag,
                    message,
                    fix("Remove this <tag>" if len(tags) > 1 else "Remove <vlan>", gone, safety=safety),
                    severity="error" if refused else None,
                    when="plug" if refused else None,
                    libvirt_message="set contains duplicate value" if refused else None,
                )
            seen.add(number if number is not None else -1)
