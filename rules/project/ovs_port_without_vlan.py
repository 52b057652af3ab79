"""A guest joins an Open vSwitch bridge without a VLAN, and sees the VLANs of all others.

A port of Open vSwitch without a tag is a trunk: it carries every VLAN. Where other guests of the same bridge are kept
apart by VLANs, this one can join any of them.

## Bad
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <vlan>
        <tag id='20'/>
      </vlan>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:15: warning: without a VLAN the interface of 'web' carries those of all others on 'ovsbr0' [ovs-port-without-vlan]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <vlan>
        <tag id='20'/>
      </vlan>
    </interface>
  </devices>
</domain>
```

## Good
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest's VLAN is a guess, that of another guest; a router or firewall is given a trunk on purpose.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/util/virnetdevopenvswitch.c, virNetDevOpenvswitchAddPort()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Plug, Problem, Project, edit, el, fix, known, problem, related, rule


@rule(
    "ovs-port-without-vlan",
    code="VN3410",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
    covers=("C096",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, plug = interface.bridge, Plug(interface.node)
    if place is None or plug.switch != "openvswitch" or plug.vlan is not None:
        return
    other, vlan = project.tagged_on(place.value, interface.domain)
    tag = known(vlan.children[0].get("id")) if vlan and vlan.children else None
    if other is not None and tag is not None:
        yield problem(
            place,
            f"without a VLAN {interface.label} carries those of all others on '{place.value}'",
            fix(
                f"Give it VLAN {tag}",
                edit.insert(interface.node, el("vlan", {}, el("tag", {"id": tag}))),
                safety="unsafe",
            ),
            related=(related(vlan or other, "another guest is kept apart here"),),
        )
