"""Several VLANs are set on an SR-IOV function, which supports only one.

The card puts all frames of the guest into one VLAN. With `trunk='yes'` or several tags libvirt refuses each guest when
it starts. The network itself starts.

## What to do
Keep only the `<tag>` of the guest's VLAN, and remove `trunk`. If the guest needs several VLANs, put it on an Open
vSwitch, which supports a trunk.

## Bad
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth4'/>
  </forward>
  <vlan trunk='yes'>
    <tag id='42'/>
    <tag id='43'/>
  </vlan>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='enp4s16' mode='passthrough'/>
      <vlan trunk='yes'>
        <tag id='44'/>
      </vlan>
    </interface>
  </devices>
</domain>
```

## Report
```text
functions.xml:6:3: error: an SR-IOV function can have only one VLAN, but this is a trunk [vlan-trunk-on-function]
web.xml:6:7: error: an SR-IOV function can have only one VLAN, but this is a trunk [vlan-trunk-on-function]
```

## Fixed
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth4'/>
  </forward>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='enp4s16' mode='passthrough'/>
      <vlan>
        <tag id='44'/>
      </vlan>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth4'/>
  </forward>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <vlan trunk='yes'>
    <tag id='42'/>
    <tag id='43'/>
  </vlan>
  <virtualport type='openvswitch'/>
</network>
```

## Fix safety
Choice: which VLAN the guest should be in is a guess. The first fix keeps the native VLAN, or else the first one.

## Libvirt
When a guest starts: `vlan trunking is not supported by SR-IOV network devices`

Not seen: it takes a card with SR-IOV. libvirt's source says so.

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/util/virnetdev.c, virNetDevSetNetConfig()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Network, Node, Problem, Project, edit, fix, problem, rule


@rule(
    "vlan-trunk-on-function",
    code="VN3261",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    if not project.devices.by_function(user) or user.is_template:
        return
    for vlan in (plug.vlan for plug in user.plugs if plug.vlan):
        tags, trunk = vlan.all("tag"), vlan.get("trunk")
        if not tags or (len(tags) < 2 and trunk != "yes"):
            continue
        yield problem(
            vlan,
            "an SR-IOV function can have only one VLAN, but this is a trunk",
            _keep_one(vlan),
            fix("Remove <vlan>", edit.remove(vlan), safety="choice"),
            libvirt_message="vlan trunking is not supported by SR-IOV network devices",
        )


def _keep_one(vlan: Node) -> tuple[Fix, ...]:
    """Keep the native VLAN, or else the first one."""
    tags = vlan.all("tag")
    kept = next((tag for tag in tags if tag.get("nativeMode")), tags[0])
    settings = vlan.attributes.get("trunk"), kept.attributes.get("nativeMode")
    dropped = [edit.remove_attribute(each) for each in settings if each]
    others = [edit.remove(tag) for tag in tags if tag is not kept]
    return fix(f"Keep only VLAN {kept.get('id')}", *dropped, *others, safety="choice")
