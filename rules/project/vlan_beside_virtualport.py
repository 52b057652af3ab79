"""A guest with an SR-IOV function has both a VLAN tag and a virtualport, so it does not start.

With a `<virtualport>` of type 802.1Qbh the profile in the physical switch decides the guest's VLAN, and libvirt does
not set another one on the card. When the guest starts, libvirt checks the interface, its port group and its network
together.

## What to do
If the profile in the switch puts the guest into the right VLAN, remove `<vlan>`. If the tag should decide, remove
`<virtualport>`.

## Bad
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth4'/>
  </forward>
  <vlan>
    <tag id='42'/>
  </vlan>
  <virtualport type='802.1Qbh'>
    <parameters profileid='sales'/>
  </virtualport>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>
      </source>
      <vlan>
        <tag id='43'/>
      </vlan>
      <virtualport type='802.1Qbh'>
        <parameters profileid='sales'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Report
```text
functions.xml:6:3: error: cannot set a VLAN on an SR-IOV function beside a virtualport of type 802.1Qbh [vlan-beside-virtualport]
web.xml:8:7: error: cannot set a VLAN on an SR-IOV function beside a virtualport of type 802.1Qbh [vlan-beside-virtualport]
```

## Fixed
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth4'/>
  </forward>
  <virtualport type='802.1Qbh'>
    <parameters profileid='sales'/>
  </virtualport>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>
      </source>
      <virtualport type='802.1Qbh'>
        <parameters profileid='sales'/>
      </virtualport>
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

## Fix safety
Choice: the guest is then in the VLAN of the switch's profile, which may be another one.

## Libvirt
When a guest starts: `direct setting of the vlan tag is not allowed for hostdev devices using 802.1Qbh mode`

Not seen: it takes a card with SR-IOV. libvirt's source says so.

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/hypervisor/virhostdev.c, virHostdevSetNetConfig()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Plug, Problem, Project, edit, fix, problem, related, rule


@rule(
    "vlan-beside-virtualport",
    code="VN3263",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    for chain in _chains(user, project):
        port = next((plug.virtualport for plug in chain if plug.switch == "802.1Qbh"), None)
        vlan = next((plug.vlan for plug in chain if plug.vlan), None)
        place = chain[0].vlan or (chain[0].virtualport if chain[0].virtualport == port else None)
        if port is None or vlan is None or place is None:
            continue
        yield problem(
            place,
            "cannot set a VLAN on an SR-IOV function beside a virtualport of type 802.1Qbh",
            fix("Remove <vlan>", edit.remove(vlan), safety="choice"),
            fix("Remove <virtualport>", edit.remove(port), safety="choice"),
            related=(related(port, "the virtualport is here") if place == vlan else related(vlan, "the VLAN is here"),),
            libvirt_message=REFUSED,
        )


def _chains(user: Network | Interface, project: Project) -> list[tuple[Plug, ...]]:
    """What libvirt reads together: an interface, its port group and its network, or a port group and its network."""
    if isinstance(user, Interface):
        return [project.guests.plugs_of(user)] if project.guests.attachment_of(user) == "hostdev" else []
    return [(plug, user.plugs[0]) for plug in user.plugs] if user.attachment == "hostdev" else []


REFUSED = "direct setting of the vlan tag is not allowed for hostdev devices using 802.1Qbh mode"
